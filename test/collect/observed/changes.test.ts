import { describe, expect, test } from '@jest/globals';
import { readChanges } from '../../../shared/collect/observed/changes.ts';
import type { ChangeDescription } from '../../../simulator/description.ts';
import type { FaultRule } from '../../../simulator/faults.ts';
import { subscriptionId } from '../../simulator/ask.ts';
import { clusters } from '../../live/world.ts';
import { observedWorld, valueOf } from './azure.ts';

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
  ])('$name: unread', async ({ body, why }) => {
    const { answer } = await ask([{ path, action: { kind: 'replace', body: () => body } }]);
    expect(answer).toMatchObject({ kind: 'unread', why: expect.stringMatching(why) });
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
