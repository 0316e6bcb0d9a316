import { describe, expect, test } from '@jest/globals';
import { readClusterCounts } from '../../shared/discover/index.ts';
import { cluster, fleet, subscription } from '../../simulator/build.ts';
import type { FaultRule } from '../../simulator/faults.ts';
import { world } from './world.ts';

const ids = Array.from(
  { length: 301 },
  (_, at) => `00000000-0000-0000-0000-${String(at).padStart(12, '0')}`,
);
const [first = '', second = '', third = ''] = ids;

async function ask(faults: readonly FaultRule[] = [], of: readonly string[] = ids) {
  const made = await world(
    fleet({
      subscriptions: [
        subscription(first, 'One', [cluster('a'), cluster('b')]),
        subscription(second, 'Empty', []),
        subscription(third, 'Refused', [cluster('c')], { denied: ['managedClusters'] }),
      ],
    }),
  );
  made.simulator.faults.set(faults);
  made.simulator.log.clear();
  const answer = await readClusterCounts(made.azure().arm, of);
  const calls = [...made.simulator.log.counts()].flatMap(([operation, count]) =>
    operation.includes('Microsoft.ResourceGraph') ? [count] : [],
  );
  return { answer, calls };
}

const replaced = (body: string): readonly FaultRule[] => [
  { path: 'Microsoft.ResourceGraph', action: { kind: 'replace', body: () => body } },
];

describe('clusters by subscription, as Resource Graph counts them', () => {
  test('of what it sees; the others have no count, and a few hundred are one call', async () => {
    const { answer, calls } = await ask();
    expect(answer).toEqual({
      kind: 'read',
      value: new Map([
        [first, 2],
        [second, 0],
        // It leaves out what ARM would refuse.
        [third, 0],
      ]),
    });
    expect(calls).toEqual([2]);
  });

  test.each([
    ['no JSON', '<html>', /not valid JSON/u],
    ['a page that is not the last', '{"data":[],"resultTruncated":"true"}', /not whole/u],
    [
      'an answer that goes on',
      '{"data":[],"resultTruncated":"false","$skipToken":"x"}',
      /not whole/u,
    ],
    ['no word on whether it is whole', '{"data":[]}', /not whole/u],
  ])('%s: unread', async (_, body, why) => {
    const { answer } = await ask(replaced(body), [first]);
    expect(answer).toMatchObject({ kind: 'unread', why: expect.stringMatching(why) });
  });

  test('rows that are no counts are left out', async () => {
    const rows = `[4,{"subscriptionId":"${first}"},{"clusters":3},{"subscriptionId":"${second}","clusters":-1},{"subscriptionId":"${third}","clusters":1}]`;
    const { answer } = await ask(replaced(`{"data":${rows},"resultTruncated":"false"}`), [first]);
    expect(answer).toEqual({ kind: 'read', value: new Map([[third, 1]]) });
  });

  test('no right: unread', async () => {
    const { answer } = await ask([
      { path: 'Microsoft.ResourceGraph', action: { kind: 'status', status: 403 } },
    ]);
    expect(answer.kind).toBe('unread');
  });
});
