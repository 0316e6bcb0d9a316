import {
  isObject,
  present,
  type IpFamily,
  type LoadBalancerService,
  type ServicePort,
} from '../model/index.ts';
import { portField } from './live-objects.ts';
import type { ServiceDefaults } from './service-defaults.ts';
import { intentOf, merged, mergedMap, specOf, valueAt, type Manifest } from './fields.ts';
import { plannedUid, type WantedService } from './object-kinds.ts';

/** A Service that does not exist yet, as the API server would make it. */
export function newService(wanted: WantedService, defaults: ServiceDefaults): LoadBalancerService {
  const { parsed, namespace, name } = wanted;
  return allocated(
    {
      ...parsed,
      uid: plannedUid('Service', namespace, name),
      ipFamilies: familiesOf(wanted, parsed.ipFamilies, defaults.families),
      ingressIps: [],
      createdAt: defaults.createdAt,
      deleting: false,
    },
    defaults,
  );
}

/** A Service that exists, after the manifest is applied to it. */
export function changedService(
  live: LoadBalancerService,
  wanted: WantedService,
  manifest: Manifest,
  defaults: ServiceDefaults,
): LoadBalancerService {
  const { parsed } = wanted;
  const field = <K extends keyof LoadBalancerService>(
    key: K,
    fallback: LoadBalancerService[K],
    name: string = key,
  ): LoadBalancerService[K] =>
    merged(manifest, ['spec', name], { live: live[key], wanted: parsed[key], fallback });
  const {
    healthCheckNodePort: _port,
    loadBalancerIp: _ip,
    loadBalancerClass: _class,
    unreadablePorts: _unreadable,
    ...rest
  } = live;
  const loadBalancerIp = field('loadBalancerIp', undefined, 'loadBalancerIP');
  const loadBalancerClass = field('loadBalancerClass', undefined);
  const healthCheckNodePort = field('healthCheckNodePort', live.healthCheckNodePort);
  const next: LoadBalancerService = {
    ...rest,
    labels: mergedMap(manifest, ['metadata', 'labels'], live.labels, parsed.labels),
    annotations: mergedMap(
      manifest,
      ['metadata', 'annotations'],
      live.annotations,
      parsed.annotations,
    ),
    selector:
      intentOf(manifest, ['spec', 'selector']) === 'keep'
        ? live.selector
        : parsed.selector === undefined
          ? undefined
          : mergedMap(manifest, ['spec', 'selector'], live.selector ?? new Map(), parsed.selector),
    externalTrafficPolicy: field('externalTrafficPolicy', 'Cluster'),
    ipFamilies: familiesOf(wanted, live.ipFamilies, defaults.families),
    sessionAffinity: field('sessionAffinity', 'None'),
    publishNotReadyAddresses: field('publishNotReadyAddresses', false),
    allocateLoadBalancerNodePorts: field('allocateLoadBalancerNodePorts', true),
    loadBalancerSourceRanges: field('loadBalancerSourceRanges', []),
    ports: mergedPorts(live.ports, parsed.ports, manifest),
    ...present({ loadBalancerIp, loadBalancerClass, healthCheckNodePort }),
  };
  return allocated(next, defaults);
}

/** Strategic merge by port number and protocol: ports that nobody applied before stay. */
function mergedPorts(
  live: readonly ServicePort[],
  wanted: readonly ServicePort[],
  manifest: Manifest,
): readonly ServicePort[] {
  const ports = valueAt(manifest.raw, ['spec', 'ports']);
  const given: readonly unknown[] = Array.isArray(ports) ? ports : [];
  const said = (port: ServicePort, field: string): boolean =>
    given.some(
      (each) =>
        isObject(each) &&
        each['port'] === port.port &&
        (each['protocol'] ?? 'TCP') === port.protocol &&
        Object.hasOwn(each, field),
    );
  const changed = wanted.map((port): ServicePort => {
    const before = live.find((each) => isSame(each, port));
    if (before === undefined) return port;
    const nodePort = port.nodePort ?? before.nodePort;
    const appProtocol = said(port, 'appProtocol') ? port.appProtocol : before.appProtocol;
    return {
      name: said(port, 'name') ? port.name : before.name,
      protocol: port.protocol,
      port: port.port,
      ...(nodePort !== undefined && { nodePort }),
      ...(appProtocol !== undefined && { appProtocol }),
    };
  });
  const kept = live.filter(
    (port) =>
      !wanted.some((each) => isSame(each, port)) && manifest.applied?.has(portField(port)) !== true,
  );
  // Order of a Service's ports decides names of all-ports rules: those that stay keep their place.
  const order = (port: ServicePort): number => {
    const at = live.findIndex((each) => isSame(each, port));
    return at === -1 ? live.length : at;
  };
  return [...changed, ...kept].toSorted((a, b) => order(a) - order(b));
}

/** Ports that the API server gives out. */
function allocated(
  service: LoadBalancerService,
  { allocatePort }: ServiceDefaults,
): LoadBalancerService {
  const { healthCheckNodePort, ...rest } = service;
  const local = service.externalTrafficPolicy === 'Local';
  const ports = service.ports.map((port) =>
    port.nodePort === undefined && service.allocateLoadBalancerNodePorts
      ? { ...port, nodePort: allocatePort() }
      : port,
  );
  return {
    ...rest,
    ports,
    ...(local && { healthCheckNodePort: healthCheckNodePort ?? allocatePort() }),
  };
}

function familiesOf(
  { raw, parsed }: WantedService,
  live: readonly IpFamily[],
  cluster: readonly IpFamily[],
): readonly IpFamily[] {
  const spec = specOf(raw);
  if (Array.isArray(spec['ipFamilies'])) return parsed.ipFamilies;
  const policy = spec['ipFamilyPolicy'];
  if (policy === 'RequireDualStack' || policy === 'PreferDualStack')
    return live.length > 1 ? live : [...new Set([...live, ...cluster])];
  if (policy === 'SingleStack') return live.slice(0, 1);
  return live;
}

function isSame(a: ServicePort, b: ServicePort): boolean {
  return a.port === b.port && a.protocol === b.protocol;
}
