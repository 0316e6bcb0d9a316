import { describe, expect, test } from '@jest/globals';
import { readNetwork } from '../../shared/collect/index.ts';
import { armLimits } from '../../shared/collect/live/limits.ts';
import { listClusters, readUserCredential } from '../../shared/discover/index.ts';
import { scriptedArm, type ScriptedAnswer } from './arm-world.ts';

const subscriptionId = '00000000-0000-0000-0000-0000000000a1';
const other = '00000000-0000-0000-0000-0000000000b2';
const throttled = (retryAfter?: string): ScriptedAnswer => ({
  status: 429,
  body: { error: { code: 'SubscriptionRequestsThrottled', message: 'too many' } },
  ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
});

describe('throttling', () => {
  test.each([
    ['7', 7000],
    ['Mon, 23 Nov 2026 06:00:09 GMT', 9000],
    ['0', 0],
    [undefined, 500],
    ['soon', 500],
  ])('Retry-After: %s is kept to', async (retryAfter, earliest) => {
    const { access, sent } = scriptedArm((_, count) => (count === 1 ? throttled(retryAfter) : {}));
    expect(await listClusters(access, subscriptionId)).toEqual({ kind: 'read', value: [] });
    expect(sent.map((each) => each.atMs)).toEqual([0, earliest]);
  });

  test.each([0, 0.5, 1])('with a little more by chance (%d), never less', async (random) => {
    const { access, sent } = scriptedArm((_, count) => (count === 1 ? throttled('10') : {}), {
      random,
    });
    await listClusters(access, subscriptionId);
    expect(sent[1]?.atMs).toBeGreaterThanOrEqual(10_000);
    expect(sent[1]?.atMs).toBeLessThanOrEqual(11_000);
  });

  test('five tries at most', async () => {
    const { access, sent } = scriptedArm(() => throttled('1'));
    expect(await listClusters(access, subscriptionId)).toMatchObject({
      kind: 'unread',
      why: expect.stringContaining('429 too many'),
    });
    expect(sent).toHaveLength(5);
  });

  test('a wait of an hour ends the calls of this subscription, and of no other', async () => {
    const { access, sent, clock } = scriptedArm((url) =>
      url.pathname.includes(subscriptionId) ? throttled('3600') : {},
    );
    const why = `/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/managedClusters: 429; Azure asks to wait 3600 s, longer than 60 s`;
    expect(await listClusters(access, subscriptionId)).toEqual({
      kind: 'unread',
      why,
      code: 'throttled',
    });
    const network = await readNetwork(access, subscriptionId);
    expect(network.loadBalancers).toEqual({ kind: 'unread', why, code: 'throttled' });
    expect(sent).toHaveLength(1);
    expect(clock.waits).toEqual([]);
    expect(await listClusters(access, other)).toMatchObject({ kind: 'read' });
  });

  test('one 429 holds the other calls of the subscription, too', async () => {
    let first = true;
    const { access, sent } = scriptedArm(() => {
      const answer = first ? throttled('5') : {};
      first = false;
      return answer;
    });
    await listClusters(access, subscriptionId);
    await readNetwork(access, subscriptionId);
    expect(sent.every((each, at) => at === 0 || each.atMs >= 5000)).toBe(true);
  });

  test('few reads left are spread', async () => {
    const { access, sent } = scriptedArm(() => ({
      headers: { 'x-ms-ratelimit-remaining-subscription-reads': '24' },
    }));
    for (let at = 0; at < 3; at++) await listClusters(access, subscriptionId);
    expect(sent.map((each) => each.atMs)).toEqual([0, 1000, 2000]);
  });

  test('four calls at once for a subscription, four more for another', async () => {
    const { access, sent, mostAtOnce } = scriptedArm(() => ({}));
    await Promise.all(Array.from({ length: 20 }, () => listClusters(access, subscriptionId)));
    expect(mostAtOnce()).toBe(4);
    expect(sent).toHaveLength(20);
    const ids = [subscriptionId, other];
    await Promise.all(
      Array.from({ length: 20 }, (_, at) => listClusters(access, ids[at % 2] ?? '')),
    );
    expect(mostAtOnce()).toBe(8);
  });

  test('kubeconfigs: sixty at once, then one a second', async () => {
    const { access, sent } = scriptedArm(() => ({ body: { kubeconfigs: [] } }));
    const cluster = { subscriptionId, resourceGroup: 'rg', name: 'aks' };
    for (let at = 0; at < 63; at++) await readUserCredential(access, cluster);
    expect(sent.slice(0, 60).every((each) => each.atMs === 0)).toBe(true);
    expect(sent.slice(60).map((each) => each.atMs)).toEqual([1000, 2000, 3000]);
  });
});

describe("a host's clock that is set back by an hour", () => {
  const cluster = { subscriptionId, resourceGroup: 'rg', name: 'aks' };

  test.each([
    ['after sixty kubeconfigs', 60, {}, [1000]],
    ['after a 429', 1, { status: 429, headers: { 'retry-after': '20' } }, [20_000]],
    ['after an hour was asked for', 1, { status: 429, headers: { 'retry-after': '3600' } }, []],
  ])('%s holds nothing up for that hour', async (_what, calls, refusal, waits) => {
    let refused = 'status' in refusal;
    const { access, clock } = scriptedArm(() => {
      if (!refused) return { body: { kubeconfigs: [] } };
      refused = false;
      // In the midst of a call.
      clock.set(-3_600_000);
      return refusal;
    });
    for (let at = 0; at < calls; at++) await readUserCredential(access, cluster);
    clock.set(-3_600_000);
    if (waits.length === 0) clock.advance(3_600_000);
    await readUserCredential(access, cluster);
    expect(clock.waits).toEqual(waits);
  });
});

