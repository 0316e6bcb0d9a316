import { valueOr, type ClusterSnapshot, type LoadBalancerSku, type Read } from '../model/index.ts';

/** The SKU by which the cloud provider of a cluster works: the cluster's own word, else what all its load balancers are. */
export function clusterSku(snapshot: ClusterSnapshot): Read<LoadBalancerSku> {
  const { managedCluster, loadBalancers } = snapshot;
  const own = managedCluster.kind === 'read' ? managedCluster.value.loadBalancerSku : undefined;
  if (own !== undefined) return { kind: 'read', value: own };
  if (loadBalancers.kind === 'unread')
    return { kind: 'unread', why: `loadBalancers: ${loadBalancers.why}` };
  const skus = new Set(valueOr(loadBalancers, []).map((each) => each.sku));
  const [only] = skus;
  return skus.size === 1 && only !== undefined
    ? { kind: 'read', value: only }
    : { kind: 'unread', why: 'managedCluster: the load balancer SKU was not read' };
}

/** Several Standard load balancers are in use, as far as what was read tells. */
export function severalLoadBalancers(snapshot: ClusterSnapshot): boolean {
  return (
    valueOr(snapshot.loadBalancerConfigurations, []).length > 0 ||
    (snapshot.managedCluster.kind === 'read' &&
      snapshot.managedCluster.value.multipleLoadBalancers === true)
  );
}
