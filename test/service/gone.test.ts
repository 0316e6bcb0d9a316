import { describe, expect, test } from '@jest/globals';
import { armId, read, unread, type ManagedCluster, type Read } from '../../shared/model/index.ts';
import { goneBy } from '../../shared/audit/gone.ts';
import { managedCluster } from '../builders/index.ts';

const named = (name: string): ManagedCluster =>
  managedCluster({ id: armId(`/subscriptions/s/managedClusters/${name}`), subscriptionId: 's' });

/** A question at a time, and the lists that ARM would give. */
function world(...lists: readonly Read<readonly ManagedCluster[]>[]) {
  let asked = 0;
  const clock = { ms: 0 };
  const isGone = goneBy(
    () => Promise.resolve(lists[Math.min(asked++, lists.length - 1)] ?? unread('none')),
    { now: () => clock.ms },
  );
  return { isGone, clock, asked: () => asked };
}

describe('whether a cluster is gone', () => {
  test('it is where its subscription was listed without it, and only there', async () => {
    expect(await world(read([named('b')])).isGone(named('a'))).toBe(true);
    expect(await world(read([named('a')])).isGone(named('a'))).toBe(false);
    expect(await world(unread('403')).isGone(named('a'))).toBe(false);
  });

  test('clusters that vanish together cost one list', async () => {
    const { isGone, asked } = world(read([]));
    expect(await Promise.all([isGone(named('a')), isGone(named('b'))])).toEqual([true, true]);
    expect(asked()).toBe(1);
  });

  test('a list of an earlier run says nothing of a cluster that was made since', async () => {
    const { isGone, clock } = world(read([named('a')]), read([named('a'), named('new')]));
    expect(await isGone(named('a'))).toBe(false);
    clock.ms = 24 * 3_600_000;
    expect(await isGone(named('new'))).toBe(false);
  });

  test('a list that failed is not remembered for good', async () => {
    const { isGone, clock } = world(unread('throttled'), read([]));
    expect(await isGone(named('a'))).toBe(false);
    clock.ms = 60_000;
    expect(await isGone(named('a'))).toBe(true);
  });
});
