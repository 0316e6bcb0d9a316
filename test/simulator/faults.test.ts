import { describe, expect, test } from '@jest/globals';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import type { FaultAction, FaultRule } from '../../simulator/faults.ts';
import { ask, armUrl, askJson, lists, respond, textOf } from './ask.ts';
import { oneCluster } from './one.ts';

const armClusters = armUrl(lists.managedClusters);

function withFault(action: FaultAction, rule: Omit<FaultRule, 'action'> = {}) {
  return oneCluster({}, { faults: [{ ...rule, action }] });
}

/** Statuses of the same request, asked so often. */
async function statuses(rule: Omit<FaultRule, 'action'>, times: number, url = armClusters) {
  const { simulator } = withFault({ kind: 'status', status: 503 }, rule);
  const found: number[] = [];
  for (let at = 0; at < times; at += 1) found.push((await respond(simulator, url)).status);
  return found;
}

describe('which requests a fault meets', () => {
  test.each<[string, Omit<FaultRule, 'action'>, readonly number[]]>([
    ['all', {}, [503, 503, 503, 503]],
    ['the second and fourth', { nth: [2, 4] }, [200, 503, 200, 503]],
    ['from the third on', { from: 3 }, [200, 200, 503, 503]],
    ['those of this host', { host: 'management.azure.com' }, [503, 503, 503, 503]],
    ['those of another host', { host: 'slack.com' }, [200, 200, 200, 200]],
    ['hosts that begin so', { host: 'management.*' }, [503, 503, 503, 503]],
    ['a part of the path', { path: '/managedClusters' }, [503, 503, 503, 503]],
    ['a part of the query', { path: 'api-version=2026' }, [503, 503, 503, 503]],
    ['another path', { path: '/loadBalancers' }, [200, 200, 200, 200]],
    ['another method', { method: 'POST' }, [200, 200, 200, 200]],
  ])('%s', async (_, rule, expected) => {
    expect(await statuses(rule, 4)).toEqual(expected);
  });

  test('each rule counts for itself, and anew when rules are set', async () => {
    const { simulator } = withFault({ kind: 'status', status: 500 }, { nth: [2] });
    const read = async (): Promise<number> => (await respond(simulator, armClusters)).status;
    expect([await read(), await read(), await read()]).toEqual([200, 500, 200]);
    simulator.faults.set([{ nth: [1], action: { kind: 'status', status: 502 } }]);
    expect([await read(), await read()]).toEqual([502, 200]);
  });
});

