import { listedPartition, resultPartition, runFolder, runPartition } from './keys.ts';
import { sealedIn } from './seal.ts';
import type { Store } from './store.ts';

/** Fleet runs whose report can be asked for; as many as the trend shows. */
const keptReports = 60;
/** Sealed runs that keep what their clusters' workers wrote. */
const keptResults = 2;
const keptPartsMs = 7 * 24 * 3_600_000;

/**
 * Deletes what no one will ask for again: reports of old runs, rows and results of sealed ones. The
 * newest run that findings' lives can be read from stays, however old.
 */
export async function prune(store: Store, now: string): Promise<void> {
  let at = 0;
  let hasState = false;
  for await (const run of sealedIn(store, 'sealed')) {
    const needed = run.hasState && !hasState;
    hasState ||= run.hasState;
    if (at >= keptReports && !needed) await forget(store, 'sealed', run);
    else if (at >= keptResults) await forgetResults(store, run.runId);
    at += 1;
  }
  for await (const run of sealedIn(store, 'sealed part'))
    if (Date.parse(now) - Date.parse(run.sealedAt) > keptPartsMs)
      await forget(store, 'sealed part', run);
}

/** The row goes last: what is interrupted is done again. */
async function forget(
  store: Store,
  partition: 'sealed' | 'sealed part',
  { runId, key }: { readonly runId: string; readonly key: string },
): Promise<void> {
  await forgetResults(store, runId);
  await deleteBlobs(store, runFolder(runId));
  await deleteRows(store, runPartition(runId));
  await store.deleteRow(partition, key);
}

async function forgetResults(store: Store, runId: string): Promise<void> {
  await deleteBlobs(store, `${runFolder(runId)}results/`);
  await deleteBlobs(store, `${runFolder(runId)}data/`);
  await deleteRows(store, resultPartition(runId));
  await deleteRows(store, listedPartition(runId));
}

async function deleteBlobs(store: Store, prefix: string): Promise<void> {
  for await (const name of store.listBlobs(prefix)) await store.deleteBlob(name);
}

async function deleteRows(store: Store, partition: string): Promise<void> {
  for await (const { key } of store.listRows(partition)) await store.deleteRow(partition, key);
}
