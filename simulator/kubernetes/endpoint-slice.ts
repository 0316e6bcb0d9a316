import type { WorkloadDescription } from '../description.ts';
import type { Layout } from '../layout.ts';
import { podName, type SimulatedPod } from '../pods.ts';
import { ascendingLetters } from '../seed.ts';
import { protocolOf, type SimulatedService } from '../services.ts';
import { metadata } from './metadata.ts';
import { isReady, podIp, podUid } from './pod.ts';

/** The controller's limit. */
const endpointsPerSlice = 100;

/** One slice of a Service: which of its endpoints it holds. */
export interface SimulatedSlice {
  readonly service: SimulatedService;
  readonly index: number;
  readonly of: number;
  readonly name: string;
}

/** Slices of all Services with a selector, a hundred endpoints each, one empty slice where nothing is selected. */
export function simulatedSlices(layout: Layout): readonly SimulatedSlice[] {
  return layout.services.flatMap((service) => {
    const { selector, addresses, leftover } = service.service;
    if (leftover === true || (selector === undefined && addresses.length === 0)) return [];
    const count = selected(layout, service).reduce((sum, { length }) => sum + length, 0);
    const slices = Math.max(1, Math.ceil(count / endpointsPerSlice));
    return Array.from({ length: slices }, (_, index) => ({
      service,
      index,
      of: slices,
      name: `${service.service.name}-${ascendingLetters(`${layout.names.id}/${service.key}/slice`, index, slices)}`,
    }));
  });
}

/** A slice with its share of the Service's endpoints, zone hints included. */
export function endpointSliceJson(
  layout: Layout,
  { service, index, name }: SimulatedSlice,
): object {
  const pods = podsBetween(
    layout,
    service,
    index * endpointsPerSlice,
    (index + 1) * endpointsPerSlice,
  );
  return {
    metadata: metadata(layout, {
      kind: 'EndpointSlice',
      namespace: service.service.namespace,
      name,
      ageMinutes: 1_400,
      more: {
        generateName: `${service.service.name}-`,
        generation: 4,
        labels: {
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          'kubernetes.io/service-name': service.service.name,
        },
        ownerReferences: [
          {
            apiVersion: 'v1',
            kind: 'Service',
            name: service.service.name,
            uid: service.uid,
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
    }),
    addressType: 'IPv4',
    endpoints: [
      ...service.service.addresses.map((address) => ({
        addresses: [address],
        conditions: { ready: true },
      })),
      ...pods.map((pod) => endpoint(layout, service, pod)),
    ],
    ports: service.service.ports.map((port) => ({
      name: port.name ?? '',
      protocol: protocolOf(port),
      port: port.targetPort ?? port.port,
    })),
  };
}

function endpoint(layout: Layout, { service }: SimulatedService, pod: SimulatedPod): object {
  const node = pod.placement && layout.nodeOf.get(pod.placement.node);
  const terminating = pod.placement?.terminating === true;
  const serving = pod.placement?.ready !== false;
  return {
    addresses: [podIp(pod)],
    conditions: {
      ready: service.publishNotReady || isReady(pod),
      serving,
      terminating,
    },
    targetRef: {
      kind: 'Pod',
      namespace: pod.workload.namespace,
      name: podName(layout.names, pod),
      uid: podUid(layout, pod),
    },
    ...(node === undefined ? {} : { nodeName: node.name, zone: node.zone }),
  };
}

/** Only pods with an address are endpoints. */
function selected(
  { selections }: Layout,
  { service }: SimulatedService,
): readonly { readonly workload: WorkloadDescription; readonly length: number }[] {
  return (selections.get(service) ?? []).map((workload) => ({
    workload,
    length: workload.pods.length,
  }));
}

function podsBetween(
  layout: Layout,
  service: SimulatedService,
  from: number,
  to: number,
): readonly SimulatedPod[] {
  const pods: SimulatedPod[] = [];
  let before = 0;
  for (const { workload, length } of selected(layout, service)) {
    let ordinal = 0;
    for (const pod of layout.pods.of(workload)) {
      if (ordinal >= length || before + ordinal >= to) break;
      if (before + ordinal >= from) pods.push(pod);
      ordinal += 1;
    }
    before += length;
  }
  return pods;
}