describe('a call that fails', () => {
  test.each([500, 502, 503, 504, 408])('with %d is made again', async (status) => {
    const { access, sent } = scriptedArm((_, count) => (count < 3 ? { status, body: 'x' } : {}));
    expect(await listClusters(access, subscriptionId)).toMatchObject({ kind: 'read' });
    expect(sent.map((each) => each.atMs)).toEqual([0, 500, 1500]);
  });

  test.each(['ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EPIPE'])(
    'with %s is made again',
    async (error) => {
      const { access, sent } = scriptedArm((_, count) => (count === 1 ? { error } : {}));
      expect(await listClusters(access, subscriptionId)).toMatchObject({ kind: 'read' });
      expect(sent).toHaveLength(2);
    },
  );

  test.each([400, 403, 404, 409, 501])('with %d is not', async (status) => {
    const { access, sent } = scriptedArm(() => ({ status, body: 'x' }));
    expect(await listClusters(access, subscriptionId)).toMatchObject({ kind: 'unread' });
    expect(sent).toHaveLength(1);
  });

  test('with a certificate that is refused is not', async () => {
    const { access, sent } = scriptedArm(() => ({ error: 'CERT_HAS_EXPIRED' }));
    expect(await listClusters(access, subscriptionId)).toMatchObject({ kind: 'unread' });
    expect(sent).toHaveLength(1);
  });

  test.each([
    ['to another host', 'https://evil.test/'],
    ['within ARM', 'https://management.azure.com/subscriptions?api-version=2022-12-01'],
    ['to another path', '/subscriptions?api-version=2022-12-01'],
  ])('a redirect %s is not followed', async (_, location) => {
    const { access, sent } = scriptedArm(() => ({ status: 302, headers: { location } }));
    expect(await listClusters(access, subscriptionId)).toMatchObject({ kind: 'unread' });
    expect(sent).toHaveLength(1);
  });
});

describe('a token that is refused', () => {
  test('is replaced once, for all calls at once', async () => {
    const { access, credential, sent } = scriptedArm((_url, _count, token) =>
      token === 'token-1' ? { status: 401, body: 'x' } : {},
    );
    const lists = await Promise.all(
      Array.from({ length: 4 }, () => listClusters(access, subscriptionId)),
    );
    expect(lists.every((list) => list.kind === 'read')).toBe(true);
    expect(credential.asked).toHaveLength(2);
    expect(sent).toHaveLength(8);
  });

  test('again is the answer', async () => {
    const { access, credential } = scriptedArm(() => ({ status: 401, body: 'x' }));
    expect(await listClusters(access, subscriptionId)).toMatchObject({
      why: expect.stringContaining('401'),
    });
    expect(credential.asked).toHaveLength(2);
  });
});

describe('a link in a list', () => {
  const first = `https://management.azure.com/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/managedClusters`;
  test.each([
    'https://evil.test/subscriptions?x',
    'https://management.azure.com.evil.test/next',
    'https://management.azure.com./next',
    'https://management.azure.com:444/next',
    'http://management.azure.com/next',
    'https://user:pass@management.azure.com/next',
    'https://management.azure.com@evil.test/next',
    'https://management.azure.com\\@evil.test/next',
    'https://evil.test\\@management.azure.com/next',
    'https://management.chinacloudapi.cn/next',
    'https://xn--management-zure-4ib.com/next',
    'https://managementⓐzure.com/next',
    '//evil.test/next',
    'ftp://management.azure.com/next',
    'file:///etc/passwd',
    'blob:https://management.azure.com/next',
    'https://:pass@management.azure.com/next',
    'javascript:alert(1)',
    'not a link',
  ])('%j leads nowhere: no request and no token', async (nextLink) => {
    const { access, credential, sent } = scriptedArm(() => ({ body: { value: [], nextLink } }));
    const list = await listClusters(access, subscriptionId);
    expect(list.kind).toBe('unread');
    const hosts = new Set(sent.map((each) => each.url));
    expect([...hosts].filter((each) => each.includes('next') || each.includes('evil'))).toEqual([]);
    expect(credential.asked).toHaveLength(1);
  });

  test.each([
    ['itself', `${first}?api-version=2026-06-01`],
    ['itself with a token', `${first}?$skipToken=a`],
  ])('to %s ends', async (_, nextLink) => {
    const { access, sent } = scriptedArm(() => ({ body: { value: [], nextLink } }));
    expect(await listClusters(access, subscriptionId)).toMatchObject({
      why: expect.stringContaining('the list repeats its nextLink'),
    });
    expect(sent.length).toBeLessThanOrEqual(3);
  });

  test('that never ends, ends after a thousand pages', async () => {
    let page = 0;
    const { access, sent } = scriptedArm(() => ({
      body: { value: [], nextLink: `${first}?$skipToken=${page++}` },
    }));
    expect(await listClusters(access, subscriptionId)).toMatchObject({
      why: expect.stringContaining('more than 1000 pages'),
    });
    expect(sent).toHaveLength(1000);
  });
});

test('the limits of calls to ARM change on purpose only', () => {
  expect(armLimits).toEqual({
    requestMs: 30_000,
    tries: 5,
    maxPageBytes: 16_777_216,
    callsAtOnce: 4,
    longestWaitMs: 60_000,
    credentialBurst: 60,
    credentialsPerSecond: 1,
    healthBurst: 50,
    healthPerSecond: 5,
    queryBurst: 10,
    queriesPerSecond: 2,
  });
});
