import {
  nodeName,
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
  type IpFamily,
  type LoadBalancerService,
  type ServicePort,
} from '../model/index.ts';
import type { Cursor } from '../input/cursor.ts';
import { isDeleting, nameOf } from './parse-objects.ts';

/** Annotations that mean something to Azure's cloud provider or to us; the rest may hold anything. */
function isOurAnnotation(key: string): boolean {
  return (
    key.startsWith('service.beta.kubernetes.io/') ||
    key.startsWith('service.kubernetes.io/') ||
    key.startsWith('evenkeel.dev/') ||
    // Under a wrong prefix it still says what somebody meant.
    /kubernetes\.io\/azure-load-balancer-internal\s*$/iu.test(key)
  );
}

/** A Service of type LoadBalancer with its ports and policies. */
export function parseService(item: Cursor): LoadBalancerService | undefined {
  const own = nameOf(item);
  if (own === undefined) return undefined;
  const metadata = item.at('metadata');
  const spec = item.at('spec');
  const policy = spec.text('externalTrafficPolicy', 64);
  if (policy !== undefined && policy !== 'Local' && policy !== 'Cluster')
    spec.at('externalTrafficPolicy').fault('Local or Cluster', 'its traffic is not judged');
  const healthCheckNodePort = spec.count('healthCheckNodePort', 0, 65_535);
  const trafficDistribution = spec.text('trafficDistribution', 64);
  const loadBalancerIp = spec.text('loadBalancerIP', 64);
  const loadBalancerClass = spec.text('loadBalancerClass', 253);
  const ports = spec.objects('ports').map(parsePort);
  if (ports.length === 0) spec.at('ports').fault('a list of ports', 'its traffic is not judged');
  const ingress = item.at('status').at('loadBalancer').objects('ingress');
  const hostnames = ingress.flatMap((each) => each.text('hostname', 253) ?? []);
  const createdAt = metadata.text('creationTimestamp', 64);
  const externalIps = spec.at('externalIPs').absent ? [] : spec.texts('externalIPs', 64);
  return {
    ...own,
    uid: metadata.text('uid', 64) ?? '',
    labels: metadata.labels(),
    annotations: metadata.annotations(isOurAnnotation),
    selector: spec.at('selector').absent ? undefined : spec.map('selector'),
    externalTrafficPolicy: policy ?? 'Cluster',
    ...(healthCheckNodePort !== undefined && healthCheckNodePort > 0 && { healthCheckNodePort }),
    ipFamilies: familiesOf(spec),
    sessionAffinity: spec.text('sessionAffinity', 64) ?? 'None',
    ...(trafficDistribution !== undefined && { trafficDistribution }),
    publishNotReadyAddresses: spec.flag('publishNotReadyAddresses') ?? false,
    allocateLoadBalancerNodePorts: spec.flag('allocateLoadBalancerNodePorts') ?? true,
    ...(loadBalancerIp !== undefined && loadBalancerIp !== '' && { loadBalancerIp }),
    ...(loadBalancerClass !== undefined && loadBalancerClass !== '' && { loadBalancerClass }),
    loadBalancerSourceRanges: spec.at('loadBalancerSourceRanges').absent
      ? []
      : spec.texts('loadBalancerSourceRanges'),
    ports: ports.flatMap((port) => port ?? []),
    ...(ports.length === 0 && { unreadablePorts: 'it names no port' }),
    ...(ports.includes(undefined) && { unreadablePorts: 'one of its ports is not a port number' }),
    ingressIps: ingress.flatMap((each) => each.text('ip', 64) ?? []),
    ...(hostnames.length > 0 && { ingressHostnames: hostnames }),
    ...(externalIps.length > 0 && { externalIps }),
    ...(createdAt !== undefined && { createdAt }),
    deleting: isDeleting(item),
  };
}

/** Objects of before dual stack have no families: the cluster IP tells. */
function familiesOf(spec: Cursor): readonly IpFamily[] {
  const families = spec.at('ipFamilies').absent ? [] : spec.texts('ipFamilies', 64);
  const known = families.filter((family) => family === 'IPv4' || family === 'IPv6');
  if (known.length > 0) return [...new Set(known)];
  return [spec.text('clusterIP', 64)?.includes(':') === true ? 'IPv6' : 'IPv4'];
}

/** `undefined`, and a fault, for a port without a number. */
export function parsePort(port: Cursor): ServicePort | undefined {
  const number = port.count('port', 1, 65_535);
  if (number === undefined) {
    if (port.at('port').absent) port.at('port').fault('a port number');
    return undefined;
  }
  const protocol = port.text('protocol', 64) ?? 'TCP';
  if (!['TCP', 'UDP', 'SCTP'].includes(protocol))
    port.at('protocol').fault('TCP, UDP or SCTP', 'the port is judged as it stands');
  const nodePort = port.count('nodePort', 0, 65_535);
  const appProtocol = port.text('appProtocol', 253);
  return {
    name: port.text('name', 253) ?? '',
    protocol,
    port: number,
    ...(nodePort !== undefined && nodePort > 0 && { nodePort }),
    ...(appProtocol !== undefined && { appProtocol }),
  };
}

/** A slice with its endpoints, and when they last changed. */
export function parseEndpointSlice(item: Cursor): EndpointSlice | undefined {
  const own = nameOf(item);
  if (own === undefined) return undefined;
  const metadata = item.at('metadata');
  const lastChangeAt = metadata
    .annotations((key) => key === changeAnnotation)
    .get(changeAnnotation);
  const serviceUid = metadata
    .objects('ownerReferences')
    .find((owner) => owner.text('kind', 253) === 'Service')
    ?.text('uid', 64);
  return {
    ...own,
    service: metadata.labels().get('kubernetes.io/service-name') ?? '',
    ...(serviceUid !== undefined && { serviceUid }),
    addressType: item.text('addressType', 64) ?? 'IPv4',
    ports: item.objects('ports', true).map(parseEndpointPort),
    endpoints: item.objects('endpoints', true).flatMap(parseEndpoint),
    ...(lastChangeAt !== undefined && { lastChangeAt }),
  };
}

const changeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

function parseEndpointPort(port: Cursor): EndpointPort {
  const number = port.count('port', 0, 65_535);
  return {
    name: port.text('name', 253) ?? '',
    protocol: port.text('protocol', 64) ?? 'TCP',
    ...(number !== undefined && { port: number }),
  };
}

/** kube-proxy reads the first address only, takes an absent `ready` or `serving` as true. */
function parseEndpoint(endpoint: Cursor): readonly Endpoint[] {
  const address = endpoint.texts('addresses', 253)[0];
  if (address === undefined) {
    if (endpoint.at('addresses').absent) endpoint.at('addresses').fault('a list of addresses');
    return [];
  }
  const conditions = endpoint.at('conditions');
  const node = endpoint.text('nodeName', 253);
  const hints = endpoint.at('hints');
  const target = endpoint.at('targetRef');
  const names = (key: string): readonly string[] =>
    hints.objects(key).flatMap((hint) => hint.text('name', 253) ?? []);
  return [
    {
      address,
      node: node === undefined || node === '' ? undefined : nodeName(node),
      zone: endpoint.text('zone', 253),
      pod: target.text('kind', 64) === 'Pod' ? target.text('name', 253) : undefined,
      ready: conditions.flag('ready') ?? true,
      serving: conditions.flag('serving') ?? true,
      terminating: conditions.flag('terminating') ?? false,
      hintZones: names('forZones'),
      hintNodes: names('forNodes'),
    },
  ];
}
