import {
  compareText,
  valueOr,
  type ClusterSnapshot,
  type Endpoint,
  type Node,
  type NodeName,
  type Workload,
} from '../model/index.ts';
import { daemonSetOn, landing, mayStay } from '../placement/index.ts';
import { serviceWorkloads } from '../facts/services.ts';
import { templateChanged } from './changed-workload.ts';
import type { KnownPod, PodPlan } from './pod-plan.ts';
import { keptPods, ordinalOf } from './rollout.ts';

export type WorkloadKey = string;
export function keyOf({
  kind,
  namespace,
  name,
}: Pick<Workload, 'kind' | 'namespace' | 'name'>): WorkloadKey {
  return `${kind}/${namespace}/${name}`;
}

export function workloadsOf(snapshot: ClusterSnapshot): readonly Workload[] {
  return (['deployments', 'statefulSets', 'daemonSets'] as const).flatMap((slice) =>
    valueOr<readonly Workload[]>(snapshot[slice], []),
  );
}

/** Which workload each endpoint of the cluster belongs to, and the pods of each workload. */
export interface PodIndex {
  ownerOf(namespace: string, service: string, endpoint: Endpoint): Workload | undefined;
  podsOf(workload: Workload): ReadonlyMap<string, KnownPod>;
}

/**
 * Pods as far as the snapshot shows them: behind a Service, on a system node, or Pending. Their
 * owner is told by the form of their names, else by the one workload that their Service selects.
 */
export function podIndex(snapshot: ClusterSnapshot): PodIndex {
  const workloads = workloadsOf(snapshot);
  const byNamespace = Map.groupBy(workloads, (each) => each.namespace);
  const only = new Map<string, Workload | undefined>();
  for (const service of [
    ...valueOr(snapshot.services, []),
    ...valueOr(snapshot.clusterIpServices, []),
  ]) {
    const { workloads: behind, unread } = serviceWorkloads(snapshot, service);
    const [one] = behind;
    only.set(
      `${service.namespace}/${service.name}`,
      behind.length === 1 && unread.length === 0 ? one : undefined,
    );
  }
  const named = new Map<string, Workload | undefined>();
  const byName = (namespace: string, pod: string): Workload | undefined => {
    const key = `${namespace}/${pod}`;
    if (!named.has(key))
      named.set(
        key,
        (byNamespace.get(namespace) ?? [])
          .filter((workload) => isNamedBy(workload, pod))
          .toSorted((a, b) => b.name.length - a.name.length)[0],
      );
    return named.get(key);
  };
  const ownerOf: PodIndex['ownerOf'] = (namespace, service, { pod }) =>
    pod === undefined ? undefined : (byName(namespace, pod) ?? only.get(`${namespace}/${service}`));
  const pods = new Map<WorkloadKey, Map<string, KnownPod>>();
  const add = (workload: Workload | undefined, pod: KnownPod): void => {
    if (workload === undefined) return;
    const key = keyOf(workload);
    const list = pods.get(key) ?? new Map<string, KnownPod>();
    pods.set(key, list);
    const known = list.get(pod.name);
    if (known === undefined || (pod.ready && !known.ready)) list.set(pod.name, pod);
  };
  for (const slice of valueOr(snapshot.endpointSlices, []))
    for (const endpoint of slice.endpoints)
      if (endpoint.pod !== undefined && !endpoint.terminating)
        add(ownerOf(slice.namespace, slice.service, endpoint), {
          name: endpoint.pod,
          node: endpoint.node,
          ready: endpoint.ready,
        });
  for (const pod of [...valueOr(snapshot.systemPods, []), ...valueOr(snapshot.pendingPods, [])])
    if (!pod.deleting && !pod.mirror)
      add(byName(pod.namespace, pod.name), { name: pod.name, node: pod.node, ready: false });
  const none: ReadonlyMap<string, KnownPod> = new Map();
  return { ownerOf, podsOf: (workload) => pods.get(keyOf(workload)) ?? none };
}

