import { excludeLabel, heldByOther, lbVmSet } from '../load-balancing/index.ts';
import type { BackendPool, Endpoint, LoadBalancer, LoadBalancerService } from '../model/index.ts';
import { isVirtualNode } from '../placement/index.ts';
import type { ClusterView, NodeState } from '../facts/index.ts';
import type { MissingCause, NoShareCode } from './types.ts';

/** Where a Service port's connections enter: its rule's load balancer and pool. */
export interface Entry {
  readonly loadBalancer: LoadBalancer;
  readonly pool: BackendPool | undefined;
  /** Nodes that are members of it. */
  readonly members: { has(node: string): boolean };
}

export interface NoShare {
  readonly because: NoShareCode;
  readonly cause?: MissingCause;
}

/**
 * Why an endpoint has no share, the first that applies in share-model.md 9's order. What its node is
 * matters under Local only: under Cluster any backend can reach it.
 */
export function whyNoShare(
  view: ClusterView,
  service: LoadBalancerService,
  endpoint: Endpoint,
  entry: Entry | undefined,
  anyDelivered: boolean,
): NoShare {
  if (!endpoint.ready) return { because: 'not-ready' };
  if (entry === undefined) return { because: 'no-rule' };
  if (service.externalTrafficPolicy !== 'Local')
    return { because: anyDelivered ? 'hinted-away' : 'no-backend-up' };
  const state = endpoint.node === undefined ? undefined : view.nodes.get(endpoint.node);
  if (state === undefined) return { because: 'node-not-ready' };
  if (!state.ready) return { because: 'node-not-ready' };
  if (isVirtualNode(state.node)) return { because: 'no-kube-proxy', cause: 'virtual-node' };
  if (state.kubeProxy === 'no') return { because: 'no-kube-proxy' };
  if (entry.members.has(state.node.name)) return { because: 'node-down-for-probe' };
  if (excludeLabel(state.node).present) return { because: 'node-excluded' };
  return { because: 'node-not-in-backend-pool', cause: missingCause(view, service, state, entry) };
}

function missingCause(
  view: ClusterView,
  service: LoadBalancerService,
  { node }: NodeState,
  { loadBalancer, pool }: Entry,
): MissingCause {
  if (loadBalancer.sku === 'basic') {
    const own = view.topology.vmSetOf(node);
    const held = lbVmSet(view.topology, loadBalancer);
    if (own.kind !== 'unknown' && held !== undefined && (own.kind === 'none' || own.name !== held))
      return 'basic-single-vm-set';
  } else if (heldByOther(view.topology, node, loadBalancer) !== undefined)
    return 'held-by-other-load-balancer';
  const localPool = `${service.namespace}-${service.name}`.toLowerCase();
  const poolName = pool?.name.toLowerCase() ?? '';
  if (poolName === localPool || poolName === `${localPool}-ipv6`) return 'local-pool-drift';
  return 'node-missing-from-pool';
}
