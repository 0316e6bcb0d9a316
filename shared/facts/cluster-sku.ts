import { serviceLoadBalancer } from '../load-balancing/index.ts';
import {
  unread,
  valueOr,
  type LoadBalancerService,
  type LoadBalancerSku,
  type Read,
  type Unread,
} from '../model/index.ts';
import { derived } from './derived.ts';

export type KnownSku = 'basic' | 'standard';

/**
 * The SKU by which the cloud provider of a cluster works: the one of the cluster's profile, else what
 * all its load balancers are. Unread also where it is neither Basic nor Standard.
 */
export const clusterSku = derived(
  'clusterSku',
  { needs: [], helps: ['managedCluster', 'loadBalancers'] },
  ({ managedCluster, loadBalancers }): KnownSku | Unread => {
    const own = valueOr(managedCluster, undefined)?.loadBalancerSku;
    if (own !== undefined) return knownSku(own) ?? unknownSku(own);
    if (loadBalancers.kind === 'unread')
      return unread(`loadBalancers: ${loadBalancers.why}`, loadBalancers.code);
    const skus = new Set(loadBalancers.value.map((each) => each.sku));
    const [only] = skus;
    if (skus.size === 1 && only !== undefined) return knownSku(only) ?? unknownSku(only);
    return unread(
      'managedCluster: the load balancer SKU was not read',
      managedCluster.kind === 'unread' ? managedCluster.code : 'missing',
    );
  },
);

function knownSku(sku: LoadBalancerSku | undefined): KnownSku | undefined {
  if (sku === 'basic') return 'basic';
  return sku === 'standard' ? 'standard' : undefined;
}

function unknownSku(sku: LoadBalancerSku): Unread {
  return unread(`load balancer SKU ${sku} is not known`, 'invalid');
}

/** The SKU that decides over each Service: of the load balancer that it is on, else of the cluster. */
export const serviceSku = derived(
  'serviceSku',
  { needs: ['loadBalancers'], helps: [clusterSku] },
  ({ loadBalancers, clusterSku: ofCluster }) =>
    (service: LoadBalancerService): Read<KnownSku> => {
      const value = knownSku(serviceLoadBalancer(loadBalancers, service)?.sku);
      return value === undefined ? ofCluster : { kind: 'read', value };
    },
);

/** Are several Standard load balancers in use? Unread while neither the profile nor their list says. */
export const severalLoadBalancers = derived(
  'severalLoadBalancers',
  { needs: [], helps: ['managedCluster', 'loadBalancerConfigurations'] },
  ({ managedCluster, loadBalancerConfigurations: configurations }): boolean | Unread => {
    const profile = valueOr(managedCluster, undefined);
    if (profile?.multipleLoadBalancers === true) return true;
    if (profile?.loadBalancerSku === 'basic') return false;
    if (configurations.kind === 'read') return configurations.value.length > 0;
    return unread(`loadBalancerConfigurations: ${configurations.why}`, configurations.code);
  },
);

/** The cluster's node resource group: by its profile, else where its load balancers are. */
export const nodeGroup = derived(
  'nodeGroup',
  { needs: [], helps: ['managedCluster', 'loadBalancers'] },
  ({ managedCluster, loadBalancers }): string | Unread => {
    const own = valueOr(managedCluster, undefined)?.nodeResourceGroup;
    const first = loadBalancers.kind === 'read' ? loadBalancers.value[0] : undefined;
    const group = own ?? first?.resourceGroup;
    return group ?? unread('the node resource group of the cluster is not known', 'missing');
  },
);
