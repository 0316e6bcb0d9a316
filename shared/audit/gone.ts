import type { Clock } from '../collect/live/index.ts';
import type { ManagedCluster, Read } from '../model/index.ts';

export type ListClusters = (subscriptionId: string) => Promise<Read<readonly ManagedCluster[]>>;

/** Clusters that vanish together (a resource group) share one list; a later run must not see it. */
const keptMs = 30_000;

/**
 * Asks for the list of a subscription once more when a cluster of it seems to be gone. A list is worth
 * something for a moment only: one from before a cluster was made would call it deleted, and close
 * its findings.
 */
export function goneBy(
  list: ListClusters,
  clock: Pick<Clock, 'elapsed'>,
): (cluster: Pick<ManagedCluster, 'id' | 'subscriptionId'>) => Promise<boolean> {
  const asked = new Map<
    string,
    { readonly atMs: number; readonly list: ReturnType<ListClusters> }
  >();
  return async ({ id, subscriptionId }) => {
    const atMs = clock.elapsed();
    for (const [key, each] of asked) if (atMs - each.atMs > keptMs) asked.delete(key);
    const known = asked.get(subscriptionId) ?? { atMs, list: list(subscriptionId) };
    asked.set(subscriptionId, known);
    const clusters = await known.list;
    return clusters.kind === 'read' && clusters.value.every((cluster) => cluster.id !== id);
  };
}
