import { isVirtualNode, poolNameOf, type Node, type NodePool, type Taint } from '../model/index.ts';
import { isTransientTaint } from './tolerations.ts';

/** Live nodes of a pool; virtual nodes belong to none. */
export function nodesOfPool(nodes: readonly Node[], pool: string): readonly Node[] {
  return nodes.filter((node) => poolNameOf(node) === pool && !isVirtualNode(node));
}

/** Taints that do not come and go by themselves. */
export function lastingTaints({ taints }: { readonly taints: readonly Taint[] }): readonly Taint[] {
  return taints.filter((taint) => !isTransientTaint(taint));
}

/** Lasting taints that stand on every live node of a pool; the pool's own where none lives (source: cluster-autoscaler and node auto provisioning). */
export function poolTaints(pool: NodePool, live: readonly Node[]): readonly Taint[] {
  const [first, ...rest] = live;
  return lastingTaints(first ?? pool).filter((taint) =>
    rest.every((node) =>
      node.taints.some((each) => each.key === taint.key && each.effect === taint.effect),
    ),
  );
}
