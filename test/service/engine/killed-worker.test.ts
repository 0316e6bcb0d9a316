import { describe, expect, test } from '@jest/globals';
import { driveFleet } from '../../support/drive-fleet.ts';
import { timeless } from './driver.ts';

/** Few enough clusters in a subscription that AKS's pace for kubeconfigs does not hold the run up. */
const fleet = { clusters: 300, subscriptions: 6 };

describe('300 clusters by queue, the worker killed 20 times and its timer fired each time', () => {
  test('the run seals once, every cluster is in it once, equal to the run without a fault', async () => {
    const killed = await driveFleet({ ...fleet, latencyMs: 10, kills: 20, seed: 7 });
    const calm = await driveFleet({ ...fleet, latencyMs: 10, kills: 0, seed: 7 });
    expect(killed.kills).toBeGreaterThanOrEqual(10);
    expect(killed.sealedRuns).toBe(1);
    expect(killed.report?.clusters).toHaveLength(300);
    expect(new Set(killed.report?.clusters.map(({ id }) => id)).size).toBe(300);
    expect(timeless(killed.report)).toEqual(timeless(calm.report));
  }, 420_000);
});
