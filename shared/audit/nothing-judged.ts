import type { ClusterReport } from '../report/report.ts';

type Word = Pick<ClusterReport, 'result' | 'reason'>;
type Judged = Word & Pick<ClusterReport, 'coverage' | 'services' | 'findings' | 'unknown'>;

/** A cluster of which the report says who it is, and why there is nothing more. */
export function nothingJudged(
  cluster: Omit<ClusterReport, keyof Judged>,
  { result, reason }: Required<Word>,
): ClusterReport {
  return { ...cluster, result, reason, coverage: [], services: [], findings: [], unknown: [] };
}
