import { parseTaint, type Node } from '../../model/index.ts';
import type { Planned } from '../../facts/daemonset-cover.ts';
import type { RuleSettings } from '../rule.ts';
import { cited } from '../../fixes/text.ts';
import { unknownReasons, type Unjudged } from '../unknown.ts';
import { nodesOfPool } from '../../facts/pool-nodes.ts';

/** The planned taints that can be judged, and why others cannot. */
export function plannedTaints(
  settings: Pick<RuleSettings, 'plannedTaints'>,
  nodes: readonly Node[],
): { readonly planned: readonly Planned[]; readonly unknown: readonly string[] } {
  const planned: Planned[] = [];
  const unjudged: Unjudged[] = [];
  for (const { nodePool, taint: text } of settings.plannedTaints) {
    const taint = parseTaint(text);
    const ofPool = nodesOfPool(nodes, nodePool);
    const subject = { name: nodePool };
    if (taint === undefined)
      unjudged.push({ subject, why: `the planned taint ${cited(text)} is not key=value:Effect` });
    else if (ofPool.length === 0)
      unjudged.push({
        subject,
        why: `the node pool has no node to judge the planned taint ${cited(text)} by`,
      });
    else planned.push({ taint, nodes: ofPool });
  }
  return { planned, unknown: unknownReasons(unjudged) };
}
