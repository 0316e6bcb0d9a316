import {
  matchesLabelSelector,
  nodeName,
  read,
  valueOr,
  type ClusterSnapshot,
  type Endpoint,
  type EndpointSlice,
  type IpFamily,
  type LoadBalancerService,
  type NodeName,
  type Workload,
} from '../model/index.ts';
import { slicesByService } from '../traffic/index.ts';
import { same } from './fields.ts';
import type { KnownPod, PodPlan } from './pod-plan.ts';
import { keyOf, workloadsOf, type PodIndex, type WorkloadKey } from './pods.ts';

/** Pods that the scheduler placed, by workload. */
export type Assignment = ReadonlyMap<WorkloadKey, readonly KnownPod[]>;

export interface EndpointInputs {
  readonly before: ClusterSnapshot;
  readonly after: ClusterSnapshot;
  readonly index: PodIndex;
  readonly plans: ReadonlyMap<WorkloadKey, PodPlan>;
  readonly removed: ReadonlySet<NodeName>;
  readonly replaced: ReadonlySet<WorkloadKey>;
}

/** What of a Service decides its endpoints, whatever its type. */
export type Backed = Pick<
  LoadBalancerService,
  'namespace' | 'name' | 'selector' | 'ports' | 'ipFamilies'
>;

/** What stands behind one Service after the change. */
export interface Behind<S extends Backed = LoadBalancerService> {
  readonly service: S;
  /** Workloads whose pods it selects. */
  readonly workloads: readonly Workload[];
  /** Whether its endpoints differ from today's. */
  readonly changed: boolean;
  /** Why its endpoints cannot be told. */
  readonly unknown?: string;
  /** Its slices for one assignment of the pods that are placed. */
  slices(assignment: Assignment): readonly EndpointSlice[];
}

/** The endpoints of a Service of the changed cluster. */
export function behind<S extends Backed>(inputs: EndpointInputs, service: S): Behind<S> {
  const { before, after, plans, removed } = inputs;
  const live =
    slicesByService(valueOr(before.endpointSlices, [])).get(
      `${service.namespace}/${service.name}`,
    ) ?? [];
  const old = backedServices(before).find(
    (each) => each.namespace === service.namespace && each.name === service.name,
  );
  const workloads = selected(after, service);
  const workloadsBefore = old === undefined ? [] : selected(before, old);
  const isNew = old === undefined || !same(old.selector, service.selector);
  const newPorts = old !== undefined && !same(portNames(old), portNames(service));
  const newFamilies = old !== undefined && !same(old.ipFamilies, service.ipFamilies);
  const involved = new Set([...workloads, ...workloadsBefore].map(keyOf));
  const touched = [...involved].some((key) => plans.get(key)?.changed ?? true);
  const onRemoved = live.some(({ endpoints }) =>
    endpoints.some(({ node }) => node !== undefined && removed.has(node)),
  );
  const changed = isNew || newPorts || newFamilies || touched || onRemoved;
  if (!changed || service.selector === undefined)
    return { service, workloads, changed: false, slices: () => live };
  const hinted = live.some(({ endpoints }) =>
    endpoints.some(({ hintZones, hintNodes }) => hintZones.length + hintNodes.length > 0),
  );
  const unread = (['deployments', 'statefulSets', 'daemonSets'] as const).find(
    (name) => isNew && before[name].kind === 'unread',
  );
  const why = hinted
    ? 'its endpoints carry topology hints, and those of new pods are not known'
    : unread === undefined
      ? undefined
      : `${unread} were not read, so that its pods are not known`;
  return {
    service,
    workloads,
    changed: true,
    ...(why !== undefined && { unknown: why }),
    slices: (assignment) => changedSlices(inputs, { service, live, workloads, isNew }, assignment),
  };
}

/** Every Service with endpoints that was read. */
export function backedServices(snapshot: ClusterSnapshot): readonly Backed[] {
  return [...valueOr(snapshot.services, []), ...innerServices(snapshot)];
}

/** Services behind an ingress. Their families are those that their endpoints have, else the first of the cluster. */
export function innerServices(snapshot: ClusterSnapshot): readonly Backed[] {
  const slices = slicesByService(valueOr(snapshot.endpointSlices, []));
  const cluster =
    snapshot.managedCluster.kind === 'read' ? snapshot.managedCluster.value.ipFamilies : [];
  const first: readonly IpFamily[] = cluster[0] === 'IPv6' ? ['IPv6'] : ['IPv4'];
  return valueOr(snapshot.clusterIpServices, [])
    .filter(({ deleting, selector }) => !deleting && selector !== undefined)
    .map(({ namespace, name, selector, ports }) => {
      const types = (slices.get(`${namespace}/${name}`) ?? []).map((each) => each.addressType);
      const found = (['IPv4', 'IPv6'] as const).filter((family) => types.includes(family));
      return { namespace, name, selector, ports, ipFamilies: found.length > 0 ? found : first };
    });
}

