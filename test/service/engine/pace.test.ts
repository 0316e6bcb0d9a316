import { describe, expect, test } from '@jest/globals';
import type { PlannedCluster } from '../../../shared/history/index.ts';
import { pacedClusters, spreadSeconds } from '../../../shared/service/engine/pace.ts';

function planned(subscriptionId: string, count: number): readonly PlannedCluster[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `/subscriptions/${subscriptionId}/c${index}`;
    return { id, name: id, subscriptionId };
  });
}

/** Clusters whose message is delivered by then, by subscription. */
function dueBy(seconds: number, paced: ReturnType<typeof pacedClusters>, of: string): number {
  return paced.filter(
    ({ cluster, delaySeconds }) => cluster.subscriptionId === of && delaySeconds <= seconds,
  ).length;
}

describe('the pace of a run', () => {
  test('never asks for more kubeconfigs than AKS gives a subscription: 60, then one a second', () => {
    const paced = pacedClusters([...planned('a', 300), ...planned('b', 70)], () => false);
    for (let second = 0; second <= 300; second++)
      for (const name of ['a', 'b'])
        expect(dueBy(second, paced, name)).toBeLessThanOrEqual(60 + second);
    expect(dueBy(250, paced, 'a')).toBe(300);
    expect(dueBy(20, paced, 'b')).toBe(70);
  });

  test('does not hold up clusters whose server and authority are known', () => {
    const paced = pacedClusters(planned('a', 300), (id) => !id.endsWith('/c7'));
    expect(paced.filter(({ delaySeconds }) => delaySeconds > 0)).toEqual([]);
  });

  test('lets subscriptions take turns', () => {
    const paced = pacedClusters(
      [...planned('a', 23), ...planned('b', 5), ...planned('c', 12)],
      () => true,
    );
    const turns = ['a'.repeat(10), 'bbbbb', 'c'.repeat(10), 'a'.repeat(10), 'cc', 'aaa'];
    expect(paced.map(({ cluster }) => cluster.subscriptionId).join('')).toBe(turns.join(''));
  });

  test('keeps a turn together where its kubeconfigs have to be asked for', () => {
    const paced = pacedClusters([...planned('a', 90), ...planned('b', 90)], () => false);
    for (const name of ['a', 'b']) {
      const own = paced.filter(({ cluster }) => cluster.subscriptionId === name);
      const at = Map.groupBy(own, ({ delaySeconds }) => delaySeconds);
      expect([...at].map(([seconds, { length }]) => [seconds, length])).toEqual([
        [0, 50],
        [10, 10],
        [20, 10],
        [30, 10],
        [40, 10],
      ]);
    }
  });

  test('brings back throttled clusters at different times', () => {
    const delays = planned('a', 60).map(({ id }) => spreadSeconds(id));
    expect(Math.max(...delays)).toBeLessThan(30);
    expect(new Set(delays).size).toBeGreaterThan(15);
  });
});
