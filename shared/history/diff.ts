import type { ClusterFindings } from '../findings/index.ts';
import { compareText } from '../model/index.ts';
import type { StatusChange } from './changes.ts';
import { trackFindings, type TrackingOptions } from './track-findings.ts';
import { withRun, type HistoryPoint } from './history.ts';
import type { KnownCluster, TrackedState } from './state.ts';

export interface DiffOptions<C extends ClusterFindings> extends Omit<
  TrackingOptions<C>,
  'baseline'
> {
  readonly runId: string;
  readonly startedAt: string;
  /** ARM ids of clusters that exist and are audited no longer: their findings are dropped without a word. */
  readonly excluded?: ReadonlySet<string>;
}

export interface Diff<C extends ClusterFindings> {
  /** Nothing was known before: all that is open is the baseline, and nothing of it is news. */
  readonly baseline: boolean;
  /** The results with their findings' states, kept and resolved ones among them. */
  readonly clusters: readonly C[];
  readonly changes: readonly StatusChange[];
  /** Earlier runs, for the trend. */
  readonly history: readonly HistoryPoint[];
  /** What the next run is to be compared with. */
  readonly state: TrackedState;
}

/**
 * Compares the results of a run with what was known. Findings open, stay open, come back or resolve;
 * what could not be looked at stays, stale. A cluster without a result is kept as it was. Results in
 * any order give the same state.
 * @param previous `undefined` where nothing is known: a first run, or a state that cannot be used.
 */
export function diff<C extends ClusterFindings>(
  previous: TrackedState | undefined,
  results: readonly C[],
  options: DiffOptions<C>,
): Diff<C> {
  const { runId, startedAt, now, excluded } = options;
  const baseline = previous === undefined;
  const before = new Map(previous?.clusters.map((cluster) => [cluster.id, cluster]));
  const after = new Map<string, KnownCluster>();
  const changes: StatusChange[] = [];
  const clusters = results.map((result): C => {
    const tracked = trackFindings(before.get(result.id), result, { ...options, baseline });
    changes.push(...tracked.changes);
    before.delete(result.id);
    if (tracked.known !== undefined) after.set(result.id, tracked.known);
    return tracked.cluster;
  });
  for (const cluster of before.values())
    if (excluded?.has(cluster.id) !== true)
      after.set(cluster.id, { ...cluster, unreadRuns: cluster.unreadRuns + 1 });
  const history = previous?.history ?? [];
  return {
    baseline,
    clusters,
    changes,
    history,
    state: {
      runId,
      at: now,
      clusters: [...after.values()].toSorted((a, b) => compareText(a.id, b.id)),
      history: withRun(history, { runId, startedAt }, clusters),
    },
  };
}