function portNames({ ports }: Backed): readonly string[] {
  return ports.map(({ name, protocol }) => `${name}/${protocol}`);
}

/** Workloads whose pod template a Service selects. */
function selected(snapshot: ClusterSnapshot, service: Backed): readonly Workload[] {
  const { selector, namespace } = service;
  if (selector === undefined || selector.size === 0) return [];
  const wanted = { matchLabels: selector, matchExpressions: [] };
  return workloadsOf(snapshot).filter(
    (workload) =>
      workload.namespace === namespace && matchesLabelSelector(wanted, workload.podLabels),
  );
}

interface Live {
  readonly service: Backed;
  readonly live: readonly EndpointSlice[];
  readonly workloads: readonly Workload[];
  /** The Service, or its selector, is new: what no workload owns does not carry over. */
  readonly isNew: boolean;
}

function changedSlices(
  { index, plans, removed }: EndpointInputs,
  { service, live, workloads, isNew }: Live,
  assignment: Assignment,
): readonly EndpointSlice[] {
  const wanted = new Set(workloads.map(keyOf));
  const present = new Set<string>();
  const kept = live
    .filter(
      ({ addressType }) =>
        addressType === 'FQDN' || service.ipFamilies.some((family) => family === addressType),
    )
    .map((slice) => ({
      ...slice,
      ports: portsOf(service, slice),
      endpoints: slice.endpoints.filter((endpoint) => {
        if (endpoint.node !== undefined && removed.has(endpoint.node)) return false;
        const owner = index.ownerOf(slice.namespace, slice.service, endpoint);
        if (owner === undefined) return !isNew;
        const plan = plans.get(keyOf(owner));
        if (plan === undefined || !wanted.has(keyOf(owner))) return false;
        const name = endpoint.pod ?? '';
        const stays =
          plan.stays.has(name) ||
          (plan.keeps !== undefined &&
            (assignment.get(keyOf(owner)) ?? []).some((pod) => pod.name === name));
        if (stays) present.add(`${slice.addressType} ${name}`);
        return stays;
      }),
    }));
  const added = service.ipFamilies.flatMap((family): readonly EndpointSlice[] => {
    const pods = workloads.flatMap((workload) => {
      const plan = plans.get(keyOf(workload));
      if (plan === undefined) return [];
      const all = [
        ...plan.stays.values(),
        ...plan.fixed,
        ...(assignment.get(keyOf(workload)) ?? []),
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
        ports: service.ports.map(({ name, protocol, port }) => ({ name, protocol, port })),
        endpoints: pods.map((pod, at) => endpointOf(pod, family, at)),
      },
    ];
  });
  return [...kept, ...added];
}

/** The Service's ports as they are called now; numbers of those that were there stay. */
function portsOf(service: Backed, slice: EndpointSlice): EndpointSlice['ports'] {
  if (slice.ports.length === 0) return slice.ports;
  return service.ports.map(({ name, protocol, port }) => {
    const known = slice.ports.find((each) => each.name === name && each.protocol === protocol);
    return known ?? { name, protocol, port };
  });
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

/** The cluster with the slices of these Services for one assignment; those of gone nodes are gone everywhere. */
export function withSlices(
  { after, removed }: EndpointInputs,
  all: readonly Behind<Backed>[],
  deleted: readonly Pick<LoadBalancerService, 'namespace' | 'name'>[],
  assignment: Assignment,
): ClusterSnapshot {
  if (after.endpointSlices.kind === 'unread') return after;
  const changed = all.filter((each) => each.changed);
  // A Service of another type than before keeps its endpoints.
  const kept = new Set(all.map(({ service }) => `${service.namespace}/${service.name}`));
  const gone = deleted.filter(({ namespace, name }) => !kept.has(`${namespace}/${name}`));
  const replaced = new Set(
    [...changed.map(({ service }) => service), ...gone].map(
      ({ namespace, name }) => `${namespace}/${name}`,
    ),
  );
  const others = after.endpointSlices.value.flatMap((slice) => {
    if (replaced.has(`${slice.namespace}/${slice.service}`)) return [];
    return slice.endpoints.some(({ node }) => node !== undefined && removed.has(node))
      ? [
          {
            ...slice,
            endpoints: slice.endpoints.filter(
              ({ node }) => node === undefined || !removed.has(node),
            ),
          },
        ]
      : [slice];
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
