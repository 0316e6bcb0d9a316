import type { ClusterReport } from '../report/report.ts';

type Result = Pick<ClusterReport, 'result' | 'reason'>;

/** A cluster of which the report says who it is, and why there is nothing more. */
export function nothingJudged(
  cluster: Omit<ClusterReport, keyof Result | 'coverage' | 'services' | 'findings' | 'unknown'>,
  { result, reason }: Required<Result>,
): ClusterReport {
  return { ...cluster, result, reason, coverage: [], services: [], findings: [], unknown: [] };
}
