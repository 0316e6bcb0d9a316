import { clusterKey } from './keys.ts';
import type { Store } from './store.ts';

/** Where a cluster's API server is and who vouches for it: costs a throttled call each, and rarely changes. */
export interface ClusterAccessEntry {
  readonly server: string;
  /** Certificates, PEM. */
  readonly certificateAuthority: string;
}

export const accessPartition = 'cluster access';
/** A table's text holds 32K characters; no authority of AKS comes near. */
const maxCharacters = 30_000;

/** How the cluster was reached last; `undefined` where no run reached it. */
export async function readAccess(
  store: Store,
  clusterId: string,
): Promise<ClusterAccessEntry | undefined> {
  const row = await store.readRow(accessPartition, clusterKey(clusterId));
  const { server, certificateAuthority } = row?.fields ?? {};
  return typeof server === 'string' && typeof certificateAuthority === 'string'
    ? { server, certificateAuthority }
    : undefined;
}

/** Whether an earlier run reached a cluster, by its ARM id. */
export async function knownAccess(store: Store): Promise<(clusterId: string) => boolean> {
  const keys = new Set<string>();
  for await (const { key } of store.listRows(accessPartition)) keys.add(key);
  return (clusterId) => keys.has(clusterKey(clusterId));
}

/** Keeps it for the next run. One that is too large for a row is not kept. */
export async function putAccess(
  store: Store,
  clusterId: string,
  { server, certificateAuthority }: ClusterAccessEntry,
): Promise<void> {
  if (server.length + certificateAuthority.length > maxCharacters) return;
  await store.putRow(accessPartition, clusterKey(clusterId), { server, certificateAuthority });
}
