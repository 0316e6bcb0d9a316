import { counted, listed, type NodePool } from '../../model/index.ts';
import { isHard, isSoft, nodesOfPool, poolTaints } from '../../placement/index.ts';
import { isolation, type Isolation } from '../../fixes/isolation.ts';
import { defineRule, type Fault } from '../rule.ts';
import { distinct, taintText } from '../../fixes/text.ts';
import type { Cluster } from '../../facts/index.ts';
import { poolModes, type PoolModes } from '../../facts/pool-modes.ts';

/** Finds system pools that no hard taint keeps user pods off, in clusters that have room for those elsewhere. */
export const systemPoolNotIsolated = defineRule(
  {
    id: 'placement/system-pool-not-isolated',
    title: 'System node pool accepts user pods',
    why: 'The scheduler can ignore a soft taint (PreferNoSchedule); one user pod there can attract all traffic or take resources from the add-ons.',
    remedy: 'Taint the system pool with CriticalAddonsOnly=true:NoSchedule.',
    severity: 'medium',
    source: 'AKS: system node pools; Kubernetes: taints and tolerations',
  },
  { needs: ['nodes', poolModes], fixes: [isolation] },
  ({ nodes, poolModes: modes, isolation: isolate, cluster }) => {
    if (!modes.roomForUsers) return { faults: [], unknown: modes.unjudged };
    return {
      faults: modes.system.flatMap((pool): readonly Fault[] => {
        const taints = poolTaints(pool, nodesOfPool(nodes, pool.name));
        if (taints.some(isHard)) return [];
        return [
          faultOf(pool, distinct(taints.filter(isSoft).map(taintText)), modes, isolate, cluster),
        ];
      }),
      unknown: modes.unjudged,
    };
  },
);

function faultOf(
  pool: NodePool,
  soft: readonly string[],
  { user }: PoolModes,
  isolate: Isolation,
  cluster: Cluster,
): Fault {
  const elsewhere =
    user.length > 0
      ? counted(user.length, 'user pool exists', 'user pools exist')
      : 'node auto-provisioning creates nodes for them';
  return {
    subject: { kind: 'NodePool', name: pool.name },
    title: `System node pool ${pool.name} accepts user pods`,
    message: `User pods can be scheduled on pool ${pool.name} although ${elsewhere}. ${soft.length > 0 ? `Its ${soft.length === 1 ? 'taint' : 'taints'} ${listed(soft)} ${soft.length === 1 ? 'is' : 'are'} only a preference: topology spread, affinity and free capacity can outweigh it. A hard taint keeps user pods off.` : 'It has no taint.'}`,
    causes: [soft.length > 0 ? 'soft-taint' : 'no-taint'],
    evidence: { softTaints: soft, userPools: distinct(user.map((each) => each.name)) },
    fixes: [isolate(cluster, pool)],
  };
}
