import { resultWords } from './words.ts';
import { notJudged, silentLines, unknownReasons } from './coverage.ts';
import { allFindings, type ClusterFinding } from './fleet-findings.ts';
import type { ClusterReport, Report } from './report.ts';

/**
 * What a list of a report has to say, one entry each: findings, and what could not be judged. A list
 * of findings alone would let a cluster that nobody could read pass for a healthy one.
 */
export type ReportRecord =
  | ({ readonly kind: 'finding' } & ClusterFinding)
  | {
      readonly kind: 'unknown';
      readonly cluster: ClusterReport;
      readonly rule: string;
      readonly why: string;
    }
  | { readonly kind: 'not-audited'; readonly cluster?: ClusterReport; readonly why: string };

/** Findings worst first, exempt and resolved ones last; then clusters not audited; then rules without an answer. */
export function records(report: Report): readonly ReportRecord[] {
  return [
    ...allFindings(report).map((found): ReportRecord => ({ kind: 'finding', ...found })),
    ...report.clusters.filter(notJudged).map((cluster): ReportRecord => ({
      kind: 'not-audited',
      cluster,
      why: cluster.reason ?? resultWords[cluster.result],
    })),
    ...silentLines(report).map((why): ReportRecord => ({ kind: 'not-audited', why })),
    ...report.clusters.flatMap((cluster) =>
      unknownReasons(cluster).flatMap(({ rules, why }) =>
        rules.map((rule): ReportRecord => ({ kind: 'unknown', cluster, rule, why })),
      ),
    ),
  ];
}
