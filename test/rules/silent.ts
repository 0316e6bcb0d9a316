import fc from 'fast-check';
import type { Rule } from '../../shared/rules/index.ts';
import { cluster, type SnapshotChanges } from '../builders/index.ts';

const most = 2000;
const atOnce = 50;

/**
 * Rules that fire on none of at most 2,000 clusters, by id and in the order given. No more clusters
 * are made than it takes until all others have fired.
 * @param outOfReach Those that are not waited for.
 */
export function silentOf(
  clusters: fc.Arbitrary<SnapshotChanges>,
  rules: readonly Rule[],
  outOfReach: readonly string[] = [],
): readonly string[] {
  let silent = rules;
  for (let seed = 0; seed < most / atOnce; seed++) {
    for (const changes of fc.sample(clusters, { seed, numRuns: atOnce })) {
      const snapshot = cluster(changes);
      silent = silent.filter((rule) => {
        const outcome = rule.run(snapshot);
        return outcome.kind === 'unknown' || outcome.faults.length === 0;
      });
    }
    if (silent.every(({ meta }) => outOfReach.includes(meta.id))) break;
  }
  return silent.map(({ meta }) => meta.id);
}
