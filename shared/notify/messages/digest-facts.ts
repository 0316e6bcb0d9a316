import { countFindings, isOpen, isResolved, type FindingCounts } from '../../findings/index.ts';
import type { ClusterReport, ClusterResult, Report, RunInfo } from '../../report/report.ts';
import { changesBetween, isMissing, type Changes, type Indexed } from '../changes.ts';
import { byEffect } from '../urgency.ts';
import { placedFindings, type ClusterFinding } from '../../report/fleet-findings.ts';

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
  /** Clusters that could not be scanned: all of them in a first scan, later those that were scanned before; worst first. */
  readonly notScanned: readonly ClusterReport[];
  /** The same of clusters that were read in part. */
  readonly inPart: readonly ClusterReport[];
  /** Clusters that were planned and of which the report has nothing. */
  readonly unheard: number;
  readonly fresh: readonly ClusterFinding[];
  readonly changed: readonly ClusterFinding[];
  readonly resolved: readonly ClusterFinding[];
  /** New and resolved ones that a target of the whole fleet does not name: the page counts them. */
  readonly below: { readonly fresh: number; readonly resolved: number };
  /** Closed because their cluster or Service is gone. */
  readonly gone: number;
  /** Closed, and not known to be fixed. */
  readonly withoutFix: number;
  /** Clusters that were scanned the last time and not this time. */
  readonly lost: number;
  /** All that is open and meant for this target, the new ones too. */
  readonly open: readonly ClusterFinding[];
  /** Open findings as the page counts them; of a target with a part of the fleet, those of `open`. */
  readonly counts: FindingCounts;
  /** Fingerprints of criticals that have a message of their own: counted and not named. */
  readonly apart: ReadonlySet<string>;
  /** Open, on something that was not read in this run. */
  readonly stale: number;
  readonly exempt: number;
  /** Connections a minute that the open findings' Services lose; 0 where no metric says so. */
  readonly lostPerMinute: number;
}

/** The facts of one report by itself: what is new and resolved is what its findings' states say. */
export function digestFacts(report: Report): DigestFacts {
  const findings = placedFindings(report).toSorted(byEffect);
  const open = findings.filter(({ finding }) => isOpen(finding));
  return {
    ...fleetFacts(report),
    ...asideFacts(findings),
    counts: countsOf(open),
    apart: new Set(),
    baseline: false,
    fresh: open.filter(({ finding }) => ['new', 'reopened'].includes(finding.state)),
    changed: [],
    resolved: findings.filter(({ finding }) => isResolved(finding)),
    below: { fresh: 0, resolved: 0 },
    gone: 0,
    withoutFix: 0,
    lost: 0,
    open,
    lostPerMinute: lostBy(open),
  };
}

/**
 * The facts between two runs, for one target. Without a first run it is the baseline: all that is
 * open, and nothing of it is new.
 * @param apart Fingerprints of criticals that have a message of their own.
 */
export function digestFactsBetween(
  base: Indexed | undefined,
  now: Indexed,
  hears: (placed: ClusterFinding) => boolean,
  hasCluster: ((cluster: ClusterReport) => boolean) | undefined,
  apart: ReadonlySet<string> = new Set(),
): DigestFacts {
  const open = [...now.open.values()].filter(hears).toSorted(byEffect);
  const changes = base === undefined ? noChanges : changesBetween(base, now, hears);
  const { fresh, changed, resolved, gone, withoutFix, lost } = changes;
  const all = placedFindings(now.report);
  const everything =
    base === undefined || hasCluster !== undefined
      ? changes
      : changesBetween(base, now, () => true);
  return {
    ...fleetFacts(
      now.report,
      hasCluster &&
        ((cluster) => hasCluster(cluster) || open.some((each) => each.cluster === cluster)),
      base,
    ),
    ...asideFacts(all.filter(hears)),
    counts: countsOf(hasCluster === undefined ? all : open),
    apart,
    baseline: base === undefined,
    fresh,
    changed,
    resolved,
    below: {
      fresh: everything.fresh.length - fresh.length,
      resolved: everything.resolved.length - resolved.length,
    },
    gone,
    withoutFix,
    lost: lost.filter(hasCluster ?? (() => true)).length,
    open,
    lostPerMinute: lostBy(open),
  };
}

const noChanges: Changes = {
  fresh: [],
  changed: [],
  raised: [],
  resolved: [],
  gone: 0,
  withoutFix: 0,
  lost: [],
};

function asideFacts(findings: readonly ClusterFinding[]): Pick<DigestFacts, 'stale' | 'exempt'> {
  const count = (state: string): number =>
    findings.filter(({ finding }) => finding.state === state).length;
  return { stale: count('stale'), exempt: count('exempt') };
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
  base?: Indexed,
): Pick<DigestFacts, 'run' | 'clusters' | 'notScanned' | 'inPart' | 'unheard'> {
  const clusters = hasCluster === undefined ? report.clusters : report.clusters.filter(hasCluster);
  const count = (...results: readonly ClusterResult[]): number =>
    clusters.filter(({ result }) => results.includes(result)).length;
  const planned = hasCluster === undefined ? report.summary.clusters.planned : clusters.length;
  const order: readonly ClusterResult[] = ['failed', 'denied', 'unreachable'];
  const before = (cluster: ClusterReport): ClusterReport | undefined =>
    base?.clusters.get(cluster.id);
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
      .filter((cluster) => isMissing(cluster) && !isMissing(before(cluster)))
      .toSorted((a, b) => order.indexOf(a.result) - order.indexOf(b.result)),
    inPart: clusters.filter(
      (cluster) => cluster.result === 'partial' && before(cluster)?.result !== 'partial',
    ),
    unheard: Math.max(0, planned - clusters.length),
  };
}

/** Those that are open by severity, and those that are exempt. */
export function countsOf(findings: readonly ClusterFinding[]): FindingCounts {
  return countFindings(findings.map(({ finding }) => finding));
}
