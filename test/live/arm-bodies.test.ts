import { describe, expect, test } from '@jest/globals';
import { armLimits } from '../../shared/collect/live/limits.ts';
import {
  listClusters,
  listSubscriptions,
  readUserCredential,
} from '../../shared/discover/index.ts';
import { ofSubscription } from '../../shared/input/index.ts';
import type { FaultAction } from '../../simulator/faults.ts';
import { subscriptionId } from '../simulator/ask.ts';
import { started } from '../simulator/running.ts';
import { armOver, scriptedArm } from './arm-world.ts';
import { fakeClock } from './fake-clock.ts';

const host = 'management.azure.com';
const mebi = 1024 * 1024;

async function listed(action: FaultAction, given = {}, nth?: readonly number[]) {
  const world = await started([{ host, ...(nth !== undefined && { nth }), action }]);
  const limits = { ...armLimits, requestMs: 5000, ...given };
  const access = armOver(world, { limits, clock: fakeClock() });
  return { list: await listClusters(access, subscriptionId), ...world };
}

describe('ARM over TLS', () => {
  test('clusters, subscriptions and kubeconfigs are read by the real clients', async () => {
    const world = await started();
    const access = armOver(world);
    const clusters = await listClusters(access, subscriptionId);
    expect(clusters).toMatchObject({ kind: 'read', value: { length: 3 } });
    expect(await listSubscriptions(access)).toEqual({
      kind: 'read',
      value: [
        {
          id: subscriptionId,
          name: 'Production',
          tenantId: '7f3b2c1d-5a64-4e0f-9b8a-0d1e2f3a4b5c',
          state: 'Enabled',
        },
      ],
    });
    const cluster = { subscriptionId, resourceGroup: 'rg-one', name: 'one' };
    expect(await readUserCredential(access, cluster)).toMatchObject({ kind: 'kubeconfig' });
    expect(world.simulator.log.entries().at(-1)).toMatchObject({ method: 'POST', audience: 'arm' });
    expect(world.simulator.log.entries().at(-1)?.query).toContain('format=exec');
  });

  test.each([
    ['a gzip bomb', { kind: 'gzip-bomb', megabytes: 24 }],
    ['a body without an end', { kind: 'endless' }],
  ] as const)('%s stops at the cap, and is not asked for again', async (_, action) => {
    const { list, simulator } = await listed(action);
    expect(list).toMatchObject({ why: expect.stringContaining('larger than 16777216 bytes') });
    expect(simulator.log.entries()).toHaveLength(1);
  });

  test('a bomb costs little memory', async () => {
    const world = await started([{ host, action: { kind: 'endless' } }]);
    const access = armOver(world);
    const before = process.memoryUsage().rss;
    await listClusters(access, subscriptionId);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * mebi);
  });

  test('a page of more values than ARM writes is not parsed', async () => {
    const { access } = scriptedArm(() => ({ body: `{"value":[${'{},'.repeat(260_000)}{}]}` }));
    expect(await listClusters(access, subscriptionId)).toMatchObject({
      kind: 'unread',
      why: expect.stringContaining('520003 objects, lists and fields, more than 500000'),
    });
  });

  test.each([
    ['an answer that never comes', { kind: 'hang' }],
    ['a body that stops', { kind: 'hang', afterBytes: 100 }],
    ['a slow drip', { kind: 'drip', bytes: 1, everyMs: 20 }],
  ] as const)('%s is cut in time', async (_, action) => {
    const { list, simulator } = await listed(action, { requestMs: 2000 });
    expect(list).toEqual({
      kind: 'unread',
      why: 'managedClusters: no whole answer within 2 s',
    });
    expect(simulator.log.entries()).toHaveLength(1);
  });

  test.each([
    ['a reset', { kind: 'reset' }],
    ['a reset in the middle', { kind: 'reset', afterBytes: 100 }],
    ['a 503', { kind: 'status', status: 503 }],
  ] as const)('after %s the call is made again', async (_, action) => {
    const { list } = await listed(action, {}, [1]);
    expect(list).toMatchObject({ kind: 'read', value: { length: 3 } });
  });

  test.each([
    ['itself', 'repeats its nextLink'],
    ['other-host', 'points elsewhere'],
    ['plain-http', 'points elsewhere'],
  ] as const)('a nextLink to %s ends the list as unread', async (to, why) => {
    const { list, simulator, server } = await listed({ kind: 'next-link', to });
    expect(list).toMatchObject({ kind: 'unread', why: expect.stringContaining(why) });
    expect(new Set(simulator.log.entries().map((each) => each.host))).toEqual(new Set([host]));
    expect(server.lookups()).toEqual(new Set([host]));
  });

  test('JSON that ends early is no list', async () => {
    const { list } = await listed({ kind: 'truncate', atByte: 500 });
    expect(list).toMatchObject({ kind: 'unread', why: expect.stringContaining('not valid JSON') });
  });

  test('the caller may give up', async () => {
    const world = await started([{ host, action: { kind: 'hang' } }]);
    const list = await listClusters(armOver(world), subscriptionId, AbortSignal.timeout(100));
    expect(list.kind).toBe('unread');
  });
});

