import { isClusterFindings, type ClusterFindings } from '../../findings/index.ts';
import { isObject } from '../../model/index.ts';
import { packLines, shaped, unpackLines } from './codec.ts';
import { isRunId, runFolder } from './keys.ts';
import type { Store } from './store.ts';

/** A report as storage sees it: whatever it says, and its clusters. */
export interface AnyReport<C extends ClusterFindings = ClusterFindings> {
  readonly clusters: readonly C[];
}

/** 5,000 clusters pack into some 10 MB. */
const maxReportBytes = 256 * 1024 * 1024;

/** Writes a report once: a line without the clusters, then a line for each of them. @returns false where there is one. */
export async function putReport(store: Store, runId: string, report: AnyReport): Promise<boolean> {
  const { clusters, ...head } = report;
  const lines = function* (): Generator {
    yield head;
    yield* clusters;
  };
  return store.createBlob(reportName(runId), await packLines(lines()));
}

/** A sealed report; `undefined` where the run is not sealed, is none, or was pruned. */
export async function readReport<R extends AnyReport>(
  store: Store,
  runId: string,
  isReport: (value: unknown) => value is R,
): Promise<R | undefined> {
  if (!isRunId(runId)) return undefined;
  const bytes = await store.readBlob(reportName(runId), maxReportBytes);
  if (bytes === undefined) return undefined;
  let head: unknown;
  const clusters: unknown[] = [];
  for await (const line of unpackLines(bytes))
    if (head === undefined) head = line ?? {};
    else if (isClusterFindings(line)) clusters.push(line);
  return shaped({ ...(isObject(head) && head), clusters }, isReport, 'report');
}

/** Blob of a run's report. */
export function reportName(runId: string): string {
  return `${runFolder(runId)}report`;
}
