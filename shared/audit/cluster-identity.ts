import type { ClusterIdentity, ManagedCluster } from '../model/index.ts';

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
