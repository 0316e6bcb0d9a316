import { describe, expect, test } from '@jest/globals';
import { driveFleet } from '../../support/drive-fleet.ts';
import { timeless } from './driver.ts';

const fleet = { clusters: 300, subscriptions: 3, latencyMs: 10 };

describe('300 clusters by queue, the worker killed 20 times and its timer fired each time', () => {
  test('the run seals once, every cluster is in it once, equal to the run without a fault', async () => {
    const killed = await driveFleet({ ...fleet, kills: 20, seed: 7 });
    const calm = await driveFleet({ ...fleet, kills: 0, seed: 7 });
    expect(killed.report?.clusters).toHaveLength(300);
    expect(new Set(killed.report?.clusters.map(({ id }) => id)).size).toBe(300);
    expect(killed.kills).toBeGreaterThanOrEqual(10);
    expect(killed.sealedRuns).toBe(1);
    expect(timeless(killed.report)).toEqual(timeless(calm.report));
  }, 300_000);
});
