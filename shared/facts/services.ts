import {
  valueOr,
  type ClusterSnapshot,
  type LoadBalancerService,
  type ServicePort,
  type Workload,
} from '../model/index.ts';
import { lacking, type Reason } from './unjudged.ts';
import { matchesLabelSelector } from '../placement/index.ts';
import type { PortTraffic, ServiceTraffic } from '../traffic/index.ts';
import { traffic as trafficFact } from '../traffic/index.ts';
import type { RuleSettings, Thresholds } from '../rules/rule.ts';
import type { ServiceName } from '../model/index.ts';
import { unknownReasons } from '../rules/unknown.ts';

/** What every rule over the share model needs: without one of these slices no port can be judged. */
export const trafficNeeds = [
  'services',
  'endpointSlices',
  'nodes',
  'loadBalancers',
  'traffic',
] as const;

/** At least one: the ports that made a rule fire. */
export type Ports = readonly [PortTraffic, ...PortTraffic[]];

export interface ServicePorts {
  readonly service: ServiceTraffic;
  readonly ports: Ports;
}

/** The Services of a traffic table with the ports that `applies` picks, Services without any left out. */
export function servicesWith(
  traffic: readonly ServiceTraffic[],
  applies: (port: PortTraffic, service: ServiceTraffic) => boolean,
): readonly ServicePorts[] {
  return traffic.flatMap((service) => {
    const [first, ...rest] = service.ports.filter((port) => applies(port, service));
    return first === undefined ? [] : [{ service, ports: [first, ...rest] as const }];
  });
}

/** The port with the largest measure, the first of equals. */
export function worstOf(ports: Ports, measure: (port: PortTraffic) => number): PortTraffic {
  return ports.reduce((worst, port) => (measure(port) > measure(worst) ? port : worst));
}

/** Services whose ports could not be judged, by reason. */
export function unknownServices(traffic: readonly ServiceTraffic[]): readonly string[] {
  return unknownReasons(
    traffic.flatMap((service) => {
      const why = service.why ?? service.ports.find((each) => each.verdict === 'unknown')?.why;
      return why === undefined ? [] : [{ subject: service, why }];
    }),
  );
}

/** The limits that hold for a Service. */
export function thresholdsOf(
  settings: RuleSettings,
  { namespace }: { readonly namespace: string },
): Thresholds {
  return settings.thresholdsOf?.(namespace) ?? settings;
}

/** The Services that Azure's cloud provider acts on: not being deleted, and no other controller's. */
export function azureServices(
  services: readonly LoadBalancerService[],
): readonly LoadBalancerService[] {
  return services.filter(
    ({ deleting, loadBalancerClass }) => !deleting && loadBalancerClass === undefined,
  );
}

/** The part of the new connections to a Service port that is lost, in its worst family; `undefined` = not judged, or nothing gets through at all. */
export function lostPart(
  snapshot: ClusterSnapshot,
  { namespace, name }: ServiceName,
  { port, protocol }: Pick<ServicePort, 'port' | 'protocol'>,
): number | undefined {
  const traffic = trafficFact.of(snapshot);
  const service = valueOr(traffic, []).find(
    (each) => each.namespace === namespace && each.name === name,
  );
  const lost = (service?.ports ?? [])
    .filter((each) => each.port === port && each.protocol === protocol)
    .flatMap((each) => (['none', 'unknown'].includes(each.verdict) ? [] : [each.lost]));
  return lost.length === 0 ? undefined : Math.max(...lost);
}

/** How many families a Service has, so that texts name the family only where it tells ports apart. */
export function familyCount(service: ServiceTraffic): number {
  return new Set(service.ports.map((port) => port.family)).size;
}

/** Workloads whose pods a Service selects, and the kinds of workloads that were not read. */
export interface Behind {
  readonly workloads: readonly Workload[];
  /** `deployments: 403 …` */
  readonly unread: readonly (Reason & { readonly slice: WorkloadSlice })[];
}

const workloadSlices = ['deployments', 'statefulSets', 'daemonSets'] as const;
export type WorkloadSlice = (typeof workloadSlices)[number];
export type WorkloadLists = Pick<ClusterSnapshot, WorkloadSlice>;

/** Nothing stands behind a Service without a selector: somebody else manages its endpoints. */
export function workloadsBehind(
  lists: WorkloadLists,
  { namespace, selector }: Pick<LoadBalancerService, 'namespace' | 'selector'>,
): Behind {
  if (selector === undefined || selector.size === 0) return { workloads: [], unread: [] };
  const wanted = { matchLabels: selector, matchExpressions: [] };
  return {
    workloads: workloadSlices.flatMap((name) =>
      valueOr(lists[name], []).filter(
        (workload) =>
          workload.namespace === namespace && matchesLabelSelector(wanted, workload.podLabels),
      ),
    ),
    unread: workloadSlices.flatMap((slice) => {
      const read = lists[slice];
      return read.kind === 'unread' ? [{ slice, ...lacking(slice, read) }] : [];
    }),
  };
}
