import type { ClusterSnapshot, Node, NodePool, Taint } from '../../model/index.ts';
import { isHard, isTransientTaint, isVirtualNode, poolNameOf } from '../../placement/index.ts';

/** `key=value:Effect` as people write it. */
export function taintText(taint: Taint): string {
  return `${taint.key}${taint.value === '' ? '' : `=${taint.value}`}:${taint.effect}`;
}

/** Live nodes of a pool; virtual nodes belong to none. */
export function nodesOfPool(nodes: readonly Node[], pool: string): readonly Node[] {
  return nodes.filter((node) => poolNameOf(node) === pool && !isVirtualNode(node));
}

/** Lasting taints that stand on every live node of a pool; the pool's own where none lives (placement.md §8.3). */
export function lastingTaints(pool: NodePool, live: readonly Node[]): readonly Taint[] {
  const [first, ...rest] = live;
  const lasting = (first?.taints ?? pool.taints).filter((taint) => !isTransientTaint(taint));
  return lasting.filter((taint) =>
    rest.every((node) =>
      node.taints.some((each) => each.key === taint.key && each.effect === taint.effect),
    ),
  );
}

export function hardTaints(taints: readonly Taint[]): readonly Taint[] {
  return taints.filter((taint) => isHard(taint));
}

/** Node pools of the cluster where ARM was read; `undefined` otherwise. */
export function nodePoolsOf(snapshot: ClusterSnapshot): readonly NodePool[] | undefined {
  return snapshot.managedCluster.kind === 'read'
    ? snapshot.managedCluster.value.nodePools
    : undefined;
}
