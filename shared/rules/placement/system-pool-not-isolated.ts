import { isSoft } from '../../placement/index.ts';
import { defineRule } from '../define-rule.ts';
import { isolateSystemPool } from '../fixes.ts';
import type { Fault } from '../rule.ts';
import { counted, listed } from '../text.ts';
import { hardTaints, lastingTaints, nodesOfPool, taintText } from './nodes.ts';

/** Finds system pools that no hard taint keeps user pods off, in clusters that have user pools. */
export const systemPoolNotIsolated = defineRule(
  {
    id: 'placement/system-pool-not-isolated',
    title: 'Nothing keeps user pods off a system pool',
    why: 'A soft taint is a hint that the scheduler may overrule; one pod that slips through can take all the traffic or starve the add-ons.',
    remedy: 'Taint the system pool with CriticalAddonsOnly=true:NoSchedule.',
    severity: 'medium',
    source: 'load-balancing.md fault 20; placement.md §7, §10.2',
  },
  ['managedCluster', 'nodes'],
  ({ managedCluster, nodes }, { snapshot }) => {
    const userPools = managedCluster.nodePools.filter((pool) => pool.mode === 'user');
    if (userPools.length === 0 && managedCluster.nodeAutoProvisioning !== true)
      return { faults: [] };
    return {
      faults: managedCluster.nodePools
        .filter((pool) => pool.mode === 'system')
        .flatMap((pool): readonly Fault[] => {
          const taints = lastingTaints(pool, nodesOfPool(nodes, pool.name));
          if (hardTaints(taints).length > 0) return [];
          const soft = taints.filter((taint) => isSoft(taint)).map(taintText);
          return [
            {
              subject: { kind: 'NodePool', name: pool.name },
              title: `System pool ${pool.name} is open to user pods`,
              message:
                soft.length > 0
                  ? `${listed(soft)} on pool ${pool.name} is only a hint: the scheduler weighs it against spread, affinity and free room, and may lose against them. A hard taint keeps user pods off.`
                  : `Pool ${pool.name} has no taint, so any pod may be scheduled there although ${counted(userPools.length, 'user pool exists', 'user pools exist')}.`,
              causes: [soft.length > 0 ? 'soft-taint' : 'no-taint'],
              evidence: { softTaints: soft, userPools: userPools.map((each) => each.name) },
              fixes: [isolateSystemPool(snapshot, pool.name)],
            },
          ];
        }),
    };
  },
);
