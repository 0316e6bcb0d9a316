import {
  valueOr,
  type ClusterSnapshot,
  type Namespace,
  type Node,
  type NodeName,
} from '../model/index.ts';
import { roomFor } from '../placement/index.ts';
import { total } from './end-placements.ts';
import { otherPods, type Running } from './other-pods.ts';
import type { PodPlan } from './pod-plan.ts';
import { limitsOf, type Placement, type PlacementRequest } from './placement-limits.ts';
import { placementsOf, type Placements } from './placements.ts';
import { fittingNodes } from './pod-inputs.ts';
import { leastUnavailable, stalled } from './rollout.ts';

export interface PlacedCluster {
  readonly snapshot: ClusterSnapshot;
  readonly running: readonly Running[];
}

/** Where the pods of a plan may go. */
export function placementsFor(
  inputs: PlacedCluster,
  plan: PodPlan,
  classOf?: (node: Node) => string,
): Placements {
  return placementsOf(requestFor(inputs, plan, classOf ?? oneClass), classOf === undefined);
}

/** Where nothing depends on which node it is. */
function oneClass(): string {
  return '';
}

function requestFor(
  { snapshot, running }: PlacedCluster,
  plan: PodPlan,
  classOf: (node: Node) => string,
): PlacementRequest {
  const allNodes = valueOr(snapshot.nodes, []);
  const namespaces = valueOr<readonly Namespace[] | undefined>(snapshot.namespaces, undefined);
  const base = {
    workload: plan.workload,
    allNodes,
    namespaces,
    classOf,
    own: countsOf([...plan.stays.values()]),
  };
  if (plan.keeps !== undefined) {
    const capacity = countsOf(plan.keeps.among);
    const nodes = allNodes.filter(({ name }) => capacity.has(name));
    return { ...base, pods: plan.keeps.count, nodes, together: [], capacity };
  }
  const { open, together } = otherPods(snapshot, plan, running);
  const nodes = fittingNodes(snapshot, plan.workload).filter(
    (node) => open(node) && roomFor(plan.workload, node) > 0 && (plan.onto?.has(node.name) ?? true),
  );
  return { ...base, pods: plan.placed.length, nodes, together };
}

function countsOf(pods: readonly { readonly node: NodeName | undefined }[]): Placement {
  const counts = new Map<NodeName, number>();
  for (const { node } of pods)
    if (node !== undefined) counts.set(node, (counts.get(node) ?? 0) + 1);
  return counts;
}

/** The plan once its rollout has ended, or come to a stop. */
export function afterRollout(inputs: PlacedCluster, plan: PodPlan): PodPlan {
  if (plan.replaces === undefined) return plan;
  if (isBlockedAtStart(inputs, plan)) return stalled(plan, 0);
  const { likely } = placementsFor(inputs, plan);
  return stalled(plan, total(likely));
}

/** The old pods keep every new one away, and none of them may go before a new one is ready. */
function isBlockedAtStart(inputs: PlacedCluster, plan: PodPlan): boolean {
  const { replaces = [], workload } = plan;
  if (workload.kind !== 'Deployment') return false;
  const pods = plan.placed.length;
  const ready = replaces.filter((pod) => pod.ready).length;
  const least = pods - leastUnavailable(workload, pods);
  // One that is not ready goes at once, and so does one more than the strategy keeps.
  if (ready < replaces.length || ready > least) return false;
  const request = requestFor(
    inputs,
    { ...plan, stays: new Map(replaces.map((pod) => [pod.name, pod])) },
    oneClass,
  );
  const limits = limitsOf(request);
  return !request.nodes.some((node) => limits.mayTake(node, new Map()));
}
