import { valueOr, type Node, type NodeName, type Workload } from '../model/index.ts';
import { mayStay, daemonSetOn } from '../placement/index.ts';
import { workloadKey, workloadsOf, type WorkloadKey } from './pod-index.ts';
import { fittingNodes, isReplaced, type PodInputs } from './pod-inputs.ts';
import type { KnownPod, PodPlan } from './pod-plan.ts';
import { keptPods, ordinalOf } from './rollout.ts';

/** What becomes of the pods of every workload of the changed cluster. */
export function podPlans(inputs: PodInputs): ReadonlyMap<WorkloadKey, PodPlan> {
  const before = new Map(workloadsOf(inputs.before).map((each) => [workloadKey(each), each]));
  const nodes = new Map(valueOr(inputs.after.nodes, []).map((node) => [node.name, node]));
  const oldNodes = new Map(valueOr(inputs.before.nodes, []).map((node) => [node.name, node]));
  return new Map(
    workloadsOf(inputs.after).map((workload) => {
      const key = workloadKey(workload);
      const known = inputs.index.podsOf(workload);
      const plan =
        workload.kind === 'DaemonSet'
          ? daemonSetPlan(workload, before.get(key), known, inputs, nodes)
          : replicaPlan(workload, before.get(key), known, { nodes, oldNodes, ...inputs });
      return [key, plan];
    }),
  );
}

function replicaPlan(
  workload: Workload,
  before: Workload | undefined,
  known: ReadonlyMap<string, KnownPod>,
  maps: NodeMaps & PodInputs,
): PodPlan {
  const isEvicted = ({ node }: KnownPod): boolean =>
    node !== undefined && leaves(workload, node, maps);
  const stays = new Map([...known].filter(([, pod]) => !isEvicted(pod)));
  if (before === undefined || isMadeAnew(workload, before, maps))
    return bound(anewPlan(workload, before !== undefined, stays), maps.nodes);
  if ((workload.replicas ?? 1) < (before.replicas ?? 1)) return smallerPlan(workload, stays);
  const evicted = known.size - stays.size;
  return bound(samePodsPlan(workload, before, { stays, evicted }, maps), maps.nodes);
}

function isMadeAnew(workload: Workload, before: Workload, inputs: PodInputs): boolean {
  return workload.rollout?.kind !== 'on-delete' && isReplaced(before, workload, inputs);
}

/** Every pod by the new template, but for a StatefulSet's below its partition. */
function anewPlan(
  workload: Workload,
  existed: boolean,
  stays: ReadonlyMap<string, KnownPod>,
): PodPlan {
  const { rollout, kind, replicas = 1 } = workload;
  const partition = rollout?.kind === 'rolling' ? (rollout.partition ?? 0) : 0;
  const left = new Map(
    kind === 'StatefulSet' ? [...stays].filter(([name]) => ordinalOf(name) < partition) : [],
  );
  const replaces = [...stays.values()].filter(({ name }) => !left.has(name));
  return {
    workload,
    notes: [],
    stays: left,
    fixed: [],
    placed: newNames(workload, left, Math.max(0, replicas - left.size)),
    changed: true,
    ...(existed && replaces.length > 0 && { replaces }),
  };
}

function smallerPlan(workload: Workload, stays: ReadonlyMap<string, KnownPod>): PodPlan {
  const count = Math.min(workload.replicas ?? 1, stays.size);
  const kept = keptPods(workload, [...stays.values()], count);
  return {
    workload,
    notes: [],
    stays: new Map(kept.stays.map((pod) => [pod.name, pod])),
    fixed: [],
    placed: [],
    ...(kept.among.length > 0 && { keeps: { among: kept.among, count: kept.count } }),
    changed: true,
  };
}

/** Pods by the same template: those that a bigger number brings, and those that left their nodes. */
function samePodsPlan(
  workload: Workload,
  before: Workload,
  pods: { readonly stays: ReadonlyMap<string, KnownPod>; readonly evicted: number },
  inputs: PodInputs,
): PodPlan {
  const { replicas = 1 } = workload;
  const more = Math.min(replicas, replicas - (before.replicas ?? 1) + pods.evicted);
  const freed = nodesThatOpen(workload, before, inputs);
  const waiting = [...pods.stays.values()].filter(({ node }) => node === undefined);
  const released = freed.size > 0 ? waiting.map(({ name }) => name) : [];
  const stays = new Map([...pods.stays].filter(([name]) => !released.includes(name)));
  const placed = [...newNames(workload, stays, more), ...released];
  return {
    workload,
    notes: [],
    stays,
    fixed: [],
    placed,
    // What kept the Pending ones off the other nodes is not among what is read.
    ...(released.length > 0 && more === 0 && { onto: freed }),
    changed: placed.length > 0,
  };
}

/** Nodes that the change opens for the workload: new ones, and those that it could not land on before. */
function nodesThatOpen(
  workload: Workload,
  before: Workload,
  inputs: PodInputs,
): ReadonlySet<NodeName> {
  const now = fittingNodes(inputs.after, workload).map(({ name }) => name);
  const old = new Set(fittingNodes(inputs.before, before).map(({ name }) => name));
  return new Set(now.filter((name) => !old.has(name)));
}

/** Pods whose template names their node run there. */
function bound(plan: PodPlan, nodes: ReadonlyMap<NodeName, Node>): PodPlan {
  const { nodeName } = plan.workload.podSpec;
  const node =
    nodeName === undefined || nodeName === ''
      ? undefined
      : [...nodes.values()].find(({ name }) => name === nodeName);
  if (node === undefined) return plan;
  const { name: on, ready } = node;
  return {
    ...plan,
    placed: [],
    fixed: plan.placed.map((name) => ({ name, node: on, ready: ready === 'true' })),
  };
}

/** `web-new-1`; a StatefulSet's pods have their own numbers. */
function newNames(
  { kind, name }: Workload,
  stays: ReadonlyMap<string, KnownPod>,
  count: number,
): readonly string[] {
  const names: string[] = [];
  for (let at = kind === 'StatefulSet' ? 0 : 1; names.length < count; at++) {
    const next = kind === 'StatefulSet' ? `${name}-${at}` : `${name}-new-${at}`;
    if (!stays.has(next)) names.push(next);
  }
  return names;
}

interface NodeMaps {
  readonly nodes: ReadonlyMap<NodeName, Node>;
  readonly oldNodes: ReadonlyMap<NodeName, Node>;
  readonly removed: ReadonlySet<NodeName>;
}

/** A running pod leaves with its node, or by a NoExecute taint that the node did not have before. */
function leaves(
  workload: Workload,
  name: NodeName,
  { nodes, oldNodes, removed }: NodeMaps,
): boolean {
  if (removed.has(name)) return true;
  const node = nodes.get(name);
  const old = oldNodes.get(name);
  if (node === undefined || old === undefined) return false;
  const stays = (on: Node): boolean => mayStay(workload.podSpec, on).kind === 'stays';
  return !stays(node) && stays(old);
}

/** One pod on each node that takes the set's pods; those of today stay where nothing about them changes. */
function daemonSetPlan(
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
