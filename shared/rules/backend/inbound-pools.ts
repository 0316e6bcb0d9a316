import { isOutboundPool } from '../../load-balancing/index.ts';
import type { BackendPool, LoadBalancer } from '../../model/index.ts';

export interface InboundPool {
  readonly loadBalancer: LoadBalancer;
  readonly pool: BackendPool;
}

/** Pools that a load-balancing rule sends to; the outbound pool is none, whatever points at it. */
export function inboundPools(loadBalancers: readonly LoadBalancer[]): readonly InboundPool[] {
  return loadBalancers.flatMap((loadBalancer) => {
    const used = new Set(loadBalancer.rules.flatMap((rule) => rule.backendPoolIds));
    return loadBalancer.backendPools
      .filter((pool) => used.has(pool.id) && !isOutboundPool(pool.name))
      .map((pool) => ({ loadBalancer, pool }));
  });
}
