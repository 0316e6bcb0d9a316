import { findRules } from '../load-balancing/index.ts';
import { clusterViewOf } from '../facts/index.ts';
import { valueOr, type ClusterSnapshot, type Node, type NodeName } from '../model/index.ts';
import { blockedServices } from './blocked.ts';
import { followsEndpoints, reconcileCloud, type Reconciled } from './cloud.ts';
import {
  assign,
  backedServices,
  behind,
  innerServices,
  withSlices,
  type Assignment,
  type Backed,
  type Behind,
  type EndpointInputs,
} from './endpoints.ts';
import { same } from './fields.ts';
import type { Overlaid } from './overlay.ts';
import { placementsOf, type Placements } from './placements.ts';
import type { PodPlan } from './pod-plan.ts';
import { fittingNodes, keyOf, podIndex, podPlans, type WorkloadKey } from './pods.ts';
import { stalled } from './rollout.ts';
import { settledSnapshot } from './settle.ts';

/** Pods of a workload that are placed anew, and where they may go. */
export interface Group {
  readonly key: WorkloadKey;
  readonly plan: PodPlan;
  readonly placements: Placements;
  readonly assignments: readonly Assignment[];
  readonly likely: Assignment;
}

export interface State {
  /** The changed cluster with the likely placement, reconciled. */
  readonly after: ClusterSnapshot;
  readonly cloud: Reconciled;
  readonly inputs: EndpointInputs;
  readonly behinds: readonly Behind[];
  readonly groups: readonly Group[];
  /** The whole changed cluster for one assignment. */
  snapshotFor(assignment: Assignment): ClusterSnapshot;
  readonly likely: Assignment;
}

export function buildState(before: ClusterSnapshot, overlaid: Overlaid): State {
  const index = podIndex(before);
  const services = valueOr(overlaid.snapshot.services, []).filter((service) => !service.deleting);
  const base = { before, after: overlaid.snapshot, index, removed: overlaid.removedNodes };
  const rolled = new Map(
    [...podPlans(base)].map(([key, plan]) => [key, afterRollout(overlaid.snapshot, plan)]),
  );
  const plans = withUnseenPods(rolled, base, [...services, ...innerServices(overlaid.snapshot)]);
  const inputs: EndpointInputs = { ...base, plans };
  const behinds = services.map((service) => behind(inputs, service));
  const inner = innerServices(overlaid.snapshot)
    .map((service) => behind(inputs, service))
    .filter(({ unknown }) => unknown === undefined);
  const backed: readonly Behind<Backed>[] = [...behinds, ...inner];
  const carrying = new Set(behinds.flatMap(({ workloads }) => workloads.map(keyOf)));
  const open = [...plans].filter(([, plan]) => plan.placed.length > 0 || plan.keeps !== undefined);
  const likely: Assignment = new Map(
    open.map(([key, plan]) => [
      key,
      assign(plan, placementsFor(overlaid.snapshot, plan, oneClass, true).likely),
    ]),
  );
  const { freed, ...blocked } = blockedServices(before, overlaid.snapshot);
  const touched = new Set([
    ...overlaid.touched,
    ...freed,
    ...behinds
      .filter(({ changed, service }) => changed && followsEndpoints(overlaid.snapshot, service))
      .map(({ service }) => `${service.namespace}/${service.name}`),
  ]);
  const reconciled = (assignment: Assignment): Reconciled =>
    reconcileCloud(withSlices(inputs, backed, overlaid.deleted, assignment), {
      services: touched,
      deleted: overlaid.deleted,
      blockedOf: blocked.blockedOf,
    });
  const cloud = reconciled(likely);
  const groups = open.map(([key, plan]): Group => {
    const beyond = !carrying.has(key);
    const of = behinds.filter(({ workloads }) => workloads.some((each) => keyOf(each) === key));
    const classOf = nodeClass(cloud.snapshot, of, key);
    const placements = placementsFor(overlaid.snapshot, plan, classOf, beyond);
    return {
      key,
      plan,
      placements,
      likely: new Map([[key, assign(plan, placements.likely)]]),
      assignments: placements.all.map((each) => new Map([[key, assign(plan, each)]])),
    };
  });
  const dependsOnPods = behinds.some(
    ({ changed, service }) => changed && followsEndpoints(overlaid.snapshot, service),
  );
  const snapshotFor = (assignment: Assignment): ClusterSnapshot => {
    const result = dependsOnPods
      ? reconciled(assignment).snapshot
      : {
          ...cloud.snapshot,
          endpointSlices: withSlices(inputs, backed, overlaid.deleted, assignment).endpointSlices,
        };
    return settledSnapshot(result, { plans, assignment, cloud, wasRefused: blocked.wasRefused });
  };
  return { after: snapshotFor(likely), cloud, inputs, behinds, groups, snapshotFor, likely };
}