describe('what a fault makes of an answer', () => {
  test.each([
    [undefined, undefined],
    ['30', '30'],
    ['0', '0'],
    ['Mon, 23 Nov 2026 06:01:00 GMT', 'Mon, 23 Nov 2026 06:01:00 GMT'],
    ['3600', '3600'],
  ])('throttle, Retry-After %s', async (given, header) => {
    const { simulator, host } = withFault({
      kind: 'throttle',
      ...(given !== undefined && { retryAfter: given }),
    });
    for (const url of [armClusters, `https://${host}/api/v1/nodes`]) {
      const answer = await askJson(simulator, url);
      expect(answer.status).toBe(429);
      expect(answer.headers['retry-after']).toBe(header);
    }
  });

  test('forbid, in the words of each API', async () => {
    const { simulator, host } = withFault({ kind: 'forbid' });
    const arm = await askJson(simulator, armClusters);
    expect(arm).toMatchObject({ status: 403, body: { error: { code: 'AuthorizationFailed' } } });
    const kubernetes = await askJson(simulator, `https://${host}/api/v1/nodes`);
    expect(kubernetes).toMatchObject({ status: 403, body: { kind: 'Status' } });
  });

  test('status: a page of somebody between, or any body', async () => {
    const html = withFault({ kind: 'status', status: 502 });
    const page = await respond(html.simulator, armClusters);
    expect([page.status, page.headers['content-type'], textOf(page.body)]).toEqual([
      502,
      'text/html; charset=utf-8',
      '<html><body><h1>502</h1></body></html>',
    ]);
    const own = withFault({
      kind: 'status',
      status: 200,
      body: 'hello',
      contentType: 'text/plain',
    });
    expect(textOf((await respond(own.simulator, armClusters)).body)).toBe('hello');
  });

  test('hang and reset, before and after some bytes', async () => {
    const only = { kind: 'response', status: 200 };
    const cases: readonly [FaultAction, object][] = [
      [{ kind: 'hang' }, { kind: 'hang' }],
      [
        { kind: 'hang', afterBytes: 9 },
        { kind: 'hang', bytes: 9, after: only },
      ],
      [{ kind: 'reset' }, { kind: 'broken', code: 'ECONNRESET' }],
      [
        { kind: 'reset', afterBytes: 0 },
        { kind: 'broken', code: 'ECONNRESET', bytes: 0, after: only },
      ],
    ];
    for (const [action, expected] of cases)
      expect(await ask(withFault(action).simulator, armClusters)).toMatchObject(expected);
  });

  test('truncate, replace and redirect', async () => {
    const ordinary = textOf((await respond(oneCluster().simulator, armClusters)).body);
    const cut = withFault({ kind: 'truncate', atByte: 40 });
    expect(textOf((await respond(cut.simulator, armClusters)).body)).toBe(ordinary.slice(0, 40));
    const other = withFault({
      kind: 'replace',
      body: (text) => text.replaceAll('"plain"', '"other"'),
    });
    expect((await askJson(other.simulator, armClusters)).body.value[0].name).toBe('other');
    const away = withFault({ kind: 'redirect', to: 'https://attacker.example/' });
    expect(await respond(away.simulator, armClusters)).toMatchObject({
      status: 302,
      headers: { location: 'https://attacker.example/' },
    });
  });

  test('drip, endless and a gzip bomb', async () => {
    const ordinary = textOf((await respond(oneCluster().simulator, armClusters)).body);
    const drip = await respond(
      withFault({ kind: 'drip', bytes: 1000, everyMs: 1 }).simulator,
      armClusters,
    );
    const pieces: Uint8Array[] = [];
    for await (const piece of chunksOf(drip.body)) pieces.push(piece);
    expect(pieces).toHaveLength(Math.ceil(ordinary.length / 1000));
    expect(Buffer.concat(pieces).toString('utf8')).toBe(ordinary);

    const endless = await respond(withFault({ kind: 'endless' }).simulator, armClusters);
    let size = 0;
    for await (const piece of chunksOf(endless.body)) {
      size += piece.length;
      if (size > 1_000_000) break;
    }
    expect(size).toBeGreaterThan(1_000_000);

    const bomb = await respond(
      withFault({ kind: 'gzip-bomb', megabytes: 8 }).simulator,
      armClusters,
    );
    expect(bomb.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(await buffer(chunksOf(bomb.body)))).toHaveLength(8 * 1024 * 1024);
  });

  test.each([
    ['itself', 'https://management.azure.com'],
    ['other-host', 'https://management.azure.com.attacker.example'],
    ['plain-http', 'http://management.azure.com'],
  ] as const)('a link to %s', async (to, origin) => {
    const { simulator } = withFault({ kind: 'next-link', to });
    const { body } = await askJson(simulator, armClusters);
    const link = new URL(body.nextLink);
    expect(link.origin).toBe(origin);
    expect(body.value).toHaveLength(1);
    expect(body.nextLink === armClusters).toBe(to === 'itself');
  });

  test('latency is waited for, together with that of every answer', async () => {
    const { simulator } = oneCluster(
      {},
      { latencyMs: 30, faults: [{ action: { kind: 'latency', ms: 30 } }] },
    );
    const patience = new Promise((resolve) => {
      setTimeout(resolve, 40, 'not yet');
    });
    const asked = ask(simulator, armClusters).then(({ kind }) => kind);
    expect(await Promise.race([asked, patience])).toBe('not yet');
    expect(await asked).toBe('response');
  });

  test('faults that do not concern an answer leave it alone', async () => {
    const plain = await respond(oneCluster().simulator, armClusters);
    for (const action of [
      { kind: 'tls', certificate: 'expired' },
      { kind: 'gone' },
      { kind: 'kubeconfig', form: 'not-yaml' },
    ] as const)
      expect(await respond(withFault(action).simulator, armClusters)).toEqual(plain);
  });
});

async function* chunksOf(body: Awaited<ReturnType<typeof respond>>['body']) {
  if (typeof body === 'string') yield Buffer.from(body);
  else if (body instanceof Uint8Array) yield body;
  else yield* body;
}