describe('lists without an end', () => {
  const nodeTaints = Array.from({ length: 500 }, (_, at) => `t${at}=x:NoSchedule`);
  const agentPoolProfiles = Array.from({ length: 100 }, (_, at) => ({
    name: `p${at}`,
    nodeTaints,
  }));
  const endless = (page: number) => ({
    body: {
      value: [
        {
          id: `/subscriptions/${subscriptionId}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c${page}`,
          name: `c${page}`,
          location: 'westeurope',
          properties: { agentPoolProfiles },
        },
      ],
      nextLink: `https://management.azure.com/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/managedClusters?$skiptoken=${page}`,
    },
  });

  test('are unread once a subscription cannot hold so much', async () => {
    const { access, sent } = scriptedArm((_, page) => endless(page));
    const own = ofSubscription(access);
    for (const why of ['the list holds more', 'all lists together hold more'])
      expect(await listClusters(own, subscriptionId)).toEqual({
        kind: 'unread',
        why: `managedClusters: ${why} than the largest subscription has`,
      });
    expect(sent.length).toBeLessThan(40);
  });

  test('of subscriptions, too', async () => {
    const value = Array.from({ length: 10_000 }, (_, at) => ({ subscriptionId: `s${at}` }));
    const { access } = scriptedArm((_, page) => ({
      body: {
        value: value.map(({ subscriptionId: id }) => ({ subscriptionId: `${id}-${page}` })),
        nextLink: `https://management.azure.com/subscriptions?$skiptoken=${page}`,
      },
    }));
    expect(await listSubscriptions(ofSubscription(access))).toMatchObject({
      kind: 'unread',
      why: 'subscriptions: the list holds more than the largest subscription has',
    });
  });
});

describe('subscriptions', () => {
  const link = 'https://management.azure.com/subscriptions?api-version=2022-12-01&$skiptoken=2';
  const one = { subscriptionId: 'AAAA', displayName: 'One', tenantId: 'T' };

  test('come in pages', async () => {
    const { access } = scriptedArm((url) =>
      url.searchParams.has('$skiptoken')
        ? { body: { value: [{ subscriptionId: 'bbbb' }] } }
        : { body: { value: [one], nextLink: link } },
    );
    expect(await listSubscriptions(access)).toEqual({
      kind: 'read',
      value: [
        { id: 'aaaa', name: 'One', tenantId: 't' },
        { id: 'bbbb', name: 'bbbb' },
      ],
    });
  });

  test.each([
    [{ value: [one], nextLink: 'https://evil.test/' }, 'points elsewhere'],
    [{ value: [one], nextLink: `${link}&a` }, 'repeats its nextLink'],
    [{ value: [{ displayName: 'x' }] }, 'without an id'],
    [{ value: 7 }, 'not the body of a list'],
    ['<html>', 'not valid JSON'],
  ])('%j is no list of them', async (body, why) => {
    const { access } = scriptedArm(() => ({ body }));
    expect(await listSubscriptions(access)).toMatchObject({
      kind: 'unread',
      why: expect.stringContaining(why),
    });
  });
});
