import {
  compacted,
  poolNameOf,
  type ManagedCluster,
  type Read,
  type Taint,
  type Workload,
} from '../model/index.ts';
import type { Cluster } from '../facts/index.ts';
import type { LeftOut } from '../placement/index.ts';
import { setPoolTaints } from './cluster-fixes.ts';
import type { Fix } from './fix.ts';
import { taintText } from './text.ts';
import { distinctTaints, tolerate } from './toleration-fixes.ts';

/** The DaemonSet learns to tolerate the taints, or the pools lose them. */
export function daemonSetFixes(
  daemonSet: Workload,
  leftOut: readonly LeftOut[],
  cluster: Cluster,
  managedCluster: Read<ManagedCluster>,
): readonly Fix[] {
  const taints = distinctTaints(leftOut.flatMap((each) => each.taints));
  const price = compacted([
    'pods start on those nodes and use capacity there',
    isReconciled(daemonSet) &&
      'AKS manages this DaemonSet and may revert the change: request the toleration from AKS',
  ]);
  return [tolerate(daemonSet, taints, price), ...untaint(leftOut, taints, cluster, managedCluster)];
}

function isReconciled({ labels }: Workload): boolean {
  return (
    labels.get('kubernetes.azure.com/managedby') === 'aks' ||
    labels.has('addonmanager.kubernetes.io/mode')
  );
}

/** Only taints that a person gave a pool in Azure, and not the one that isolates a system pool. */
function untaint(
  leftOut: readonly LeftOut[],
  taints: readonly Taint[],
  cluster: Cluster,
  managedCluster: Read<ManagedCluster>,
): readonly Fix[] {
  if (managedCluster.kind === 'unread') return [];
  const pools = new Set(leftOut.map(({ node }) => poolNameOf(node)));
  const steps = managedCluster.value.nodePools.flatMap((pool) => {
    const rest = pool.taints.filter((taint) => !isRemovable(taint) || !includes(taints, taint));
    if (!pools.has(pool.name) || rest.length === pool.taints.length) return [];
    return [setPoolTaints(cluster, pool, rest)];
  });
  if (steps.length === 0) return [];
  return [
    {
      title: 'Remove the taint from the node pool',
      steps: steps.slice(0, 3),
      price: ['pods that the taint repelled can be scheduled there'],
    },
  ];
}

function isRemovable({ key }: Taint): boolean {
  return key !== 'CriticalAddonsOnly' && !key.startsWith('kubernetes.azure.com/');
}

function includes(taints: readonly Taint[], taint: Taint): boolean {
  return taints.some((each) => taintText(each) === taintText(taint));
}
