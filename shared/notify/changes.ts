import { severities, type Finding } from '../findings/index.ts';
import { isOpen } from '../report/build.ts';
import type { ClusterReport, Report } from '../report/report.ts';
import { byEffect, placedFindings, type Placed } from './urgency.ts';

/** What two runs differ in, for one target. All lists worst effect first. */
export interface Changes {
  readonly fresh: readonly Placed[];
  /** Open in both: graver, or another part of the connections by 20 points or more. */
  readonly changed: readonly Placed[];
  /** Of `changed`, those that became critical. */
  readonly raised: readonly Placed[];
  readonly resolved: readonly Placed[];
  /** Closed silently, as their cluster or Service is no more. */
  readonly gone: number;
  /** Clusters that were scanned in the first run and not in the second. */
  readonly lost: readonly ClusterReport[];
}

/** What became of a finding that was open once. */
export type Fate = 'open' | 'resolved' | 'gone' | 'exempt' | 'unseen';

/** A report with what is asked of it again and again. */
export interface Indexed {
  readonly report: Report;
  /** Findings that people are told of as open, by fingerprint. */
  readonly open: ReadonlyMap<string, Placed>;
  readonly clusters: ReadonlyMap<string, ClusterReport>;
  readonly byFingerprint: ReadonlyMap<string, Placed>;
  readonly switchedOff: ReadonlySet<string>;
}

export function indexed(report: Report): Indexed {
  const placed = placedFindings(report);
  return {
    report,
    open: new Map(placed.filter(isTold).map((each) => [each.finding.fingerprint, each])),
    clusters: new Map(report.clusters.map((cluster) => [cluster.id, cluster])),
    byFingerprint: new Map(placed.map((each) => [each.finding.fingerprint, each])),
    switchedOff: new Set(report.clusters.flatMap(({ switchedOff }) => switchedOff ?? [])),
  };
}

/** What is new on a cluster that Azure is changing may be over in an hour: it waits for the next run. */
function isTold({ cluster, finding }: Placed): boolean {
  return isOpen(finding) && !(cluster.settling === true && finding.state === 'new');
}

/** What an earlier finding is now. What was not seen is neither open nor closed. */
export function fateOf(
  earlier: { readonly fingerprint: string; readonly clusterId: string },
  now: Indexed,
): Fate {
  const placed = now.byFingerprint.get(earlier.fingerprint);
  if (placed !== undefined) {
    if (placed.finding.state === 'exempt') return 'exempt';
    if (placed.cluster.result === 'gone') return 'gone';
    if (placed.finding.state !== 'resolved') return 'open';
    return hasNoService(placed) ? 'gone' : 'resolved';
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

/** The Service was deleted, or is no longer of type LoadBalancer: nobody has repaired anything. */
function hasNoService({ cluster, finding }: Placed): boolean {
  const { kind, namespace, name } = finding.subject;
  return (
    kind === 'Service' &&
    cluster.result === 'complete' &&
    !cluster.services.some((each) => each.namespace === namespace && each.name === name)
  );
}

/** What a target is told between two runs. */
export function changesBetween(
  base: Indexed,
  now: Indexed,
  hears: (placed: Placed) => boolean,
): Changes {
  const fresh: Placed[] = [];
  const changed: Placed[] = [];
  const raised: Placed[] = [];
  const resolved: Placed[] = [];
  let gone = 0;
  for (const [fingerprint, placed] of now.open) {
    if (!hears(placed)) continue;
    const before = base.open.get(fingerprint);
    if (before === undefined) {
      fresh.push(placed);
      continue;
    }
    if (hasChanged(before.finding, placed.finding)) changed.push(placed);
    if (placed.finding.severity === 'critical' && before.finding.severity !== 'critical')
      raised.push(placed);
  }
  for (const [fingerprint, placed] of base.open) {
    if (now.open.has(fingerprint) || !hears(placed)) continue;
    const fate = fateOf({ fingerprint, clusterId: placed.cluster.id }, now);
    if (fate === 'resolved') resolved.push(now.byFingerprint.get(fingerprint) ?? placed);
    if (fate === 'gone') gone += 1;
  }
  return {
    fresh: fresh.toSorted(byEffect),
    changed: changed.toSorted(byEffect),
    raised: raised.toSorted(byEffect),
    resolved: resolved.toSorted(byEffect),
    gone,
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

/** Share of connections that moved; what is less is no news. */
const material = 0.2;

function hasChanged(before: Finding, now: Finding): boolean {
  if (severities.indexOf(now.severity) < severities.indexOf(before.severity)) return true;
  const [was, is] = [magnitude(before), magnitude(now)];
  if (was !== undefined && is !== undefined && Math.abs(is - was) >= material - 1e-9) return true;
  return starvedPools(now) > starvedPools(before);
}

/** The part of the connections or of the pods that a traffic finding is about; worst port. */
function magnitude({ evidence }: Finding): number | undefined {
  const ports = evidence['ports'];
  if (!Array.isArray(ports)) return undefined;
  const parts = ports.flatMap((port: unknown) => {
    const fields = new Map(typeof port === 'object' && port !== null ? Object.entries(port) : []);
    const [lost, starved, ready] = ['lost', 'starvedPods', 'readyPods'].map((name) =>
      fields.get(name),
    );
    if (typeof lost === 'number') return [lost];
    return typeof starved === 'number' && typeof ready === 'number' && ready > 0
      ? [starved / ready]
      : [];
  });
  return parts.length === 0 ? undefined : Math.max(...parts);
}

function starvedPools({ evidence }: Finding): number {
  const starved = evidence['starved'];
  if (!Array.isArray(starved)) return 0;
  const pools = starved.flatMap((pod: unknown) => {
    const fields = new Map(typeof pod === 'object' && pod !== null ? Object.entries(pod) : []);
    const pool = fields.get('nodePool');
    return typeof pool === 'string' ? [pool] : [];
  });
  return new Set(pools).size;
}
