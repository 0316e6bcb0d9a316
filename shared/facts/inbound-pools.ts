import { findRules, isOutboundPool } from '../load-balancing/index.ts';
import type {
  ArmId,
  BackendPool,
  LoadBalancer,
  LoadBalancerRule,
  LoadBalancerService,
} from '../model/index.ts';

export interface InboundPool {
  readonly loadBalancer: LoadBalancer;
  readonly pool: BackendPool;
  /** Rules of Services that send here; never empty. */
  readonly users: readonly PoolUser[];
}

interface PoolUser {
  readonly service: LoadBalancerService;
  readonly rule: LoadBalancerRule;
}

/**
 * Pools that the rules of Services send to, which are those that the cloud provider keeps. A load
 * balancer that somebody else put into the node resource group has none, and the outbound pool is
 * none whatever points at it.
 */
export function inboundPools(
  loadBalancers: readonly LoadBalancer[],
  services: readonly LoadBalancerService[],
): readonly InboundPool[] {
  const rulesOf = findRules(loadBalancers);
  const byPool = new Map<ArmId, PoolUser[]>();
  for (const service of services)
    for (const { rule } of rulesOf(service))
      for (const id of rule.backendPoolIds) {
        const list = byPool.get(id) ?? [];
        byPool.set(id, list);
        list.push({ service, rule });
      }
  return loadBalancers.flatMap((loadBalancer) =>
    loadBalancer.backendPools.flatMap((pool) => {
      const users = byPool.get(pool.id);
      return users === undefined || isOutboundPool(pool.name)
        ? []
        : [{ loadBalancer, pool, users }];
    }),
  );
}

/** `kubernetes/kubernetes`: the load balancer and its pool. */
export function poolText({ loadBalancer, pool }: InboundPool): string {
  return `${loadBalancer.name}/${pool.name}`;
}