/** A new Service may select pods that nothing shows yet: they run, on any node that fits. */
function withUnseenPods(
  plans: ReadonlyMap<WorkloadKey, PodPlan>,
  inputs: Omit<EndpointInputs, 'plans'>,
  services: readonly Backed[],
): ReadonlyMap<WorkloadKey, PodPlan> {
  const old = new Map(
    backedServices(inputs.before).map((each) => [`${each.namespace}/${each.name}`, each]),
  );
  const result = new Map(plans);
  for (const service of services) {
    const known = old.get(`${service.namespace}/${service.name}`);
    if (known !== undefined && same(known.selector, service.selector)) continue;
    for (const workload of behind({ ...inputs, plans }, service).workloads) {
      const plan = result.get(keyOf(workload));
      if (plan === undefined || workload.kind === 'DaemonSet' || plan.changed) continue;
      const unseen = (workload.replicas ?? 1) - plan.stays.size;
      if (unseen <= 0) continue;
      result.set(keyOf(workload), {
        ...plan,
        placed: Array.from({ length: unseen }, (_, at) => `${workload.name}-unseen-${at + 1}`),
        notes: [
          ...plan.notes,
          `where ${unseen === 1 ? 'one of its pods runs' : `${unseen} of its pods run`} was not read`,
        ],
      });
    }
  }
  return result;
}

/** The plan once its rollout has ended, or come to a stop. */
function afterRollout(snapshot: ClusterSnapshot, plan: PodPlan): PodPlan {
  if (plan.replaces === undefined) return plan;
  const { likely } = placementsFor(snapshot, plan, oneClass, true);
  let seats = 0;
  for (const count of likely.values()) seats += count;
  return stalled(plan, seats);
}

function placementsFor(
  snapshot: ClusterSnapshot,
  plan: PodPlan,
  classOf: (node: Node) => string,
  onlyLikely: boolean,
): Placements {
  const all = valueOr(snapshot.nodes, []);
  const own = new Map<NodeName, number>();
  for (const { node } of plan.stays.values())
    if (node !== undefined) own.set(node, (own.get(node) ?? 0) + 1);
  if (plan.keeps !== undefined) {
    const capacity = new Map<NodeName, number>();
    for (const { node } of plan.keeps.among)
      if (node !== undefined) capacity.set(node, (capacity.get(node) ?? 0) + 1);
    const nodes = all.filter(({ name }) => capacity.has(name));
    return placementsOf(
      {
        workload: plan.workload,
        pods: plan.keeps.count,
        nodes,
        allNodes: all,
        own,
        capacity,
        classOf,
      },
      onlyLikely,
    );
  }
  return placementsOf(
    {
      workload: plan.workload,
      pods: plan.placed.length,
      nodes: fittingNodes(snapshot, plan.workload).filter(
        ({ name }) => plan.onto?.has(name) ?? true,
      ),
      allNodes: all,
      own,
      classOf,
    },
    onlyLikely,
  );
}

/** What tells a node apart for the Services that a workload serves: pools, state, and pods that are there. */
function nodeClass(
  snapshot: ClusterSnapshot,
  behinds: readonly Behind[],
  key: WorkloadKey,
): (node: Node) => string {
  const view = clusterViewOf(snapshot);
  const finder = findRules(valueOr(snapshot.loadBalancers, []));
  const texts = new Map<string, string[]>();
  const note = (name: string, text: string): void => {
    const list = texts.get(name) ?? [];
    texts.set(name, list);
    list.push(text);
  };
  for (const here of behinds) {
    const { service } = here;
    const pools = new Map(
      finder(service).flatMap(({ rule, loadBalancer }) =>
        loadBalancer.backendPools
          .filter((pool) => rule.backendPoolIds.includes(pool.id))
          .map((pool) => [pool.id, pool] as const),
      ),
    );
    for (const pool of pools.values())
      for (const { node, adminState } of view.members(pool).nodes)
        note(node.name, `${pool.id} ${adminState ?? ''}`);
    const counts = new Map<string, number>();
    for (const slice of here.slices(new Map([[key, []]])))
      for (const { node, ready } of slice.endpoints)
        if (node !== undefined)
          counts.set(`${node} ${ready}`, (counts.get(`${node} ${ready}`) ?? 0) + 1);
    for (const [text, count] of counts) {
      const [node = '', ready = ''] = text.split(' ');
      note(node, `${service.namespace}/${service.name} ${ready} ${count}`);
    }
  }
  return (node) => {
    const state = view.nodes.get(node.name);
    return JSON.stringify([
      texts.get(node.name)?.toSorted() ?? [],
      state?.ready,
      state?.kubeProxy,
      state?.leaving,
      // Security groups and policies may differ from pool to pool.
      state?.nodePool,
    ]);
  };
}

/** Where nothing depends on which node it is. */
function oneClass(): string {
  return '';
}
