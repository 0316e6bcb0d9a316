import type { BackendPool, LoadBalancer } from '../model/index.ts';
import type { ClusterTopology } from './topology.ts';

/** How many load-balancing rules one NIC carries, which Azure limits. */
export interface NicRules {
  /** The node, or what the pool entry says where it is none. */
  readonly name: string;
  readonly rules: number;
  readonly by: ReadonlyMap<LoadBalancer, number>;
}

/** Standard: the rules of every NIC that some rule sends to, over all load balancers together. */
export function rulesOfNics(
  loadBalancers: readonly LoadBalancer[],
  topology: ClusterTopology,
): readonly NicRules[] {
  const counts = new Map<string, Map<LoadBalancer, number>>();
  for (const loadBalancer of loadBalancers) {
    if (loadBalancer.sku !== 'standard') continue;
    const perPool = new Map<string, number>();
    for (const { backendPoolIds } of loadBalancer.rules)
      for (const id of backendPoolIds) perPool.set(id, (perPool.get(id) ?? 0) + 1);
    for (const pool of loadBalancer.backendPools) {
      const count = perPool.get(pool.id) ?? 0;
      if (count === 0) continue;
      for (const nic of nicsOf(pool, topology)) {
        const own = counts.get(nic) ?? new Map<LoadBalancer, number>();
        counts.set(nic, own);
        own.set(loadBalancer, (own.get(loadBalancer) ?? 0) + count);
      }
    }
  }
  return [...counts].map(([name, by]) => ({
    name,
    rules: [...by.values()].reduce((sum, each) => sum + each, 0),
    by,
  }));
}

/** Every machine of a pool once; an entry that cannot be resolved is one by its own id. */
function nicsOf({ members }: BackendPool, topology: ClusterTopology): ReadonlySet<string> {
  return new Set(
    members.map((member) => {
      const resolved = topology.resolve(member);
      if (resolved.kind === 'node') return resolved.node.name;
      if (resolved.kind === 'stale') return resolved.name;
      return member.kind === 'ip'
        ? member.ip
        : member.ipConfigurationId.replace(/\/ipconfigurations\/[^/]*$/u, '');
    }),
  );
}
