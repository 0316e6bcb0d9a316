import {
  compareText,
  type BackendPool,
  type LoadBalancer,
  type Node,
  type NodeName,
  type Reason,
} from '../model/index.ts';
import type { ClusterTopology } from './topology.ts';
import { isOutboundPool } from './pool-names.ts';

/** The distinct machines of a backend pool: entries of one node, by NIC and by address, count once. */
export interface PoolMembers {
  readonly nodes: readonly { readonly node: Node; readonly adminState: string | undefined }[];
  readonly stale: readonly { readonly name: string; readonly adminState: string | undefined }[];
  /** Entries that could not be resolved: how many, and why. */
  readonly unresolved?: UnresolvedMembers;
}

export interface UnresolvedMembers {
  readonly reason: Reason;
  readonly count: number;
}

/** The members of a pool resolved to nodes. */
export function poolMembers(topology: ClusterTopology, pool: BackendPool): PoolMembers {
  const nodes = new Map<NodeName, { node: Node; adminState: string | undefined }>();
  const stale = new Map<string, { name: string; adminState: string | undefined }>();
  let unresolved: UnresolvedMembers | undefined;
  for (const member of pool.members) {
    const resolved = topology.resolve(member);
    const { adminState } = member;
    if (resolved.kind === 'unknown')
      unresolved = { reason: resolved.reason, count: (unresolved?.count ?? 0) + 1 };
    else if (resolved.kind === 'stale') {
      const { name } = resolved;
      const known = stale.get(name);
      stale.set(name, {
        name,
        adminState: known ? stronger(known.adminState, adminState) : adminState,
      });
    } else {
      const { node } = resolved;
      const known = nodes.get(node.name);
      nodes.set(node.name, {
        node,
        adminState: known ? stronger(known.adminState, adminState) : adminState,
      });
    }
  }
  return {
    nodes: [...nodes.values()].toSorted((a, b) => compareText(a.node.name, b.node.name)),
    stale: [...stale.values()].toSorted((a, b) => compareText(a.name, b.name)),
    ...(unresolved !== undefined && { unresolved }),
  };
}

/** Of two entries of one machine the one that lets more through: each entry takes connections by itself. */
function stronger(a: string | undefined, b: string | undefined): string | undefined {
  const order = ['down', 'drain', undefined, 'up'];
  return order.indexOf(a) > order.indexOf(b) ? a : b;
}

/**
 * Basic: the one VM set that a load balancer's members belong to, lower-cased; `undefined` where
 * its pools are empty or what is in them is not known.
 */
export function memberVmSet(
  topology: ClusterTopology,
  loadBalancer: LoadBalancer,
): string | undefined {
  const names = new Set<string>();
  for (const pool of loadBalancer.backendPools) {
    if (isOutboundPool(pool.name)) continue;
    for (const { node } of poolMembers(topology, pool).nodes) {
      const set = topology.vmSetOf(node);
      if (set.kind === 'set') names.add(set.name);
    }
  }
  const [only] = names;
  return names.size === 1 ? only : undefined;
}
