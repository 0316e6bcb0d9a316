import { armIdParts, valueOr, type LoadBalancer, type Node } from '../model/index.ts';
import { backendPoolId, isOutboundPool, sameLoadBalancer } from './pool-names.ts';
import type { ClusterTopology } from './topology.ts';

/**
 * Ids of the inbound pools that hold a node's NIC: those that the NIC itself lists where it was read,
 * and those of every load balancer that was read. The outbound pool holds nothing back.
 */
export function poolsHolding(topology: ClusterTopology, node: Node): readonly string[] {
  const own = topology
    .interfacesOf(node)
    .flatMap((nic) => nic.ipConfigurations.flatMap((each) => each.backendPoolIds))
    .filter((id) => !isOutboundPool(armIdParts(id).name));
  return [...own, ...(holders(topology).get(node) ?? [])];
}

/** The unrelated load balancer that holds a NIC of the node: one with another base name. */
export function heldByOther(
  topology: ClusterTopology,
  node: Node,
  loadBalancer: LoadBalancer,
): string | undefined {
  const anyPool = backendPoolId(loadBalancer.id, 'any');
  const answer = sameLoadBalancer(anyPool, poolsHolding(topology, node));
  return answer === undefined || answer.same ? undefined : answer.other;
}

const holdersOf = new WeakMap<ClusterTopology, ReadonlyMap<Node, readonly string[]>>();

/** Pools with a NIC entry for each node. */
function holders(topology: ClusterTopology): ReadonlyMap<Node, readonly string[]> {
  const known = holdersOf.get(topology);
  if (known !== undefined) return known;
  const result = new Map<Node, string[]>();
  for (const loadBalancer of valueOr(topology.inputs.loadBalancers, []))
    for (const pool of loadBalancer.backendPools) {
      if (isOutboundPool(pool.name)) continue;
      for (const member of pool.members) {
        if (member.kind !== 'nic') continue;
        const resolved = topology.resolve(member);
        if (resolved.kind !== 'node') continue;
        const list = result.get(resolved.node);
        if (list === undefined) result.set(resolved.node, [pool.id]);
        else list.push(pool.id);
      }
    }
  holdersOf.set(topology, result);
  return result;
}
