import {
  subjectText,
  type ClusterSnapshot,
  type Endpoint,
  type EndpointSlice,
  type IpFamily,
  type NodeName,
  type Workload,
} from '../model/index.ts';
import type { Backed } from './backed-services.ts';
import { workloadKey, type PodIndex, type WorkloadKey } from './pod-index.ts';
import type { KnownPod, PodPlan } from './pod-plan.ts';
import { slicePorts, type TargetPorts } from './target-ports.ts';

/** Pods that the scheduler placed, by workload. */
export type Assignment = ReadonlyMap<WorkloadKey, readonly KnownPod[]>;

export interface EndpointInputs {
  readonly before: ClusterSnapshot;
  readonly after: ClusterSnapshot;
  readonly index: PodIndex;
  readonly plans: ReadonlyMap<WorkloadKey, PodPlan>;
  readonly removed: ReadonlySet<NodeName>;
  readonly replaced: ReadonlySet<WorkloadKey>;
  /** Of Services that manifests name, by `namespace/name`. */
  readonly targetPorts: ReadonlyMap<string, TargetPorts>;
}

interface Live {
  readonly service: Backed;
  readonly live: readonly EndpointSlice[];
  readonly workloads: readonly Workload[];
  /** The Service, or its selector, is new: what no workload owns does not carry over. */
  readonly isNew: boolean;
}

/** A Service's slices after the change: endpoints of pods that stay, and of those that are placed. */
export function changedSlices(
  { index, plans, removed, targetPorts }: EndpointInputs,
  { service, live, workloads, isNew }: Live,
  assignment: Assignment,
): readonly EndpointSlice[] {
  const wanted = new Set(workloads.map(workloadKey));
  const targets = targetPorts.get(subjectText(service));
  const present = new Set<string>();
  const kept = live
    .filter(
      ({ addressType }) =>
        addressType === 'FQDN' || service.ipFamilies.some((family) => family === addressType),
    )
    .map((slice) => ({
      ...slice,
      ports: slicePorts(service, slice.ports, targets, workloads),
      endpoints: slice.endpoints.filter((endpoint) => {
        if (endpoint.node !== undefined && removed.has(endpoint.node)) return false;
        const owner = index.ownerOf(slice.namespace, slice.service, endpoint);
        if (owner === undefined) return !isNew;
        const plan = plans.get(workloadKey(owner));
        if (plan === undefined || !wanted.has(workloadKey(owner))) return false;
        const name = endpoint.pod ?? '';
        const stays =
          plan.stays.has(name) ||
          (plan.keeps !== undefined &&
            (assignment.get(workloadKey(owner)) ?? []).some((pod) => pod.name === name));
        if (stays) present.add(`${slice.addressType} ${name}`);
        return stays;
      }),
    }));
  const added = service.ipFamilies.flatMap((family): readonly EndpointSlice[] => {
    const pods = workloads.flatMap((workload) => {
      const plan = plans.get(workloadKey(workload));
      if (plan === undefined) return [];
      const all = [
        ...plan.stays.values(),
        ...plan.fixed,
        ...(assignment.get(workloadKey(workload)) ?? []),
      ];
      return all.filter(
        ({ name, node }) => node !== undefined && !present.has(`${family} ${name}`),
      );
    });
    // The controller keeps an empty slice where there is no pod.
    if (pods.length === 0 && kept.some(({ addressType }) => addressType === family)) return [];
    return [
      {
        namespace: service.namespace,
        name: `${service.name}-planned-${family.toLowerCase()}`,
        service: service.name,
        addressType: family,
        ports: slicePorts(service, undefined, targets, workloads),
        endpoints: pods.map((pod, at) => endpointOf(pod, family, at)),
      },
    ];
  });
  return [...kept, ...added];
}

/** Addresses of the shared range for carriers: no pod network has them. */
function endpointOf({ name, node, ready }: KnownPod, family: IpFamily, at: number): Endpoint {
  const address =
    family === 'IPv6'
      ? `2001:2::${(at + 1).toString(16)}`
      : `100.64.${Math.floor(at / 250) % 64}.${(at % 250) + 1}`;
  return {
    address,
    node,
    zone: undefined,
    pod: name,
    ready,
    serving: ready,
    terminating: false,
    hintZones: [],
    hintNodes: [],
  };
}
