import { isOutboundPool } from '../../load-balancing/index.ts';
import {
  counted,
  valueOr,
  type BackendPool,
  type LoadBalancer,
  type ManagedCluster,
  type Read,
} from '../../model/index.ts';
import type { Cluster } from '../../facts/index.ts';
import { setPoolType } from '../../fixes/cluster-fixes.ts';
import { defineRule, type Fault } from '../rule.ts';
import { itemized } from '../../fixes/text.ts';

/**
 * Finds backend pools that hold NICs and addresses at once: a change of the pool type that stopped half
 * way. A pool by NIC lists its members as addresses too, but without an `ipAddress`: that is no mix.
 */
export const mixedPool = defineRule(
  {
    id: 'backend/mixed-pool',
    title: 'Backend pool mixes NICs and IP addresses',
    why: 'Azure rejects updates of such a pool, so node changes no longer reach it; with multiple load balancers the cloud provider skips it.',
    remedy: 'Complete the change of the backend pool type.',
    severity: 'medium',
    source: 'AKS: change the inbound pool type (Azure/AKS#5656)',
  },
  { needs: ['loadBalancers'], helps: ['managedCluster'] },
  ({ loadBalancers, managedCluster, cluster }) => ({
    faults: loadBalancers.flatMap((loadBalancer) => {
      const mixed = loadBalancer.backendPools
        .filter((pool) => !isOutboundPool(pool.name))
        .map(countKinds)
        .filter(({ byNic, byAddress }) => byNic > 0 && byAddress > 0);
      return mixed.length === 0 ? [] : [faultOf(loadBalancer, mixed, cluster, managedCluster)];
    }),
  }),
);

interface Kinds {
  readonly pool: string;
  readonly byNic: number;
  readonly byAddress: number;
}

function countKinds({ name, members }: BackendPool): Kinds {
  const byNic = members.filter((member) => member.kind === 'nic').length;
  return { pool: name, byNic, byAddress: members.length - byNic };
}

function faultOf(
  { name }: LoadBalancer,
  mixed: readonly Kinds[],
  cluster: Cluster,
  managedCluster: Read<ManagedCluster>,
): Fault {
  const profile = valueOr(managedCluster, undefined);
  const counts = mixed.map(
    ({ pool, byNic, byAddress }) =>
      `${pool} (${counted(byNic, 'NIC')}, ${counted(byAddress, 'address', 'addresses')})`,
  );
  return {
    subject: { kind: 'LoadBalancer', name },
    title: `${mixed.length === 1 ? `Pool ${mixed[0]?.pool} of` : `${mixed.length} pools of`} load balancer ${name} ${mixed.length === 1 ? 'mixes' : 'mix'} NICs and IP addresses`,
    message: `${itemized(counts)}: Azure does not allow NICs and IP addresses in one pool. This state is normal for minutes while the pool type is changed; if it stays, every update fails with CannotMixIPBasedAddressesAndIPConfigurationsOnLoadBalancerBackendAddressPool, and node changes no longer reach the pool.`,
    causes: ['pool-type-half-changed'],
    evidence: {
      pools: mixed.map(({ pool, byNic, byAddress }) => ({
        pool,
        nics: byNic,
        addresses: byAddress,
      })),
      backendPoolType: profile?.backendPoolType ?? 'not read',
      clusterState: profile?.provisioningState ?? 'not read',
    },
    fixes: (['nodeIP', 'nodeIPConfiguration'] as const)
      .toSorted(
        (a, b) =>
          Number(isType(b, profile?.backendPoolType)) - Number(isType(a, profile?.backendPoolType)),
      )
      .map((type) =>
        setPoolType(
          cluster,
          type,
          `Make all pools ${type === 'nodeIP' ? 'IP-based' : 'NIC-based'} (${type})`,
        ),
      ),
  };
}

function isType(type: string, own: string | undefined): boolean {
  return type.toLowerCase() === own;
}
