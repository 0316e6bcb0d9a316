import { byUrgency, countFindings, isResolved, type Finding } from '../findings/index.ts';
import { compareText } from '../model/index.ts';
import type {
  ClusterReport,
  ClusterResult,
  HistoryPoint,
  Report,
  RunInfo,
  Summary,
} from './report.ts';

export interface ReportInput {
  readonly version: string;
  readonly run: RunInfo;
  /** Clusters that the run set out to audit, those that never answered included. */
  readonly planned: number;
  readonly clusters: readonly ClusterReport[];
  /** Earlier runs, in any order; the newest 60 are kept. */
  readonly history?: readonly HistoryPoint[] | undefined;
}

const keptRuns = 60;

/**
 * The report of a run: clusters by name, Services by namespace and name, findings by severity, rule
 * and subject, and the counts of all that. The same clusters in any order give the same report.
 */
export function buildReport(input: ReportInput): Report {
  const { version, run, planned, clusters, history } = input;
  return {
    schemaVersion: '1.1',
    tool: { name: 'evenkeel', version },
    run,
    summary: summarise(planned, clusters),
    clusters: clusters
      .toSorted((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id))
      .map(inOrder),
    ...(history !== undefined && {
      history: history
        .toSorted((a, b) => compareText(a.startedAt, b.startedAt) || compareText(a.runId, b.runId))
        .slice(-keptRuns),
    }),
  };
}

/** What was explained, seen once, left out by name, or listed is for history, which comes before. */
function inOrder({
  explained: _explained,
  seenOnce: _once,
  faultKeys: _faults,
  loadBalancers: _names,
  ...cluster
}: ClusterReport): ClusterReport {
  return {
    ...cluster,
    services: cluster.services.toSorted(
      (a, b) => compareText(a.namespace, b.namespace) || compareText(a.name, b.name),
    ),
    findings: cluster.findings.toSorted(
      (a, b) => byUrgency(a, b) || compareText(a.fingerprint, b.fingerprint),
    ),
    unknown: cluster.unknown.toSorted(
      (a, b) => compareText(a.rule, b.rule) || compareText(a.why, b.why),
    ),
  };
}

/** Counts of a run. Exempt and resolved findings are counted apart and under no severity. */
export function summarise(planned: number, clusters: readonly ClusterReport[]): Summary {
  const findings = clusters.flatMap((cluster) => cluster.findings);
  const inState = (state: Finding['state']): number =>
    findings.filter((finding) => finding.state === state).length;
  const count = (...results: readonly ClusterResult[]): number =>
    clusters.filter((cluster) => results.includes(cluster.result)).length;
  return {
    clusters: {
      planned: Math.max(planned, clusters.length),
      complete: count('complete'),
      partial: count('partial'),
      failed: count('unreachable', 'denied', 'failed'),
      skipped: count('skipped', 'gone'),
    },
    findings: countFindings(findings),
    changes: { new: inState('new'), resolved: findings.filter(isResolved).length },
  };
}
