import type { Severity } from '../findings/index.ts';
import { isOpen } from '../report/build.ts';
import type { ClusterReport, Report, RunInfo } from '../report/report.ts';
import { byEffect, placedFindings, type Placed } from './urgency.ts';

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
  readonly fresh: readonly Placed[];
  readonly changed: readonly Placed[];
  readonly resolved: readonly Placed[];
  /** Closed because their cluster or Service is gone. */
  readonly gone: number;
  /** All that is open, the new ones too. */
  readonly open: readonly Placed[];
  /** Open, on something that was not read in this run. */
  readonly stale: number;
  readonly exempt: number;
}

/** Which findings a digest is about; all where absent. */
export type Audience = (placed: Placed) => boolean;

/** The facts of one report by itself: what is new and resolved is what its findings' states say. */
export function digestFacts(report: Report, audience: Audience = () => true): DigestFacts {
  const findings = placedFindings(report).filter(audience).toSorted(byEffect);
  const inState = (...states: readonly string[]): readonly Placed[] =>
    findings.filter(({ finding }) => states.includes(finding.state));
  return {
    ...fleetFacts(report),
    baseline: false,
    fresh: inState('new', 'reopened'),
    changed: [],
    resolved: inState('resolved'),
    gone: 0,
    open: findings.filter(({ finding }) => isOpen(finding)),
    stale: inState('stale').length,
    exempt: inState('exempt').length,
  };
}

/** What a digest says about the clusters, whoever reads it. */
export function fleetFacts(
  report: Report,
): Pick<DigestFacts, 'run' | 'clusters' | 'notScanned' | 'unheard'> {
  const { planned, complete, partial, skipped = 0 } = report.summary.clusters;
  const results = ['failed', 'denied', 'unreachable', 'partial'];
  return {
    run: report.run,
    clusters: {
      planned,
      scanned: complete + partial,
      partial,
      skipped,
      subscriptions: new Set(report.clusters.flatMap(({ subscriptionId }) => subscriptionId ?? []))
        .size,
    },
    notScanned: report.clusters
      .filter(({ result }) => results.includes(result))
      .toSorted((a, b) => results.indexOf(a.result) - results.indexOf(b.result)),
    unheard: Math.max(0, planned - report.clusters.length),
  };
}

export function countSeverities(findings: readonly Placed[]): SeverityCounts {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { finding } of findings) counts[finding.severity] += 1;
  return counts;
}
