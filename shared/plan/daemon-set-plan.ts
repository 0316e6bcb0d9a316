import { valueOr, type Node, type NodeName, type Workload } from '../model/index.ts';
import { daemonSetOn } from '../placement/index.ts';
import type { KnownPod, PodPlan } from './pod-plan.ts';
import { isReplaced, type PodInputs } from './pod-inputs.ts';

/** One pod on each node that takes the set's pods; those of today stay where nothing about them changes. */
export function daemonSetPlan(
  workload: Workload,
  before: Workload | undefined,
  known: ReadonlyMap<string, KnownPod>,
  inputs: PodInputs,
  nodes: ReadonlyMap<NodeName, Node>,
): PodPlan {
  const anew = before === undefined || isReplaced(before, workload, inputs);
  const oldNodes = new Map(valueOr(inputs.before.nodes, []).map((node) => [node.name, node]));
  const byNode = new Map([...known.values()].map((pod) => [pod.node, pod]));
  const stays = new Map<string, KnownPod>();
  const fixed: KnownPod[] = [];
  let changed = anew;
  for (const node of nodes.values()) {
    const pod = byNode.get(node.name);
    const { shouldRun, shouldStay } = daemonSetOn(workload.podSpec, node);
    if (pod !== undefined && !anew) {
      if (shouldStay) stays.set(pod.name, pod);
      else changed = true;
      continue;
    }
    // Where nothing about the node or the set changes, that it has no pod today is how it is.
    const asBefore =
      !anew &&
      oldNodes.get(node.name) !== undefined &&
      daemonSetOn(workload.podSpec, oldNodes.get(node.name) ?? node).shouldRun === shouldRun;
    if (!shouldRun || asBefore || node.labels.get('type') === 'virtual-kubelet') continue;
    fixed.push({
      name: `${workload.name}-on-${node.name}`,
      node: node.name,
      ready: node.ready === 'true',
    });
    changed = true;
  }
  if ([...known.values()].some((pod) => pod.node !== undefined && !nodes.has(pod.node)))
    changed = true;
  return { workload, stays, fixed, placed: [], changed, notes: [] };
}
