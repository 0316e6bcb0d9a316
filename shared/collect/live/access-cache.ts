import type { ArmId } from '../../model/index.ts';
import type { ServerAccess } from './kubeconfig.ts';

/**
 * Where the servers and authorities of clusters are kept between runs, so that AKS is not asked for
 * every kubeconfig every time. What comes out is as untrusted as what ARM answers, and a store that
 * does not work costs a call, not a cluster.
 */
export interface ClusterAccessCache {
  get(cluster: ArmId): Promise<ServerAccess | undefined>;
  set(cluster: ArmId, access: ServerAccess): Promise<void>;
}

/** Kept as long as the process runs. */
export function memoryAccessCache(): ClusterAccessCache {
  const kept = new Map<ArmId, ServerAccess>();
  return {
    get: (cluster) => Promise.resolve(kept.get(cluster)),
    set(cluster, access) {
      kept.set(cluster, access);
      return Promise.resolve();
    },
  };
}
