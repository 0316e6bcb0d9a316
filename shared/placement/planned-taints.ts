import { parseTaint, type Node, type Taint } from '../model/index.ts';
import { nodesOfPool } from './pool-taints.ts';

/** A taint that somebody thinks of adding to a node pool: `key=value:Effect`. */
export interface TaintPlan {
  readonly nodePool: string;
  readonly taint: string;
}

/** A planned taint and the nodes that it would stand on. */
export interface PlannedTaint {
  readonly taint: Taint;
  readonly nodes: readonly Node[];
}

/** The planned taints that can be judged, and the others: of another form, or for a pool without a node. */
export function plannedTaints(
  plans: readonly TaintPlan[],
  nodes: readonly Node[],
): {
  readonly planned: readonly PlannedTaint[];
  readonly malformed: readonly TaintPlan[];
  readonly withoutNodes: readonly TaintPlan[];
} {
  const planned: PlannedTaint[] = [];
  const malformed: TaintPlan[] = [];
  const withoutNodes: TaintPlan[] = [];
  for (const plan of plans) {
    const taint = parseTaint(plan.taint);
    const ofPool = nodesOfPool(nodes, plan.nodePool);
    if (taint === undefined) malformed.push(plan);
    else if (ofPool.length === 0) withoutNodes.push(plan);
    else planned.push({ taint, nodes: ofPool });
  }
  return { planned, malformed, withoutNodes };
}
