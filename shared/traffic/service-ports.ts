import { unjudged, type Unjudged } from '../facts/index.ts';
import { valueOr, type Read, type ServiceName, type ServicePort } from '../model/index.ts';
import { traffic as trafficFact } from './traffic.ts';
import type { EndpointShare, PortTraffic, ServiceTraffic } from './types.ts';

/** What every rule over the share model needs: without one of these slices no port can be judged. */
export const trafficNeeds = [
  'services',
  'endpointSlices',
  'nodes',
  'loadBalancers',
  trafficFact,
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

/** The ready endpoints of a port, whether or not they have a share. */
export function readyEndpoints({ endpoints }: PortTraffic): readonly EndpointShare[] {
  return endpoints.filter(({ ready }) => ready);
}

/** The port with the largest measure, the first of equals. */
export function worstOf(ports: Ports, measure: (port: PortTraffic) => number): PortTraffic {
  return ports.reduce((worst, port) => (measure(port) > measure(worst) ? port : worst));
}

/** Services whose ports could not be judged. */
export function unknownServices(traffic: readonly ServiceTraffic[]): readonly Unjudged[] {
  return traffic.flatMap((service) => {
    const from =
      service.why === undefined
        ? service.ports.find((each) => each.verdict === 'unknown')
        : service;
    return from?.why === undefined ? [] : unjudged([service], { ...from, why: from.why });
  });
}

/** The part of the new connections to a Service port that is lost, in its worst family; `undefined` = not judged, or nothing gets through at all. */
export function lostPart(
  traffic: Read<readonly ServiceTraffic[]>,
  { namespace, name }: ServiceName,
  { port, protocol }: Pick<ServicePort, 'port' | 'protocol'>,
): number | undefined {
  const services = valueOr(traffic, []);
  const service = services.find((each) => each.namespace === namespace && each.name === name);
  const lost = (service?.ports ?? [])
    .filter((each) => each.port === port && each.protocol === protocol)
    .flatMap((each) => (['none', 'unknown'].includes(each.verdict) ? [] : [each.lost]));
  return lost.length === 0 ? undefined : Math.max(...lost);
}

/** How many families a Service has, so that texts name the family only where it tells ports apart. */
export function familyCount(service: ServiceTraffic): number {
  return new Set(service.ports.map((port) => port.family)).size;
}

/** `80/TCP/IPv4` */
export function portKey({
  port,
  protocol,
  family,
}: Pick<PortTraffic, 'port' | 'protocol' | 'family'>): string {
  return `${port}/${protocol}/${family}`;
}
