import { compareText, type ClusterSnapshot, type Taint, type Workload } from '../../model/index.ts';
import { poolNameOf } from '../../placement/index.ts';
import { setPoolTaints } from '../cluster-fixes.ts';
import type { Fix } from '../rule.ts';
import { listed, taintText } from '../text.ts';
import { patchStep } from '../workload-fixes.ts';
import type { LeftOut } from './daemonset-cover.ts';

/** The DaemonSet learns to tolerate the taints, or the pools lose them. */
export function daemonSetFixes(
  daemonSet: Workload,
  leftOut: readonly LeftOut[],
  snapshot: ClusterSnapshot,
): readonly Fix[] {
  const taints = distinctTaints(leftOut.flatMap((each) => each.taints));
  return [tolerate(daemonSet, taints), ...untaint(leftOut, taints, snapshot)];
}

/** Tolerations are replaced as a whole by a patch, so the present ones are named again. */
function tolerate(daemonSet: Workload, taints: readonly Taint[]): Fix {
  const present = daemonSet.podSpec.tolerations.map((toleration) =>
    Object.fromEntries(Object.entries(toleration).filter(([, value]) => value !== '')),
  );
  const wanted = taints.map(({ key, effect }) => ({ key, operator: 'Exists', effect }));
  return {
    title: `Tolerate ${listed(taints.map(taintText))}`,
    steps: [patchStep(daemonSet, { tolerations: [...present, ...wanted] })],
    price: [
      'pods start on those nodes and take room there',
      ...(isReconciled(daemonSet)
        ? ['AKS owns this DaemonSet and may put it back as it was: ask for the toleration there']
        : []),
    ],
  };
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
  snapshot: ClusterSnapshot,
): readonly Fix[] {
  if (snapshot.managedCluster.kind === 'unread') return [];
  const pools = new Set(leftOut.map(({ node }) => poolNameOf(node)));
  const steps = snapshot.managedCluster.value.nodePools.flatMap((pool) => {
    const rest = pool.taints.filter((taint) => !isRemovable(taint) || !includes(taints, taint));
    if (!pools.has(pool.name) || rest.length === pool.taints.length) return [];
    return [setPoolTaints(snapshot, pool, rest)];
  });
  if (steps.length === 0) return [];
  return [
    {
      title: 'Take the taint off the node pool',
      steps: steps.slice(0, 3),
      price: ['pods that the taint kept off may be scheduled there'],
    },
  ];
}

function isRemovable({ key }: Taint): boolean {
  return key !== 'CriticalAddonsOnly' && !key.startsWith('kubernetes.azure.com/');
}

function includes(taints: readonly Taint[], taint: Taint): boolean {
  return taints.some((each) => taintText(each) === taintText(taint));
}

function distinctTaints(taints: readonly Taint[]): readonly Taint[] {
  const byText = new Map(taints.map((taint) => [taintText(taint), taint]));
  return [...byText].toSorted(([a], [b]) => compareText(a, b)).map(([, taint]) => taint);
}
