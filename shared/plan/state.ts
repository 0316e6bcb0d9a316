import { valueOr, type ClusterSnapshot } from '../model/index.ts';
import { blockedServices } from './blocked.ts';
import { followsEndpoints } from './planned-pool.ts';
import { reconcileCloud, type Reconciled } from './cloud.ts';
import { assign, behind, withSlices, type Behind } from './endpoints.ts';
import { innerServices, type Backed } from './backed-services.ts';
import type { Assignment, EndpointInputs } from './planned-slices.ts';
import { nodeClass } from './node-class.ts';
import { otherPods, runningPods } from './other-pods.ts';
import type { Overlaid } from './overlay.ts';
import type { Placements } from './placements.ts';
import type { PodPlan } from './pod-plan.ts';
import { afterRollout, placementsFor } from './pod-seats.ts';
import { keyOf, podIndex, type WorkloadKey } from './pod-index.ts';
import { podPlans } from './pods.ts';
import { settledSnapshot } from './settle.ts';
import { withUnseenPods } from './unseen-pods.ts';

/** Pods of a workload that are placed anew, and where they may go. */
export interface Group {
  readonly key: WorkloadKey;
  readonly plan: PodPlan;
  readonly placements: Placements;
  readonly assignments: readonly Assignment[];
  readonly likely: Assignment;
  /** Why it is not known where they may go. */
  readonly unknown?: string;
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
  const { replaced, removedNodes: removed } = overlaid;
  const base = { before, after: overlaid.snapshot, index, removed, replaced };
  const started = podPlans(base);
  const atStart = { snapshot: overlaid.snapshot, running: runningPods(overlaid.snapshot, started) };
  const rolled = new Map([...started].map(([key, plan]) => [key, afterRollout(atStart, plan)]));
  const plans = withUnseenPods(rolled, base, [...services, ...innerServices(overlaid.snapshot)]);
  const inputs: EndpointInputs = { ...base, plans };
  const seats = { snapshot: overlaid.snapshot, running: runningPods(overlaid.snapshot, plans) };
  const behinds = services.map((service) => behind(inputs, service));
  const inner = innerServices(overlaid.snapshot)
    .map((service) => behind(inputs, service))
    .filter(({ unknown }) => unknown === undefined);
  const backed: readonly Behind<Backed>[] = [...behinds, ...inner];
  const carrying = new Set(behinds.flatMap(({ workloads }) => workloads.map(keyOf)));
  const open = [...plans].filter(([, plan]) => plan.placed.length > 0 || plan.keeps !== undefined);
  const likely: Assignment = new Map(
    open.map(([key, plan]) => [key, assign(plan, placementsFor(seats, plan).likely)]),
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
    const of = behinds.filter(({ workloads }) => workloads.some((each) => keyOf(each) === key));
    const classOf = carrying.has(key) ? nodeClass(cloud.snapshot, of, key) : undefined;
    const placements = placementsFor(seats, plan, classOf);
    const { unknown } = otherPods(overlaid.snapshot, plan, seats.running);
    return {
      key,
      plan,
      placements,
      ...(unknown !== undefined && plan.placed.length > 0 && { unknown }),
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
