import {
  isVirtualNode,
  nodeName,
  type BackendPool,
  type LoadBalancer,
  type LoadBalancerService,
} from '../model/index.ts';
import { excludeLabel, heldByOther, lbVmSet } from '../load-balancing/index.ts';
import type { ClusterView, NodeState } from '../facts/index.ts';
import type { PortEndpoint } from './endpoints.ts';
import { isUp, type PortInputs } from './distribute-connections.ts';
import type { MissingCause, NoShareCode, ProbeCause } from './types.ts';

/** Where a Service port's connections enter: its rule's load balancer and pool. */
export interface Entry {
  readonly loadBalancer: LoadBalancer;
  readonly pool: BackendPool | undefined;
  readonly inputs: PortInputs;
  /** Backends that are up. */
  readonly up: number;
}

export interface NoShare {
  readonly because: NoShareCode;
  readonly cause?: MissingCause;
}

/**
 * Why an endpoint has no share, the first that applies in the order below. What its node is
 * matters under Local only: under Cluster any backend can reach it.
 */
export function whyNoShare(
  view: ClusterView,
  service: LoadBalancerService,
  endpoint: PortEndpoint,
  entry: Entry | undefined,
  anyDelivered: boolean,
): NoShare {
  if (!endpoint.ready) return { because: 'not-ready' };
  if (entry === undefined) return { because: 'no-rule' };
  const { backends, clientsBlocked, noListener, admitted } = entry.inputs;
  const members = backends.byNode;
  const isBlocked = (name: string): boolean => clientsBlocked.has(nodeName(name));
  if (
    areAllBlocked(service, entry) ||
    (endpoint.node !== undefined && isLocal(service) && isBlocked(endpoint.node))
  )
    return { because: 'nsg-blocks-clients' };
  if (noListener) return { because: 'no-listener' };
  if (!isLocal(service)) {
    const cause = entry.up > 0 ? undefined : probeCause(entry.inputs, members.keys());
    if (cause !== undefined) return { because: 'node-down-for-probe', cause };
    if (entry.up > 0 && admitted.has(endpoint)) return { because: 'policy-blocks-clients' };
    return { because: anyDelivered ? 'hinted-away' : 'no-backend-up' };
  }
  const state = endpoint.node === undefined ? undefined : view.nodes.get(endpoint.node);
  if (state === undefined || !state.ready) return { because: 'node-not-ready' };
  if (isVirtualNode(state.node)) return { because: 'no-kube-proxy', cause: 'virtual-node' };
  if (state.kubeProxy === 'no') return { because: 'no-kube-proxy' };
  const { name } = state.node;
  const backend = members.get(name);
  if (backend !== undefined) {
    if (isUp(backend, entry.inputs) && admitted.has(endpoint))
      return { because: 'policy-blocks-clients' };
    const cause = probeCause(entry.inputs, [name]);
    return { because: 'node-down-for-probe', ...(cause !== undefined && { cause }) };
  }
  if (excludeLabel(state.node).present) return { because: 'node-excluded' };
  return { because: 'node-not-in-backend-pool', cause: missingCause(view, service, state, entry) };
}

/** Whether no client gets in: at no member or, under Cluster, at none of those to which Azure sends any. */
function areAllBlocked(service: LoadBalancerService, { inputs, up }: Entry): boolean {
  const { backends, clientsBlocked } = inputs;
  if (clientsBlocked.size === 0) return false;
  const anyUp = !isLocal(service) && up > 0;
  return [...backends.byNode].every(
    ([name, backend]) => clientsBlocked.has(nodeName(name)) || (anyUp && !isUp(backend, inputs)),
  );
}

function isLocal({ externalTrafficPolicy }: LoadBalancerService): boolean {
  return externalTrafficPolicy === 'Local';
}

/** Why none of the nodes answers the probe. */
function probeCause(
  { probe, probeBlocked }: PortInputs,
  nodes: Iterable<string>,
): ProbeCause | undefined {
  if (probe.kind === 'elsewhere' && probe.closed) return 'closed-port';
  const all = [...nodes].map(nodeName);
  return all.length > 0 && all.every((name) => probeBlocked.has(name))
    ? 'nsg-blocks-probe'
    : undefined;
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