/** `web-5d4f7c9b8-x2x4z` of a Deployment, `web-0` of a StatefulSet, `web-x2x4z` of a DaemonSet. */
function isNamedBy({ kind, name }: Workload, pod: string): boolean {
  if (!pod.startsWith(`${name}-`)) return false;
  const rest = pod.slice(name.length + 1);
  if (kind === 'StatefulSet') return /^\d{1,9}$/u.test(rest);
  if (kind === 'DaemonSet') return /^[a-z0-9]{5}$/u.test(rest);
  return /^[a-z0-9]{1,16}-[a-z0-9]{5}$/u.test(rest);
}

export interface PodInputs {
  readonly before: ClusterSnapshot;
  readonly after: ClusterSnapshot;
  readonly index: PodIndex;
  readonly removed: ReadonlySet<NodeName>;
  /** Workloads whose template changes in a part that the snapshot does not have. */
  readonly replaced: ReadonlySet<WorkloadKey>;
}

/** What becomes of the pods of every workload of the changed cluster. */
export function podPlans(inputs: PodInputs): ReadonlyMap<WorkloadKey, PodPlan> {
  const before = new Map(workloadsOf(inputs.before).map((each) => [keyOf(each), each]));
  const nodes = new Map(valueOr(inputs.after.nodes, []).map((node) => [node.name, node]));
  const oldNodes = new Map(valueOr(inputs.before.nodes, []).map((node) => [node.name, node]));
  return new Map(
    workloadsOf(inputs.after).map((workload) => {
      const key = keyOf(workload);
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
  const { nodes } = maps;
  const replicas = workload.replicas ?? 1;
  const anew =
    before === undefined ||
    (isReplaced(before, workload, maps) && workload.rollout?.kind !== 'on-delete');
  const stays = new Map<string, KnownPod>();
  let evicted = 0;
  for (const [name, pod] of known)
    if (pod.node !== undefined && leaves(workload, pod.node, maps)) evicted++;
    else stays.set(name, pod);
  const base = { workload, notes: [] };
  if (anew) {
    const { rollout } = workload;
    const partition = rollout?.kind === 'rolling' ? (rollout.partition ?? 0) : 0;
    const kept = new Map([...stays].filter(([name]) => ordinalOf(name) < partition));
    const left = workload.kind === 'StatefulSet' ? kept : new Map<string, KnownPod>();
    const replaces = [...stays.values()].filter(({ name }) => !left.has(name));
    return bound(
      {
        ...base,
        stays: left,
        fixed: [],
        placed: newNames(workload, left, Math.max(0, replicas - left.size)),
        changed: true,
        ...(before !== undefined && replaces.length > 0 && { replaces }),
      },
      nodes,
    );
  }
  if (replicas < (before.replicas ?? 1)) {
    const kept = keptPods(workload, [...stays.values()], Math.min(replicas, stays.size));
    return {
      ...base,
      stays: new Map(kept.stays.map((pod) => [pod.name, pod])),
      fixed: [],
      placed: [],
      ...(kept.among.length > 0 && { keeps: { among: kept.among, count: kept.count } }),
      changed: true,
    };
  }
  const more = Math.min(replicas, replicas - (before.replicas ?? 1) + evicted);
  const freed = nodesThatOpen(workload, before, maps);
  const waiting = [...stays.values()].filter(({ node }) => node === undefined);
  const wakes = freed.size > 0 && waiting.length > 0;
  if (wakes) for (const { name } of waiting) stays.delete(name);
  const names = newNames(workload, stays, more);
  const all = wakes ? [...names, ...waiting.map(({ name }) => name)] : names;
  return bound(
    {
      ...base,
      stays,
      fixed: [],
      placed: all,
      // What kept the Pending ones off the other nodes is not among what is read.
      ...(wakes && more === 0 && { onto: freed }),
      changed: all.length > 0,
    },
    nodes,
  );
}

function isReplaced(before: Workload, after: Workload, { replaced }: PodInputs): boolean {
  return templateChanged(before, after) || replaced.has(keyOf(after));
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

/** Nodes that a pod of the workload can be placed on now, by name. */
export function fittingNodes(snapshot: ClusterSnapshot, workload: Workload): readonly Node[] {
  return valueOr(snapshot.nodes, [])
    .filter((node) => landing(workload.podSpec, node).now === 'yes')
    .toSorted((a, b) => compareText(a.name, b.name));
}
