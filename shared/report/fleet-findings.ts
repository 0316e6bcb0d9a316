import { byUrgency, type Finding, isOpen } from '../findings/index.ts';
import { compareText } from '../model/index.ts';
import type { ClusterReport, Report } from './report.ts';

/** A finding and the cluster that it is about. */
export interface ClusterFinding {
  readonly cluster: ClusterReport;
  readonly finding: Finding;
}

/** Findings of the whole fleet that count, worst first, then by rule, subject and cluster. */
export function openFindings(report: Report): readonly ClusterFinding[] {
  return allFindings(report).filter(({ finding }) => isOpen(finding));
}

/** The same with exempt and resolved ones, which come last. */
export function allFindings(report: Report): readonly ClusterFinding[] {
  return placedFindings(report).toSorted(
    (a, b) =>
      Number(isOpen(b.finding)) - Number(isOpen(a.finding)) ||
      byUrgency(a.finding, b.finding) ||
      compareText(a.cluster.name, b.cluster.name) ||
      compareText(a.cluster.id, b.cluster.id) ||
      compareText(a.finding.fingerprint, b.finding.fingerprint),
  );
}

/** Every finding with its cluster, in the report's own order. */
export function placedFindings({ clusters }: Report): readonly ClusterFinding[] {
  return clusters.flatMap((cluster) => cluster.findings.map((finding) => ({ cluster, finding })));
}
