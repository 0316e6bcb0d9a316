import type { Severity } from '../../findings/index.ts';
import { isOpen } from '../../report/build.ts';
import type { ClusterReport, ClusterResult, Report, RunInfo } from '../../report/report.ts';
import { changesBetween, type Indexed } from '../changes.ts';
import { byEffect, placedFindings, type ClusterFinding } from '../urgency.ts';

export type SeverityCounts = Readonly<Record<Severity, number>>;

/** What a digest tells, before any layout. */
export interface DigestFacts {
  readonly run: RunInfo;
  /** All that there is, as nothing was announced before. */
  readonly baseline: boolean;
  readonly clusters: {
    readonly planned: number;
    readonly scanned: number;
    /** Scanned in part; they count as scanned. */
    readonly partial: number;
    readonly skipped: number;
    readonly subscriptions: number;
  };
  /** Clusters that could not be scanned, or only in part; worst first. */
  readonly notScanned: readonly ClusterReport[];
  /** Clusters that were planned and of which the report has nothing. */
  readonly unheard: number;
  readonly fresh: readonly ClusterFinding[];
  readonly changed: readonly ClusterFinding[];
  readonly resolved: readonly ClusterFinding[];
  /** Closed because their cluster or Service is gone. */
  readonly gone: number;
  /** Clusters that were scanned the last time and not this time. */
  readonly lost: number;
  /** All that is open, the new ones too. */
  readonly open: readonly ClusterFinding[];
  /** Open, on something that was not read in this run. */
  readonly stale: number;
  readonly exempt: number;
  /** Connections a minute that the open findings' Services lose; 0 where no metric says so. */
  readonly lostPerMinute: number;
}

/** Which findings a digest is about; all where absent. */
export type Audience = (placed: ClusterFinding) => boolean;

/** The facts of one report by itself: what is new and resolved is what its findings' states say. */
export function digestFacts(report: Report, audience: Audience = () => true): DigestFacts {
  const findings = placedFindings(report).filter(audience).toSorted(byEffect);
  const inState = (...states: readonly string[]): readonly ClusterFinding[] =>
    findings.filter(({ finding }) => states.includes(finding.state));
  return {
    ...fleetFacts(report),
    baseline: false,
    fresh: inState('new', 'reopened'),
    changed: [],
    resolved: inState('resolved'),
    gone: 0,
    lost: 0,
    open: findings.filter(({ finding }) => isOpen(finding)),
    lostPerMinute: lostBy(findings.filter(({ finding }) => isOpen(finding))),
    stale: inState('stale').length,
    exempt: inState('exempt').length,
  };
}

/**
 * The facts between two runs, for one target. Without a first run it is the baseline: all that is
 * open, and nothing of it is new.
 */
export function digestFactsBetween(
  base: Indexed | undefined,
  now: Indexed,
  hears: Audience,
  hasCluster: ((cluster: ClusterReport) => boolean) | undefined,
): DigestFacts {
  const open = [...now.open.values()].filter(hears).toSorted(byEffect);
  const changes = base === undefined ? undefined : changesBetween(base, now, hears);
  const mine = placedFindings(now.report).filter(hears);
  return {
    ...fleetFacts(
      now.report,
      hasCluster &&
        ((cluster) => hasCluster(cluster) || open.some((each) => each.cluster === cluster)),
    ),
    baseline: changes === undefined,
    fresh: changes?.fresh ?? [],
    changed: changes?.changed ?? [],
    resolved: changes?.resolved ?? [],
    gone: changes?.gone ?? 0,
    lost: changes?.lost.filter(hasCluster ?? (() => true)).length ?? 0,
    open,
    lostPerMinute: lostBy(open),
    stale: mine.filter(({ finding }) => finding.state === 'stale').length,
    exempt: mine.filter(({ finding }) => finding.state === 'exempt').length,
  };
}

/** Of each Service once, however many findings it has. */
function lostBy(open: readonly ClusterFinding[]): number {
  const lost = new Map<string, number>();
  for (const { cluster, finding } of open) {
    const { harm, subject } = finding;
    if (harm?.kind !== 'lost' || harm.unit !== 'connections') continue;
    const key = JSON.stringify([cluster.id, subject.namespace, subject.name]);
    lost.set(key, Math.max(lost.get(key) ?? 0, harm.perMinute));
  }
  return [...lost.values()].reduce((sum, each) => sum + each, 0);
}

/** What a digest says about the clusters: all that were planned, or those that are somebody's. */
function fleetFacts(
  report: Report,
  hasCluster?: (cluster: ClusterReport) => boolean,
): Pick<DigestFacts, 'run' | 'clusters' | 'notScanned' | 'unheard'> {
  const clusters = hasCluster === undefined ? report.clusters : report.clusters.filter(hasCluster);
  const count = (...results: readonly ClusterResult[]): number =>
    clusters.filter(({ result }) => results.includes(result)).length;
  const planned = hasCluster === undefined ? report.summary.clusters.planned : clusters.length;
  const order: readonly ClusterResult[] = ['failed', 'denied', 'unreachable', 'partial'];
  return {
    run: report.run,
    clusters: {
      planned,
      scanned: count('complete', 'partial'),
      partial: count('partial'),
      skipped: count('skipped', 'gone'),
      subscriptions: new Set(clusters.flatMap(({ subscriptionId }) => subscriptionId ?? [])).size,
    },
    notScanned: clusters
      .filter(({ result }) => order.includes(result))
      .toSorted((a, b) => order.indexOf(a.result) - order.indexOf(b.result)),
    unheard: Math.max(0, planned - clusters.length),
  };
}

export function countSeverities(findings: readonly ClusterFinding[]): SeverityCounts {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { finding } of findings) counts[finding.severity] += 1;
  return counts;
}
