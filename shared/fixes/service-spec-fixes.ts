import { annotationPrefix, internalAnnotation } from '../load-balancing/index.ts';
import { compacted, type LoadBalancerService, type ServiceName } from '../model/index.ts';
import type { Fix, FixStep } from './fix.ts';
import { annotateService, patchService, setServiceAnnotation } from './service-fixes.ts';
import { kubectl } from './commands.ts';
import { quoted } from './text.ts';

/** Ready-made fixes that change what a Service asks for; each says what it costs. Commands are shown, never run. */

/** Connections of one client go to different pods then. */
export function dropSessionAffinity(service: ServiceName): Fix {
  return {
    title: 'Balance every connection separately (sessionAffinity: None)',
    steps: [patchService(service, { sessionAffinity: 'None' })],
    price: ['per-client state in a pod (sessions, caches) must be shared by all pods'],
  };
}

/** For Services that publish pods before they are ready. */
export function hideUnreadyPods(service: ServiceName): Fix {
  return {
    title: 'Send connections to ready pods only (publishNotReadyAddresses: false)',
    steps: [patchService(service, { publishNotReadyAddresses: false })],
    price: ['pods can no longer discover each other through this Service before they are ready'],
  };
}

/** Annotations under other keys, with the values that they have. */
export function moveServiceAnnotations(
  service: ServiceName & Pick<LoadBalancerService, 'annotations'>,
  moves: readonly { readonly from: string; readonly to: string }[],
  title: string,
  price: readonly string[],
): Fix {
  const set = moves.map(({ from, to }) => `${to}=${service.annotations.get(from) ?? ''}`);
  const removed = moves.map(({ from }) => `${from}-`);
  return { title, steps: [annotateService(service, ...set, ...removed, '--overwrite')], price };
}

/** By the annotation exactly as Azure reads it. */
export function makeInternal(service: ServiceName): Fix {
  return setServiceAnnotation(service, internalAnnotation, 'true', 'Make the Service internal', [
    'the Service moves to the internal load balancer and loses its public address',
  ]);
}

/** An empty list lets everybody in. */
export function setSourceRanges(service: ServiceName, ranges: readonly string[]): FixStep {
  return patchService(service, { loadBalancerSourceRanges: ranges.length === 0 ? null : ranges });
}

/** For rules and probes that need a node port. */
export function allocateNodePorts(service: ServiceName): Fix {
  return {
    title: 'Allocate node ports for the Service (allocateLoadBalancerNodePorts: true)',
    steps: [patchService(service, { allocateLoadBalancerNodePorts: true })],
    price: ['one node port (30000–32767) on every node for each Service port'],
  };
}

/** Keys of the annotations that pin a Service to an address. */
export const addressPins = [
  'azure-load-balancer-ipv4',
  'azure-load-balancer-ipv6',
  'azure-pip-name',
  'azure-pip-name-ipv6',
].map((name) => annotationPrefix + name);

/** Without what pins it to an address the Service gets one of its own. */
export function dropAddressPins(
  service: ServiceName & Pick<LoadBalancerService, 'annotations' | 'loadBalancerIp'>,
): Fix {
  const pins = addressPins.filter((key) => service.annotations.has(key));
  const inSpec = service.loadBalancerIp !== undefined || pins.length === 0;
  return {
    title: 'Give the Service its own address',
    steps: compacted([
      pins.length > 0 && annotateService(service, ...pins.map((key) => `${key}-`)),
      inSpec && patchService(service, { loadBalancerIP: null }),
    ]),
    price: ['clients must use another address', 'an additional public IP address may be billed'],
  };
}

/** For one that shares an address without asking for it. */
export function recreateService(service: ServiceName): Fix {
  const { namespace, name } = service;
  return {
    title: 'Delete the Service and create it again, for a new address',
    steps: [
      kubectl(
        `-n ${quoted(namespace)} delete service ${quoted(name)} && kubectl -n ${quoted(namespace)} apply -f MANIFEST`,
      ),
    ],
    price: ['the Service is unreachable meanwhile', 'clients must use another address'],
  };
}

/** Whether it asks for an address, by name or as such. */
export function hasAddressPin(
  service: Pick<LoadBalancerService, 'annotations' | 'loadBalancerIp'>,
): boolean {
  return (
    service.loadBalancerIp !== undefined || addressPins.some((key) => service.annotations.has(key))
  );
}

/** For what IPv6 alone cannot have. */
export function useIpv4(service: ServiceName): Fix {
  return {
    title: 'Add IPv4 to the Service',
    steps: [
      patchService(service, { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv6', 'IPv4'] }),
    ],
    price: ['the cluster must be dual-stack; one additional address'],
  };
}
