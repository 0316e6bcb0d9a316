import {
  nodeName,
  read,
  subjectText,
  valueOr,
  type ClusterSnapshot,
  type EndpointSlice,
  type LoadBalancerService,
  type NodeName,
  type Workload,
} from '../model/index.ts';
import { slicesByService } from '../traffic/index.ts';
import { workloadSlices } from '../facts/services.ts';
import { backedServices, portNames, selected, type Backed } from './backed-services.ts';
import { same } from './fields.ts';
import { changedSlices, type Assignment, type EndpointInputs } from './planned-slices.ts';
import { workloadKey } from './pod-index.ts';
import { isSameObject } from './rows.ts';
import type { KnownPod, PodPlan } from './pod-plan.ts';
import { targetPortChanges } from './target-ports.ts';

/** What stands behind one Service after the change. */
export interface PlannedService<S extends Backed = LoadBalancerService> {
  readonly service: S;
  /** Workloads whose pods it selects. */
  readonly workloads: readonly Workload[];
  /** Whether its endpoints differ from today's. */
  readonly changed: boolean;
  /** What its manifest changes of where its pods listen. */
  readonly retargeted: ReturnType<typeof targetPortChanges>;
  /** Why its endpoints cannot be told. */
  readonly unknown?: string;
  /** Its slices for one assignment of the pods that are placed. */
  slices(assignment: Assignment): readonly EndpointSlice[];
}

/** The endpoints of a Service of the changed cluster. */
export function planService<S extends Backed>(
  inputs: EndpointInputs,
  service: S,
): PlannedService<S> {
  const { before, after, plans, removed } = inputs;
  const live = slicesByService(valueOr(before.endpointSlices, [])).get(subjectText(service)) ?? [];
  const old = backedServices(before).find((each) => isSameObject(each, service));
  const workloads = selected(after, service);
  const workloadsBefore = old === undefined ? [] : selected(before, old);
  const isNew = old === undefined || !same(old.selector, service.selector);
  const newPorts = old !== undefined && !same(portNames(old), portNames(service));
  const newFamilies = old !== undefined && !same(old.ipFamilies, service.ipFamilies);
  const involved = new Set([...workloads, ...workloadsBefore].map(workloadKey));
  const touched = [...involved].some((key) => plans.get(key)?.changed ?? true);
  const onRemoved = live.some(({ endpoints }) =>
    endpoints.some(({ node }) => node !== undefined && removed.has(node)),
  );
  const targets = inputs.targetPorts.get(subjectText(service));
  const retargeted = targetPortChanges(service, live, targets, workloads);
  const changed =
    isNew || newPorts || newFamilies || touched || onRemoved || retargeted.fields.length > 0;
  if (!changed || service.selector === undefined)
    return { service, workloads, retargeted, changed: false, slices: () => live };
  const hinted = live.some(({ endpoints }) =>
    endpoints.some(({ hintZones, hintNodes }) => hintZones.length + hintNodes.length > 0),
  );
  const unread = workloadSlices.find((slice) => isNew && before[slice].kind === 'unread');
  const why = hinted
    ? 'its endpoints carry topology hints, and those of new pods are not known'
    : unread === undefined
      ? undefined
      : `${unread} were not read, so that its pods are not known`;
  return {
    service,
    workloads,
    retargeted,
    changed: true,
    ...(why !== undefined && { unknown: why }),
    slices: (assignment) => changedSlices(inputs, { service, live, workloads, isNew }, assignment),
  };
}

/** The cluster with the slices of these Services for one assignment; those of gone nodes are gone everywhere. */
export function withSlices(
  { after, removed }: EndpointInputs,
  all: readonly PlannedService<Backed>[],
  deleted: readonly Pick<LoadBalancerService, 'namespace' | 'name'>[],
  assignment: Assignment,
): ClusterSnapshot {
  if (after.endpointSlices.kind === 'unread') return after;
  const changed = all.filter((each) => each.changed);
  // A Service of another type than before keeps its endpoints.
  const kept = new Set(all.map(({ service }) => subjectText(service)));
  const gone = deleted.filter((service) => !kept.has(subjectText(service)));
  const replaced = new Set(
    [...changed.map(({ service }) => service), ...gone].map((service) => subjectText(service)),
  );
  const others = after.endpointSlices.value.flatMap((slice) => {
    if (replaced.has(`${slice.namespace}/${slice.service}`)) return [];
    const endpoints = slice.endpoints.filter(
      ({ node }) => node === undefined || !removed.has(node),
    );
    return endpoints.length < slice.endpoints.length ? [{ ...slice, endpoints }] : [slice];
  });
  if (changed.length === 0 && deleted.length === 0 && removed.size === 0) return after;
  return {
    ...after,
    endpointSlices: read([...others, ...changed.flatMap((each) => each.slices(assignment))]),
  };
}

/** Pods by name on the nodes of a placement. */
export function assign(
  plan: PodPlan,
  placement: ReadonlyMap<NodeName, number>,
): readonly KnownPod[] {
  if (plan.keeps !== undefined) {
    const left = new Map(placement);
    return plan.keeps.among.filter(({ node }) => {
      const count = node === undefined ? 0 : (left.get(node) ?? 0);
      if (node !== undefined) left.set(node, count - 1);
      return count > 0;
    });
  }
  const nodes = [...placement].flatMap(([node, count]) =>
    Array.from({ length: count }, () => node),
  );
  return nodes.map((node, at) => ({
    name: plan.placed[at] ?? `pod-${at + 1}`,
    node: nodeName(node),
    ready: true,
  }));
}
