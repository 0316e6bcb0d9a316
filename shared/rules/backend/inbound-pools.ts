import { findRules, isOutboundPool } from '../../load-balancing/index.ts';
import type { BackendPool, LoadBalancer, LoadBalancerService } from '../../model/index.ts';

export interface InboundPool {
  readonly loadBalancer: LoadBalancer;
  readonly pool: BackendPool;
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
  const used = new Set(
    services.flatMap((service) => rulesOf(service).flatMap(({ rule }) => rule.backendPoolIds)),
  );
  return loadBalancers.flatMap((loadBalancer) =>
    loadBalancer.backendPools
      .filter((pool) => used.has(pool.id) && !isOutboundPool(pool.name))
      .map((pool) => ({ loadBalancer, pool })),
  );
}
