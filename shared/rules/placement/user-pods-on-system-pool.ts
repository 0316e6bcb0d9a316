import type { Pod } from '../../model/index.ts';
import { isSoft, poolNameOf } from '../../placement/index.ts';
import { defineRule } from '../define-rule.ts';
import { isolateSystemPool } from '../fixes.ts';
import type { Fault } from '../rule.ts';
import { capped, counted, distinct, listed } from '../text.ts';
import { hardTaints, lastingTaints, nodesOfPool, taintText } from './nodes.ts';

/** Finds user pods that run on system pools, and says what let them in. */
export const userPodsOnSystemPool = defineRule(
  {
    id: 'placement/user-pods-on-system-pool',
    title: 'User pods run on a system pool',
    why: 'They compete with the add-ons that the cluster lives on, and behind a Local Service they pull the traffic there.',
    remedy: 'Taint the system pool hard, and restart the pods so that they move to a user pool.',
    severity: 'medium',
    source: 'placement.md Q4; aks.md §2',
  },
  ['managedCluster', 'nodes', 'systemPods'],
  ({ managedCluster, nodes, systemPods }, { snapshot, settings }) => {
    const poolOf = new Map(nodes.map((node) => [node.name, poolNameOf(node)]));
    const isUserPod = (pod: Pod): boolean =>
      !settings.systemNamespaces.includes(pod.namespace) &&
      !pod.mirror &&
      !pod.deleting &&
      pod.owner?.kind !== 'DaemonSet' &&
      pod.owner?.kind !== 'Node' &&
      pod.phase !== 'Succeeded' &&
      pod.phase !== 'Failed' &&
      pod.labels.get('kubernetes.azure.com/managedby') !== 'aks';
    return {
      faults: managedCluster.nodePools
        .filter((pool) => pool.mode === 'system')
        .flatMap((pool): readonly Fault[] => {
          const pods = systemPods.filter(
            (pod) => pod.node !== undefined && poolOf.get(pod.node) === pool.name && isUserPod(pod),
          );
          if (pods.length === 0) return [];
          const taints = lastingTaints(pool, nodesOfPool(nodes, pool.name));
          const hard = hardTaints(taints).map(taintText);
          const soft = taints.filter((taint) => isSoft(taint)).map(taintText);
          const letIn =
            hard.length > 0 ? 'toleration' : soft.length > 0 ? 'soft-taint' : 'no-taint';
          const names = distinct(pods.map((pod) => `${pod.namespace}/${pod.name}`));
          return [
            {
              subject: { kind: 'NodePool', name: pool.name },
              title: `${counted(pods.length, 'user pod runs', 'user pods run')} on system pool ${pool.name}`,
              message: `${listed(names)} ${pods.length === 1 ? 'runs' : 'run'} on nodes that are meant for the cluster's add-ons. ${howIn(letIn, hard, soft)}`,
              causes: [letIn],
              evidence: {
                pods: pods.length,
                names: capped(names),
                nodes: capped(distinct(pods.flatMap((pod) => pod.node ?? []))),
                hardTaints: hard,
                softTaints: soft,
              },
              fixes: hard.length > 0 ? [] : [isolateSystemPool(snapshot, pool.name)],
            },
          ];
        }),
    };
  },
);

function howIn(letIn: string, hard: readonly string[], soft: readonly string[]): string {
  switch (letIn) {
    case 'toleration':
      return `The pool has ${listed(hard)}: the pods tolerate it, or were there before it.`;
    case 'soft-taint':
      return `${listed(soft)} let them in: a soft taint is a hint that the scheduler may overrule.`;
    default:
      return 'The pool has no taint, so nothing kept them off.';
  }
}
