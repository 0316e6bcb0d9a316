import { createHash } from 'node:crypto';

/** SHA-256 of the lower-cased ARM id: names out of Azure are never part of a path or a key. */
export function clusterKey(clusterId: string): string {
  return createHash('sha256').update(clusterId.toLowerCase()).digest('hex');
}

/** Ids of runs are schedule slots or hashes of a request; they also come in over HTTP. */
export function isRunId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9:.-]{0,63}$/u.test(text);
}

/** @throws TypeError for what is no run id, so that it never becomes a part of a path. */
export function runFolder(runId: string): string {
  if (!isRunId(runId)) throw new TypeError('not the id of a run');
  return `runs/${runId}/`;
}

/** Rows of one run: its plan's counts, its seal, late results; and one per result. */
export function runPartition(runId: string): string {
  return `run ${runFolder(runId).slice('runs/'.length, -1)}`;
}

/** Table partition of a run's results. */
export function resultPartition(runId: string): string {
  return `results ${runFolder(runId).slice('runs/'.length, -1)}`;
}

/** A row for each subscription that a run has listed. */
export function listedPartition(runId: string): string {
  return `listed ${runFolder(runId).slice('runs/'.length, -1)}`;
}

/** Sorts the newest run first, as rows are only ever read from the front. */
export function newestFirst(startedAt: string, runId: string): string {
  return `${String(9_999_999_999_999 - Date.parse(startedAt)).padStart(13, '0')} ${runId}`;
}
