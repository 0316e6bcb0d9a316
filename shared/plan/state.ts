import { subjectText, valueOr, type ClusterSnapshot } from '../model/index.ts';
import { blockedServices } from './blocked.ts';
import { followsEndpoints } from './planned-pool.ts';
import { reconcileCloud, type Reconciled } from './cloud.ts';
import { assign, planService, withSlices, type PlannedService } from './endpoints.ts';
import { innerServices, backedServices, type Backed } from './backed-services.ts';
import type { Assignment, EndpointInputs } from './planned-slices.ts';
import { nodeClass } from './node-class.ts';
import { otherPods, runningPods } from './other-pods.ts';
import type { Overlaid } from './overlay.ts';
import type { Placements } from './placements.ts';
import type { PodPlan } from './pod-plan.ts';
import { afterRollout, placementsFor, type PlacedCluster } from './pod-placements.ts';
import { workloadKey, workloadsOf, podIndex, type WorkloadKey } from './pod-index.ts';
import { podPlans } from './pods.ts';
import { settledSnapshot } from './settle.ts';
import { same } from './fields.ts';

/** Pods of a workload that are placed anew, and where they may go. */
export interface PlacementGroup {
  readonly key: WorkloadKey;
  readonly plan: PodPlan;
  readonly placements: Placements;
  readonly assignments: readonly Assignment[];
  readonly likely: Assignment;
  /** Why it is not known where they may go. */
  readonly unknown?: string;
}

export interface PlannedState {
  /** The changed cluster with the likely placement, reconciled. */
  readonly after: ClusterSnapshot;
  readonly cloud: Reconciled;
  readonly inputs: EndpointInputs;
  readonly plannedServices: readonly PlannedService[];
  readonly groups: readonly PlacementGroup[];
  /** The whole changed cluster for one assignment. */
  snapshotFor(assignment: Assignment): ClusterSnapshot;
  readonly likely: Assignment;
}

/** The changed cluster: its pods after all rollouts, and what the cloud provider makes of that. */
export function buildState(before: ClusterSnapshot, overlaid: Overlaid): PlannedState {
  const { snapshot, deleted, replaced, removedNodes: removed, targetPorts } = overlaid;
  const services = valueOr(snapshot.services, []).filter((service) => !service.deleting);
  const base = { before, after: snapshot, index: podIndex(before), removed, replaced, targetPorts };
  const plans = plansAfterRollout(base, [...services, ...innerServices(snapshot)]);
  const inputs: EndpointInputs = { ...base, plans };
  const gone = workloadsOf(before)
    .map(workloadKey)
    .filter((key) => !plans.has(key));
  const placed = { snapshot, running: runningPods(snapshot, plans) };
  const plannedServices = services.map((service) => planService(inputs, service));
  const inner = innerServices(snapshot)
    .map((service) => planService(inputs, service))
    .filter(({ unknown }) => unknown === undefined);
  const backed: readonly PlannedService<Backed>[] = [...plannedServices, ...inner];
  const open = [...plans].filter(([, plan]) => plan.placed.length > 0 || plan.keeps !== undefined);
  const likely: Assignment = new Map(
    open.map(([key, plan]) => [key, assign(plan, placementsFor(placed, plan).likely)]),
  );
  const following = plannedServices.flatMap(({ changed, service }) =>
    changed && followsEndpoints(snapshot, service) ? [subjectText(service)] : [],
  );
  const { freed, ...blocked } = blockedServices(before, snapshot);
  const touched = new Set([...overlaid.touched, ...freed, ...following]);
  const slicesFor = (assignment: Assignment): ClusterSnapshot =>
    withSlices(inputs, backed, deleted, assignment);
  const reconciled = (assignment: Assignment): Reconciled =>
    reconcileCloud(slicesFor(assignment), {
      services: touched,
      deleted,
      blockedOf: blocked.blockedOf,
    });
  const cloud = reconciled(likely);
  const snapshotFor = (assignment: Assignment): ClusterSnapshot => {
    const result =
      following.length > 0
        ? reconciled(assignment).snapshot
        : { ...cloud.snapshot, endpointSlices: slicesFor(assignment).endpointSlices };
    const { wasRefused } = blocked;
    return settledSnapshot(result, { plans, deleted: gone, assignment, cloud, wasRefused });
  };
  const groups = placementGroups(open, placed, plannedServices, cloud.snapshot);
  return {
    after: snapshotFor(likely),
    cloud,
    inputs,
    plannedServices,
    groups,
    snapshotFor,
    likely,
  };
}

/** What becomes of the pods once rollouts have ended or come to a stop. */
function plansAfterRollout(
  base: Omit<EndpointInputs, 'plans'>,
  services: readonly Backed[],
): ReadonlyMap<WorkloadKey, PodPlan> {
  const started = podPlans(base);
  const atStart = { snapshot: base.after, running: runningPods(base.after, started) };
  const rolled = new Map([...started].map(([key, plan]) => [key, afterRollout(atStart, plan)]));
  return withUnseenPods(rolled, base, services);
}

/** @param reconciled The cluster with the likely placement. */
function placementGroups(
  open: readonly (readonly [WorkloadKey, PodPlan])[],
  placed: PlacedCluster,
  plannedServices: readonly PlannedService[],
  reconciled: ClusterSnapshot,
): readonly PlacementGroup[] {
  return open.map(([key, plan]) => {
    const serving = plannedServices.filter(({ workloads }) =>
      workloads.some((workload) => workloadKey(workload) === key),
    );
    const classOf = serving.length > 0 ? nodeClass(reconciled, serving, key) : undefined;
    const placements = placementsFor(placed, plan, classOf);
    const { unknown } = otherPods(placed.snapshot, plan, placed.running);
    return {
      key,
      plan,
      placements,
      ...(unknown !== undefined && plan.placed.length > 0 && { unknown }),
      likely: new Map([[key, assign(plan, placements.likely)]]),
      assignments: placements.all.map((each) => new Map([[key, assign(plan, each)]])),
    };
  });
}

/** A new Service may select pods that nothing shows yet: they run, on any node that fits. */
function withUnseenPods(
  plans: ReadonlyMap<WorkloadKey, PodPlan>,
  inputs: Omit<EndpointInputs, 'plans'>,
  services: readonly Backed[],
): ReadonlyMap<WorkloadKey, PodPlan> {
  const old = new Map(backedServices(inputs.before).map((each) => [subjectText(each), each]));
  const result = new Map(plans);
  for (const service of services) {
    const known = old.get(subjectText(service));
    if (known !== undefined && same(known.selector, service.selector)) continue;
    for (const workload of planService({ ...inputs, plans }, service).workloads) {
      const plan = result.get(workloadKey(workload));
      if (plan === undefined || workload.kind === 'DaemonSet' || plan.changed) continue;
      const unseen = (workload.replicas ?? 1) - plan.stays.size;
      if (unseen <= 0) continue;
      result.set(workloadKey(workload), {
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
