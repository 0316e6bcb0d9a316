import { allocatedPorts, egressByLoadBalancer } from '../load-balancing/index.ts';
import type { ClusterSnapshot, ManagedCluster } from '../model/index.ts';
import { clusterSku } from './cluster-sku.ts';

/** How the connections of a cluster get out. */
type Egress =
  | { readonly kind: 'load-balancer'; readonly ports: number }
  /** Another way, or a Basic load balancer, which has no rule for it. */
  | { readonly kind: 'other' }
  | { readonly kind: 'unknown'; readonly why: string };

/** `ports`: what each node is given; 0 = dealt out by the number of nodes. */
export function egressOf(cluster: ManagedCluster, snapshot: ClusterSnapshot): Egress {
  if (!egressByLoadBalancer(cluster)) return { kind: 'other' };
  const sku = clusterSku.of(snapshot);
  if (sku.kind === 'unread') return { kind: 'unknown', why: sku.why };
  if (sku.value === 'basic') return { kind: 'other' };
  const ports = allocatedPorts(snapshot);
  return ports === undefined
    ? { kind: 'unknown', why: 'how many outbound ports each node is given was not read' }
    : { kind: 'load-balancer', ports };
}
