import type { ClusterIdentity, ManagedCluster } from '../model/index.ts';

/** What a snapshot and a report say of who the cluster is. */
export function clusterIdentity(cluster: ManagedCluster): ClusterIdentity {
  const { id, name, subscriptionId, resourceGroup, location, kubernetesVersion } = cluster;
  return {
    id,
    name,
    subscriptionId,
    resourceGroup,
    location,
    ...(kubernetesVersion !== undefined && { kubernetesVersion }),
  };
}
