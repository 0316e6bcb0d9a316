import type {
  EventDescription,
  NetworkPolicyDescription,
  Sequence,
  WorkloadDescription,
} from '../description.ts';
import { canary } from '../canaries.ts';
import type { Layout } from '../layout.ts';
import type { SimulatedNode } from '../nodes.ts';
import { podName, templateHash, type SimulatedPod } from '../pods.ts';
import type { SimulatedService } from '../services.ts';
import { endpointSliceJson, simulatedSlices, type SimulatedSlice } from './endpoint-slice.ts';
import { eventJson, eventName } from './event.ts';
import { metadata } from './metadata.ts';
import { nodeJson } from './node.ts';
import { phaseOf, podJson } from './pod.ts';
import { serviceJson } from './service.ts';
import { replicaSetJson, workloadJson } from './workload.ts';

/** One row of a list: enough to select by, and the way to its JSON. */
export interface Row {
  readonly namespace: string | undefined;
  readonly name: () => string;
  /** Fields beside `metadata.name` and `metadata.namespace` that a selector may name. */
  readonly field?: (key: string) => string | undefined;
  readonly json: () => object;
}

/** Rows of a list in memory, in the order of the API server. */
export function rowsOf<T>(
  items: (layout: Layout) => readonly T[],
  row: (layout: Layout, item: T) => Row,
): (layout: Layout) => readonly Row[] {
  return (layout) =>
    items(layout)
      .map((item) => row(layout, item))
      .toSorted((a, b) => compare(keyOf(a), keyOf(b)));
}

export const nodes = rowsOf(
  ({ nodes: all }) => all,
  (layout, node: SimulatedNode) => ({
    namespace: undefined,
    name: () => node.name,
    json: () => nodeJson(layout, node),
  }),
);

export const services = rowsOf(
  ({ services: all }) => all.filter(({ service }) => service.leftover !== true),
  (layout, simulated: SimulatedService) => ({
    namespace: simulated.service.namespace,
    name: () => simulated.service.name,
    field: (key) => (key === 'spec.type' ? simulated.service.type : simulated.clusterIp),
    json: () => serviceJson(layout, simulated),
  }),
);

export const slices = rowsOf(simulatedSlices, (layout, slice: SimulatedSlice) => ({
  namespace: slice.service.service.namespace,
  name: () => slice.name,
  json: () => endpointSliceJson(layout, slice),
}));

export const events = rowsOf(
  ({ cluster }) => cluster.events,
  (layout, event: EventDescription) => ({
    namespace: event.namespace,
    name: () => eventName(event),
    field: textOf({
      'involvedObject.kind': 'Service',
      type: event.type,
    }),
    json: () => eventJson(layout, event),
  }),
);

export const namespaces = rowsOf(
  ({ cluster }) => [
    ...new Set([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
      ...Object.keys(cluster.namespaceLabels),
      ...cluster.services.map(({ namespace }) => namespace),
      ...cluster.workloads.map(({ namespace }) => namespace),
    ]),
  ],
  (layout, name: string) => {
    const described = new Map(Object.entries(layout.cluster.namespaceLabels)).get(name);
    const labels = { 'kubernetes.io/metadata.name': name, ...described };
    return {
      namespace: undefined,
      name: () => name,
      json: () => ({
        metadata: metadata(layout, {
          kind: 'Namespace',
          name,
          ageMinutes: 60_000,
          more: { labels },
        }),
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      }),
    };
  },
);

export const networkPolicies = rowsOf(
  ({ cluster }) => cluster.networkPolicies,
  (layout, { namespace, name, spec }: NetworkPolicyDescription) => ({
    namespace,
    name: () => name,
    json: () => ({
      metadata: metadata(layout, { kind: 'NetworkPolicy', namespace, name, ageMinutes: 40_000 }),
      spec,
    }),
  }),
);

/** The configuration of the data plane, with more in it than anybody has to read. */
export const configMaps = rowsOf(
  ({ cluster }) => (cluster.cilium === undefined ? [] : [cluster.cilium]),
  (layout, { serviceTopology }) => ({
    namespace: 'kube-system',
    name: () => 'cilium-config',
    json: () => ({
      metadata: metadata(layout, {
        kind: 'ConfigMap',
        namespace: 'kube-system',
        name: 'cilium-config',
        ageMinutes: 60_000,
      }),
      data: {
        'enable-service-topology': String(serviceTopology),
        'cluster-pool-ipv4-cidr': '10.244.0.0/16',
        'hubble-redact-key': canary('configuration map'),
      },
    }),
  }),
);

function workloadRow(layout: Layout, workload: WorkloadDescription): Row {
  return {
    namespace: workload.namespace,
    name: () => workload.name,
    json: () => workloadJson(layout, workload),
  };
}

/** Rows of one kind of workload. */
export function workloads(wanted: WorkloadDescription['kind']): (layout: Layout) => readonly Row[] {
  return rowsOf(
    ({ cluster }) => cluster.workloads.filter((one) => one.kind === wanted),
    workloadRow,
  );
}

export const replicaSets = rowsOf(
  ({ cluster }) => cluster.workloads.filter((each) => each.kind === 'Deployment'),
  (layout, workload: WorkloadDescription) => ({
    namespace: workload.namespace,
    name: () => `${workload.name}-${templateHash(layout.names, workload)}`,
    json: () => replicaSetJson(layout, workload),
  }),
);

function podRow(layout: Layout, pod: SimulatedPod): Row {
  return {
    namespace: pod.workload.namespace,
    name: () => podName(layout.names, pod),
    field: (wanted) => podField(layout, pod, wanted),
    json: () => podJson(layout, pod),
  };
}

function podField({ nodeOf }: Layout, { placement, ...pod }: SimulatedPod, field: string): string {
  switch (field) {
    case 'spec.nodeName':
      return (placement && nodeOf.get(placement.node)?.name) ?? '';
    case 'status.phase':
      return phaseOf({ ...pod, placement });
    case 'spec.hostNetwork':
      return String(pod.workload.spec['hostNetwork'] === true);
    default:
      return '';
  }
}

/** Pods are made row by row: a list of 150,000 is never built. */
export function pods(layout: Layout): Sequence<Row> {
  return {
    length: layout.pods.length,
    at(index) {
      const pod = layout.pods.at(index);
      return pod && podRow(layout, pod);
    },
  };
}

function textOf(texts: Readonly<Record<string, string>>): (key: string) => string | undefined {
  const map = new Map(Object.entries(texts));
  return (wanted) => map.get(wanted);
}

function keyOf(row: Row): string {
  return `${row.namespace ?? ''}/${row.name()}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
