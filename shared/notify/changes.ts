import { isOpen } from '../findings/index.ts';
import { withDistinctNames } from '../report/distinct-names.ts';
import type { ClusterReport, Report } from '../report/report.ts';
import { isWorse, measureOf } from '../history/worse.ts';
import { byEffect } from './urgency.ts';
import { placedFindings, type ClusterFinding } from '../report/fleet-findings.ts';

/** What two runs differ in, for one target. All lists worst effect first. */
export interface Changes {
  readonly fresh: readonly ClusterFinding[];
  /** Open in both, and worse: graver, 20 points more of the connections lost, more pods without any. */
  readonly changed: readonly ClusterFinding[];
  /** Of `changed`, those that became critical. */
  readonly raised: readonly ClusterFinding[];
  readonly resolved: readonly ClusterFinding[];
  /** Closed silently, as their cluster or Service is no more. */
  readonly gone: number;
  /** Closed, and not known to be fixed: another finding stands for them, or more data was read. */
  readonly withoutFix: number;
  /** Clusters that were scanned in the first run and not in the second. */
  readonly lost: readonly ClusterReport[];
}

/** What became of a finding that was open once. */
export type CurrentStatus =
  'open' | 'resolved' | 'superseded' | 'reassessed' | 'gone' | 'exempt' | 'unseen';

/** A report with what is asked of it again and again. */
export interface Indexed {
  readonly report: Report;
  /** Findings that people are told of as open, by fingerprint. */
  readonly open: ReadonlyMap<string, ClusterFinding>;
  readonly clusters: ReadonlyMap<string, ClusterReport>;
  readonly byFingerprint: ReadonlyMap<string, ClusterFinding>;
  readonly switchedOff: ReadonlySet<string>;
}

/** A report with the names that people read, and its findings and clusters by what they are asked for. */
export function indexed(given: Report): Indexed {
  const report = withDistinctNames(given);
  const placed = placedFindings(report);
  return {
    report,
    open: new Map(placed.filter(isReported).map((each) => [each.finding.fingerprint, each])),
    clusters: new Map(report.clusters.map((cluster) => [cluster.id, cluster])),
    byFingerprint: new Map(placed.map((each) => [each.finding.fingerprint, each])),
    switchedOff: new Set(report.clusters.flatMap(({ switchedOff }) => switchedOff ?? [])),
  };
}

/** What is held is new on a cluster that Azure is changing: it waits for the next run. */
function isReported({ finding }: ClusterFinding): boolean {
  return isOpen(finding) && finding.held !== true;
}

/** What an earlier finding is now. What was not seen is neither open nor closed. */
export function currentStatus(
  earlier: { readonly fingerprint: string; readonly clusterId: string },
  now: Indexed,
): CurrentStatus {
  const placed = now.byFingerprint.get(earlier.fingerprint);
  if (placed !== undefined) {
    if (placed.finding.state === 'exempt') return 'exempt';
    if (placed.cluster.result === 'gone') return 'gone';
    if (placed.finding.state !== 'resolved') return 'open';
    const { closed = 'fixed' } = placed.finding;
    if (closed === 'superseded' || closed === 'reassessed') return closed;
    return closed === 'fixed' ? 'resolved' : 'gone';
  }
  if (now.switchedOff.has(earlier.fingerprint)) return 'exempt';
  const cluster = now.clusters.get(earlier.clusterId);
  if (cluster === undefined) return now.report.clusters.length === 0 ? 'unseen' : 'gone';
  switch (cluster.result) {
    case 'gone':
      return 'gone';
    case 'complete':
      // It was resolved in a run between the two.
      return 'resolved';
    case 'partial':
    case 'unreachable':
    case 'denied':
    case 'skipped':
    case 'failed':
      return 'unseen';
  }
}

/** What a target is told between two runs. */
export function changesBetween(
  base: Indexed,
  now: Indexed,
  hears: (placed: ClusterFinding) => boolean,
): Changes {
  const fresh: ClusterFinding[] = [];
  const changed: ClusterFinding[] = [];
  const raised: ClusterFinding[] = [];
  const resolved: ClusterFinding[] = [];
  let gone = 0;
  let withoutFix = 0;
  for (const [fingerprint, placed] of now.open) {
    if (!hears(placed)) continue;
    const before = base.open.get(fingerprint);
    if (before === undefined) {
      fresh.push(placed);
      continue;
    }
    // `changed` also tells of what got worse little by little.
    if (
      placed.finding.changed === true ||
      isWorse(measureOf(placed.finding), measureOf(before.finding))
    )
      changed.push(placed);
    if (placed.finding.severity === 'critical' && before.finding.severity !== 'critical')
      raised.push(placed);
  }
  for (const [fingerprint, placed] of base.open) {
    if (now.open.has(fingerprint) || !hears(placed)) continue;
    const status = currentStatus({ fingerprint, clusterId: placed.cluster.id }, now);
    if (status === 'resolved') resolved.push(now.byFingerprint.get(fingerprint) ?? placed);
    if (status === 'gone') gone += 1;
    if (status === 'superseded' || status === 'reassessed') withoutFix += 1;
  }
  return {
    fresh: fresh.toSorted(byEffect),
    changed: changed.toSorted(byEffect),
    raised: raised.toSorted(byEffect),
    resolved: resolved.toSorted(byEffect),
    gone,
    withoutFix,
    lost: now.report.clusters.filter(
      (cluster) => isMissing(cluster) && !isMissing(base.clusters.get(cluster.id)),
    ),
  };
}

/** A cluster of which this run knows nothing new. */
export function isMissing(cluster: ClusterReport | undefined): boolean {
  return cluster !== undefined && ['unreachable', 'denied', 'failed'].includes(cluster.result);
}

/** Whether a digest has anything to say. Clusters that are no more are none: they are one line of it. */
export function isNews(changes: Changes, hasCluster: (cluster: ClusterReport) => boolean): boolean {
  return (
    changes.fresh.length + changes.changed.length + changes.resolved.length > 0 ||
    changes.lost.some(hasCluster)
  );
}
