import { serviceLoadBalancer } from '../load-balancing/index.ts';
import {
  valueOr,
  type Tristate,
  type ClusterSnapshot,
  type LoadBalancerService,
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
  const known = knownSku(sku.value);
  return known === undefined
    ? { kind: 'unread', why: `load balancer SKU ${sku.value} is not known` }
    : { kind: 'read', value: known };
}

function knownSku(sku: LoadBalancerSku | undefined): 'basic' | 'standard' | undefined {
  if (sku === 'basic') return 'basic';
  return sku === 'standard' ? 'standard' : undefined;
}

/** The SKU that decides over a Service: of the load balancer that it is on, else of the cluster. */
export function skuOfService(
  snapshot: ClusterSnapshot,
  service: LoadBalancerService,
): Read<'basic' | 'standard'> {
  const own = serviceLoadBalancer(valueOr(snapshot.loadBalancers, []), service)?.sku;
  const value = knownSku(own);
  return value === undefined ? clusterSku(snapshot) : { kind: 'read', value };
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
}: ClusterSnapshot): Tristate {
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

/** The cluster's node resource group: by ARM's word, else where its load balancers are. */
export function nodeGroup({ managedCluster, loadBalancers }: ClusterSnapshot): string | undefined {
  const own = managedCluster.kind === 'read' ? managedCluster.value.nodeResourceGroup : undefined;
  return own ?? valueOr(loadBalancers, [])[0]?.resourceGroup;
}
