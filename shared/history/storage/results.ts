import {
  clusterResult,
  isClusterFindings,
  type ClusterFindings,
  type ClusterResult,
} from '../../findings/index.ts';
import { packJson, shaped, unpackJson } from './codec.ts';
import { clusterKey, isRunId, resultPartition, runFolder, runPartition } from './keys.ts';
import { isCounted } from './counted.ts';
import type { Store } from './store.ts';

/**
 * What became of a result. `stored`: the first of its cluster, or the same again. `dropped`: another
 * worker was faster and saw something else. `late`: the run was being sealed, or is.
 */
export type Stored = 'stored' | 'dropped' | 'late';

export interface Progress {
  readonly planned: number;
  readonly done: number;
  readonly byResult: Readonly<Partial<Record<ClusterResult, number>>>;
  /** Results that came after the seal and are in no report. */
  readonly late: number;
  readonly sealing: boolean;
}

const maxResultBytes = 32 * 1024 * 1024;

/** Writes the result of one cluster. The first one stays, however often and from wherever others come. */
export async function putResult(
  store: Store,
  runId: string,
  cluster: ClusterFindings,
): Promise<Stored> {
  const key = clusterKey(cluster.id);
  if ((await store.readRow(runPartition(runId), 'seal')) !== undefined) {
    const known = await readResult(store, runId, cluster.id, isClusterFindings);
    if (known !== undefined) return isSame(known, cluster) ? 'stored' : 'dropped';
    await store.createRow(runPartition(runId), `late ${key}`, { id: cluster.id.slice(0, 1024) });
    return 'late';
  }
  const created = await store.createBlob(blobName(runId, key), await packJson(cluster));
  const kept = created ? cluster : await readResult(store, runId, cluster.id, isClusterFindings);
  // What is kept is what is counted, by whichever of two workers comes last.
  await store.putRow(resultPartition(runId), key, { result: kept?.result ?? 'failed' });
  return kept !== undefined && isSame(kept, cluster) ? 'stored' : 'dropped';
}

function isSame(a: ClusterFindings, b: ClusterFindings): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** The result of one cluster, if there is one. */
export async function readResult<C extends ClusterFindings>(
  store: Store,
  runId: string,
  clusterId: string,
  isCluster: (value: unknown) => value is C,
): Promise<C | undefined> {
  const bytes = await store.readBlob(blobName(runId, clusterKey(clusterId)), maxResultBytes);
  return bytes === undefined ? undefined : shaped(await unpackJson(bytes), isCluster, 'result');
}

/** Keys of the clusters that have a result. */
export async function resultKeys(store: Store, runId: string): Promise<readonly string[]> {
  const prefix = `${runFolder(runId)}results/`;
  const keys: string[] = [];
  for await (const name of store.listBlobs(prefix)) keys.push(name.slice(prefix.length));
  return keys;
}

/** How far a run is; `undefined` for one that was never planned. */
export async function progressOf(store: Store, runId: string): Promise<Progress | undefined> {
  if (!isRunId(runId)) return undefined;
  const plan = await store.readRow(runPartition(runId), 'plan');
  if (plan === undefined) return undefined;
  const byResult: Partial<Record<ClusterResult, number>> = {};
  let done = 0;
  for await (const { fields } of store.listRows(resultPartition(runId))) {
    const result = clusterResult(fields['result']) ?? 'failed';
    byResult[result] = (byResult[result] ?? 0) + 1;
    done += 1;
  }
  let late = 0;
  for await (const _ of store.listRows(runPartition(runId), 'late ', 'late!')) late += 1;
  const seal = await store.readRow(runPartition(runId), 'seal');
  return {
    planned: Number(plan.fields['planned']),
    done,
    byResult,
    late,
    sealing: seal !== undefined,
  };
}

/**
 * Whether every cluster of a run has a result, asked by the worker that wrote one. Whoever wrote the
 * last one gets `true`; several may.
 */
export async function isComplete(store: Store, runId: string, clusterId: string): Promise<boolean> {
  const marks = runPartition(runId);
  const plan = await store.readRow(marks, 'plan');
  if (plan === undefined) return false;
  return await isCounted(store, {
    rows: resultPartition(runId),
    sizes: String(plan.fields['shards'] ?? '')
      .split(' ')
      .map(Number),
    key: clusterKey(clusterId),
    marks,
    mark: 'shard ',
  });
}

function blobName(runId: string, key: string): string {
  return `${runFolder(runId)}results/${key}`;
}
