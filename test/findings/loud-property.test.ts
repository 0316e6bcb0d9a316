import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { findFaults } from '../../shared/findings/index.ts';
import type { ClusterSnapshot } from '../../shared/model/index.ts';
import { allRules } from '../../shared/rules/index.ts';
import { trafficOfServices } from '../../shared/traffic/index.ts';
import { faultyClusters as faulty } from '../fixes/faulty-clusters.ts';
import { runsOf } from '../support/long.ts';
import { silentServices } from '../support/silent-services.ts';
import { snapshotOf, smallClusters } from '../traffic/small-clusters.ts';

const runs = { seed: 20_261_129, numRuns: runsOf(2_500, 60) };
function silent(snapshot: ClusterSnapshot): readonly string[] {
  return silentServices({
    ...findFaults(snapshot, allRules),
    services: trafficOfServices(snapshot),
  });
}

describe('a bad verdict is never silent', () => {
  test.each([
    { name: 'in clusters with the faults that fixes are for', snapshots: faulty },
    { name: 'in any small cluster', snapshots: smallClusters.map(snapshotOf) },
  ])('$name', ({ snapshots }) => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        expect(silent(snapshot)).toEqual([]);
      }),
      runs,
    );
  });
});
