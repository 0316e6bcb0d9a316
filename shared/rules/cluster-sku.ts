import {
  type Answer,
  type ClusterSnapshot,
  type LoadBalancerSku,
  type Read,
} from '../model/index.ts';

/**
 * The SKU by which the cloud provider of a cluster works: the cluster's own word, else what all its
 * load balancers are. Unread also where it is neither Basic nor Standard: nothing is known of those.
 */
export function clusterSku(snapshot: ClusterSnapshot): Read<'basic' | 'standard'> {
  const sku = anySku(snapshot);
  if (sku.kind === 'unread') return sku;
  const known = (['basic', 'standard'] as const).find((each) => each === sku.value);
  return known === undefined
    ? { kind: 'unread', why: `load balancer SKU ${sku.value} is not known` }
    : { kind: 'read', value: known };
}

function anySku({ managedCluster, loadBalancers }: ClusterSnapshot): Read<LoadBalancerSku> {
  const own = managedCluster.kind === 'read' ? managedCluster.value.loadBalancerSku : undefined;
  if (own !== undefined) return { kind: 'read', value: own };
  if (loadBalancers.kind === 'unread')
    return { kind: 'unread', why: `loadBalancers: ${loadBalancers.why}` };
  const skus = new Set(loadBalancers.value.map((each) => each.sku));
  const [only] = skus;
  return skus.size === 1 && only !== undefined
    ? { kind: 'read', value: only }
    : { kind: 'unread', why: 'managedCluster: the load balancer SKU was not read' };
}

/** Are several Standard load balancers in use? */
export function severalLoadBalancers({
  loadBalancerConfigurations,
  managedCluster,
}: ClusterSnapshot): Answer {
  const said = managedCluster.kind === 'read' ? managedCluster.value : undefined;
  if (said?.multipleLoadBalancers === true) return 'yes';
  if (said?.loadBalancerSku === 'basic') return 'no';
  if (loadBalancerConfigurations.kind === 'unread') return 'unknown';
  return loadBalancerConfigurations.value.length > 0 ? 'yes' : 'no';
}

/** The reason of rules that hold for one load balancer only, where it is not known how many there are. */
export function whyPerhapsSeveral({ loadBalancerConfigurations }: ClusterSnapshot): string {
  const why = loadBalancerConfigurations.kind === 'unread' ? loadBalancerConfigurations.why : '';
  return `loadBalancerConfigurations: ${why}`;
}
