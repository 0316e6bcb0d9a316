import { counted, optionalSlices } from '../model/index.ts';
import { clean } from './clean.ts';
import type { ClusterReport, Report } from './report.ts';

/** Something that was not read or could not be judged, with the rules that miss it. */
export interface UnknownReason {
  readonly why: string;
  readonly rules: readonly string[];
  /** Slices that the reason names, where it is that they were not read. */
  readonly slices: readonly string[];
}

/**
 * Slices that were not read: name and reason. Of a complete cluster nothing that it needs is
 * missing; what is, adds precision only, and is no gap. Neither is an optional one of another.
 */
export function unreadSlices(
  cluster: ClusterReport,
): readonly { readonly slice: string; readonly why: string }[] {
  if (cluster.result === 'complete') return [];
  return cluster.coverage
    .filter((each) => each.state === 'unread' && !optionalSlices.has(each.slice))
    .map((each) => ({ slice: clean(each.slice), why: clean(each.why ?? 'not read') }));
}

/** Rules without an answer, gathered by the reason that they give. */
export function unknownReasons(cluster: ClusterReport): readonly UnknownReason[] {
  const byReason = Map.groupBy(cluster.unknown, ({ why }) => clean(why));
  return [...byReason].map(([why, unknown]) => ({
    why,
    rules: [...new Set(unknown.map(({ rule }) => clean(rule)))],
    slices: [...new Set(unknown.flatMap(({ slices = [] }) => slices.map((slice) => clean(slice))))],
  }));
}

/** How many planned clusters the report has nothing of. */
export function silentClusters({ summary, clusters }: Report): number {
  return Math.max(0, summary.clusters.planned - clusters.length);
}

/** The line about them; none where there is no such cluster. */
export function silentLines(report: Report): readonly string[] {
  const silent = silentClusters(report);
  return silent === 0 ? [] : [`${counted(silent, 'planned cluster')} gave no answer`];
}

/** A cluster of which nothing can be said: it passes nothing. */
export function notJudged(cluster: ClusterReport): boolean {
  return cluster.result !== 'complete' && cluster.result !== 'partial';
}
