import {
  countFindings,
  isResolved,
  type ClusterFindings,
  type Finding,
  type FindingCounts,
} from '../findings/index.ts';

/** What the trend keeps of an earlier run. */
export interface HistoryPoint {
  readonly runId: string;
  readonly startedAt: string;
  readonly findings: Omit<FindingCounts, 'exempt'>;
  readonly clusters?: { readonly planned: number; readonly complete: number };
  readonly changes?: { readonly new: number; readonly resolved: number };
}

const keptRuns = 60;

/** The history with one more run at its end; a run that is in it already is replaced. */
export function withRun(
  history: readonly HistoryPoint[],
  run: Pick<HistoryPoint, 'runId' | 'startedAt'>,
  clusters: readonly ClusterFindings[],
): readonly HistoryPoint[] {
  const { exempt: _exempt, ...findings } = countFindings(clusters.flatMap((each) => each.findings));
  const count = (counts: (finding: Finding) => boolean): number =>
    clusters.reduce((sum, each) => sum + each.findings.filter(counts).length, 0);
  const point: HistoryPoint = {
    runId: run.runId,
    startedAt: run.startedAt,
    findings,
    clusters: {
      planned: clusters.length,
      complete: clusters.filter((each) => each.result === 'complete').length,
    },
    changes: { new: count(({ state }) => state === 'new'), resolved: count(isResolved) },
  };
  return [...history.filter((each) => each.runId !== run.runId), point].slice(-keptRuns);
}
