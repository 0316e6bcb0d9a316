import {
  allocatedPorts,
  egressByLoadBalancer,
  nodeCounts,
  outboundAddresses,
  type NodeCounts,
} from '../load-balancing/index.ts';
import { unread, type ManagedCluster, type Unread } from '../model/index.ts';
import { clusterSku } from './cluster-sku.ts';
import { clusterView } from './cluster-view.ts';
import { derived } from './derived.ts';

/** How the connections of a cluster get out: its load balancer, or another way, as from a Basic one, which has no rule for it. */
export type Egress =
  | {
      readonly kind: 'load-balancer';
      /** What each node is given; 0 = dealt out by the number of nodes. */
      readonly ports: number;
    }
  | { readonly kind: 'other' };

/** The way out of a cluster; unread where nothing tells the ports of a node. */
export const egress = derived(
  'egress',
  { needs: ['managedCluster'], helps: ['loadBalancers', clusterSku] },
  ({ managedCluster, loadBalancers, clusterSku: sku }): Egress | Unread => {
    if (!egressByLoadBalancer(managedCluster)) return { kind: 'other' };
    if (sku.kind === 'unread') return sku;
    if (sku.value === 'basic') return { kind: 'other' };
    const ports = allocatedPorts(managedCluster, loadBalancers);
    if (ports !== undefined) return { kind: 'load-balancer', ports };
    return loadBalancers.kind === 'unread'
      ? unread(`loadBalancers: ${loadBalancers.why}`, loadBalancers.code)
      : unread('the number of outbound ports per node was not read', 'missing');
  },
);

/** The addresses that outbound connections share; unread where nothing tells how many there are. */
export const outboundIps = derived(
  'outboundIps',
  { needs: ['managedCluster'], helps: ['publicIpAddresses'] },
  ({ managedCluster, publicIpAddresses }) =>
    outboundAddresses(managedCluster, publicIpAddresses) ??
    unread('the outbound addresses were not read', 'missing'),
);

/** How large the cluster is and may become, as it stands and with other settings of its pools. */
export const nodeCounting = derived(
  'nodeCounting',
  { needs: [clusterView], helps: ['nodes'] },
  ({ clusterView: { topology }, nodes }) =>
    (cluster: ManagedCluster): NodeCounts =>
      nodeCounts(cluster, nodes, (node) => topology.poolOf(node)),
);
