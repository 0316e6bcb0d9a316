import { describe, expect, test } from '@jest/globals';
import { driveFleet } from '../../support/drive-fleet.ts';
import { timeless } from './driver.ts';
import { runsOf } from '../../support/long.ts';

/** Few enough clusters in a subscription that AKS's pace for kubeconfigs does not hold the run up. */
const clusters = runsOf(300, 12);
const fleet = { clusters, subscriptions: 6 };
const kills = runsOf(20, 2);

describe(`${clusters} clusters by queue, the worker killed ${kills} times and its timer fired each time`, () => {
  test(
    'the run seals once, every cluster is in it once, equal to the run without a fault',
    async () => {
      const killed = await driveFleet({ ...fleet, latencyMs: 10, kills, seed: 7 });
      const calm = await driveFleet({ ...fleet, latencyMs: 10, kills: 0, seed: 7 });
      expect(killed.kills).toBeGreaterThanOrEqual(kills / 2);
      expect(killed.sealedRuns).toBe(1);
      expect(killed.report?.clusters).toHaveLength(clusters);
      expect(new Set(killed.report?.clusters.map(({ id }) => id)).size).toBe(clusters);
      expect(timeless(killed.report)).toEqual(timeless(calm.report));
      // Two runs of half a minute each on an idle machine, in the long form of minutes.
    },
    runsOf(1_200_000, 420_000),
  );
});
