import { describe, expect, test } from '@jest/globals';
import { readObservations } from '../../../shared/collect/index.ts';
import { readChanges } from '../../../shared/collect/observed/changes.ts';
import type { Clock } from '../../../shared/collect/live/clock.ts';
import type { ChangeDescription } from '../../../simulator/description.ts';
import type { FaultRule } from '../../../simulator/faults.ts';
import { subscriptionId } from '../../simulator/ask.ts';
import { fakeClock } from '../../live/fake-clock.ts';
import { clusters } from '../../live/world.ts';
import { observedWorld, valueOf } from './azure.ts';

/** Where the simulator's own time stands still. */
const clock: Clock = { ...fakeClock(), now: () => Date.parse('2026-11-23T06:00:00Z') };

const change = (minutesAgo: number): ChangeDescription => ({
  of: { loadBalancer: 'kubernetes' },
  minutesAgo,
  operation: 'Microsoft.Network/loadBalancers/write',
  clientType: 'Azure Portal',
  changedBy: 'alice@contoso.example',
  paths: ['properties.probes[0].properties.port'],
});

const shop = (count = 2) =>
  clusters({ shop: { changes: Array.from({ length: count }, (_, at) => change(at + 1)) } });

async function ask(faults: readonly FaultRule[] = [], description = shop()) {
  const world = await observedWorld(description, { faults });
  return { world, answer: await readChanges(world.arm, subscriptionId) };
}

function again(text: string): string {
  return text.replace(/\}$/u, ',"$skipToken":"again"}');
}

describe('changes of resources', () => {
  test('come newest first, with what, when, by what and by whom', async () => {
    const { answer } = await ask();
    expect(valueOf(answer)).toEqual([
      {
        resourceId: expect.stringMatching(/\/mc_rg-shop_shop_westeurope\/.*\/kubernetes$/u),
        at: '2026-11-23T05:59:00.000Z',
        changeType: 'Update',
        operation: 'Microsoft.Network/loadBalancers/write',
        clientType: 'Azure Portal',
        changedBy: 'alice@contoso.example',
        properties: ['properties.probes[0].properties.port'],
      },
      expect.objectContaining({ at: '2026-11-23T05:58:00.000Z' }),
    ]);
  });

  test('are read page by page, three at most', async () => {
    const { world, answer } = await ask([], shop(4000));
    expect(valueOf(answer)).toHaveLength(3000);
    expect(world.simulator.log.count()).toBe(3);
  });

  const path = 'Microsoft.ResourceGraph';

  test.each([
    { name: 'no rows', body: '{"data":{"columns":[]}}' },
    {
      name: 'rows without a target or a time',
      body: '{"data":[{},{"target":"/x","at":"soon"},4]}',
    },
    {
      name: 'years that no clock has',
      body: JSON.stringify({
        data: ['-000001-01-01T00:00:00Z', '+010000-01-01T00:00:00Z'].map((at) => ({
          target: '/subscriptions/x',
          at,
        })),
      }),
    },
  ])('$name: none', async ({ body }) => {
    const { answer } = await ask([{ path, action: { kind: 'replace', body: () => body } }]);
    expect(answer).toEqual({ kind: 'read', value: [] });
  });

  test.each([
    { name: 'no JSON', body: '<html>', why: /resourcechanges: not valid JSON/u },
    {
      name: 'deep nesting',
      body: `${'['.repeat(100)}${']'.repeat(100)}`,
      why: /levels deep/u,
    },
    {
      name: 'more rows than a page has',
      body: `{"data":[${'{},'.repeat(300_000)}{}]}`,
      why: /objects, lists and fields/u,
    },
  ])('$name: unread', async ({ body, why }) => {
    const { answer } = await ask([{ path, action: { kind: 'replace', body: () => body } }]);
    expect(answer).toMatchObject({ kind: 'unread', why: expect.stringMatching(why) });
  });

  test.each<{ name: string; action: FaultRule['action']; why: RegExp }>([
    { name: 'a body without an end', action: { kind: 'endless' }, why: /larger than/u },
    {
      name: 'a redirect',
      action: { kind: 'redirect', to: 'https://evil.example/' },
      why: /resourcechanges/u,
    },
    {
      name: 'a wait of an hour',
      action: { kind: 'throttle', retryAfter: '3600' },
      why: /429; Azure asks to wait 3600 s/u,
    },
    { name: 'no answer', action: { kind: 'hang' }, why: /no answer within 0\.3 s/u },
    {
      name: 'too many requests for ever',
      action: { kind: 'status', status: 529, body: '' },
      why: /(?:529|no answer within 0\.3 s)/u,
    },
  ])('$name: unread in one line, at the end of its time', async ({ action, why }) => {
    const world = await observedWorld(shop(), { faults: [{ path, action }] });
    const found = await readObservations({
      arm: world.arm,
      metrics: world.metrics,
      clock,
      subscriptionId,
      clusters: world.clusters,
      loadBalancers: { kind: 'read', value: world.loadBalancers },
      limitMs: action.kind === 'hang' || action.kind === 'status' ? 300 : 60_000,
    });
    expect(found.resourceChanges).toMatchObject({
      kind: 'unread',
      why: expect.stringMatching(why),
    });
    expect([...world.server.lookups()]).not.toContain('evil.example');
  });

  test('a token that leads to itself ends the list', async () => {
    const { world, answer } = await ask([{ path, action: { kind: 'replace', body: again } }]);
    expect(answer.kind).toBe('read');
    expect(world.simulator.log.count()).toBe(2);
  });

  test('without the right are unread', async () => {
    const { subscriptions, ...rest } = shop();
    const denied = subscriptions.map((each) => ({ ...each, denied: ['changes' as const] }));
    const { answer } = await ask([], { ...rest, subscriptions: denied });
    expect(answer).toMatchObject({ kind: 'unread', why: expect.stringContaining('403') });
  });
});
