import { yaml } from '../../fixes/commands.ts';
import {
  counted,
  listed,
  percent,
  serviceSubject,
  subjectText,
  type EndpointSlice,
  type LoadBalancerService,
} from '../../model/index.ts';
import {
  endpointsOf,
  familyCount,
  servicesWith,
  slicesByService,
  tolerance,
  trafficNeeds,
  unknownServices,
  withoutUnreadyPublished,
  worstOf,
  type EndpointShare,
  type PortTraffic,
  type ServicePorts,
} from '../../traffic/index.ts';
import { defineRule, portEvidence, type Fault, type Fix } from '../rule.ts';
import { remedies, type Remedies } from '../../fixes/remedies.ts';
import { lookAtPods } from '../../fixes/service-fixes.ts';
import { hideUnreadyPods } from '../../fixes/service-spec-fixes.ts';
import { deadPorts } from './dead-ports.ts';
import { portsText } from '../../fixes/text.ts';

/** Finds Services that publish pods before they are ready, while pods that do not serve hold a share. */
export const unreadyPublished = defineRule(
  {
    id: 'traffic/unready-published',
    title: 'Pods that are not ready receive new connections',
    why: 'With publishNotReadyAddresses every pod counts as ready: it passes the health check and gets its full share before it can serve.',
    remedy: 'Publish ready pods only, and use a headless Service for peer discovery.',
    severity: 'medium',
    source: 'Kubernetes: Service, publishNotReadyAddresses; EndpointSlices and their conditions',
  },
  { needs: trafficNeeds, fixes: [remedies] },
  ({ traffic, services, endpointSlices, remedies: fixes }) => {
    const publishing = new Map(
      services
        .filter((service) => service.publishNotReadyAddresses)
        .map((service) => [subjectText(service), service]),
    );
    const rows = traffic.filter((row) => publishing.has(subjectText(row)));
    const slicesOf = slicesByService(endpointSlices);
    const idle = idleFinder(publishing, (name) => slicesOf.get(name) ?? []);
    return {
      explained: deadPorts(rows),
      unknown: unknownServices(rows),
      faults: servicesWith(rows, (port, row) => idle(port, subjectText(row)).length > 0).flatMap(
        (each) => {
          const name = subjectText(each.service);
          const service = publishing.get(name);
          return service === undefined
            ? []
            : [faultOf(each, service, (port) => idle(port, name), fixes)];
        },
      ),
    };
  },
);

type Idle = (port: PortTraffic, service: string) => readonly EndpointShare[];

/** Endpoints of a port that hold a share and do not serve, found once per port. */
function idleFinder(
  services: ReadonlyMap<string, LoadBalancerService>,
  slicesOf: (service: string) => readonly EndpointSlice[],
): Idle {
  const known = new Map<PortTraffic, readonly EndpointShare[]>();
  const find: Idle = ({ port, protocol, family, endpoints }, name) => {
    const asked = services
      .get(name)
      ?.ports.find((each) => each.port === port && each.protocol === protocol);
    if (asked === undefined) return [];
    const { all } = endpointsOf(slicesOf(name), asked, family);
    const unready = new Set(
      all.filter((each) => !each.serving).map((each) => each.pod ?? each.address),
    );
    return endpoints.filter(({ pod, share }) => share > tolerance && unready.has(pod));
  };
  return (port, name) => {
    const found = known.get(port) ?? find(port, name);
    known.set(port, found);
    return found;
  };
}

function faultOf(
  { service: row, ports }: ServicePorts,
  service: LoadBalancerService,
  idleOf: (port: PortTraffic) => readonly EndpointShare[],
  { unlessWorse }: Remedies,
): Fault {
  const part = (port: PortTraffic): number =>
    idleOf(port).reduce((sum, { share }) => sum + share, 0);
  const worst = worstOf(ports, part);
  const idle = idleOf(worst);
  const name = subjectText(service);
  const fixes = [hideUnreadyPods(service), ...peersElsewhere(service)];
  const changes = [withoutUnreadyPublished];
  // Where no pod is ready those that are not are better than none.
  const helpful = fixes.flatMap((fix) => unlessWorse(service, { fix, changes }, worst) ?? []);
  return {
    subject: serviceSubject(service),
    title: `${percent(part(worst))} of the new connections to ${name} go to pods that are not ready`,
    message: `${counted(idle.length, 'pod')} that ${idle.length === 1 ? 'is' : 'are'} not ready (${listed(idle.map(({ pod, share }) => `${pod} (${percent(share)})`))}) ${idle.length === 1 ? 'gets' : 'get'} new connections to ${portsText([worst], familyCount(row))} because publishNotReadyAddresses makes every pod count as ready, including for the Local health check.`,
    causes: ['publish-not-ready-addresses'],
    evidence: {
      externalTrafficPolicy: service.externalTrafficPolicy,
      ports: ports.map((port) => ({
        ...portEvidence(port),
        unreadyPods: idleOf(port).length,
        share: part(port),
      })),
      pods: idle.map(({ pod, node, share }) => ({ pod, node: node ?? 'none', share })),
    },
    fixes: helpful.length > 0 ? helpful : [lookAtPods(service)],
  };
}

/** Peers of a cluster of pods must find each other before they are ready: that is what a headless Service is for. */
function peersElsewhere(service: LoadBalancerService): readonly Fix[] {
  const { namespace, name, selector, ports } = service;
  if (selector === undefined) return [];
  const peers = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${name.slice(0, 57)}-peers`, namespace },
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: Object.fromEntries(selector),
      ports: ports.map(({ name: portName, port, protocol }) => ({
        ...(portName !== '' && { name: portName }),
        port,
        protocol,
      })),
    },
  };
  return [
    {
      title: 'Use a headless Service for peer discovery, and publish only ready pods here',
      steps: [yaml(JSON.stringify(peers, undefined, 2)), ...hideUnreadyPods(service).steps],
      price: ['clients of peer discovery must use the name of the headless Service'],
    },
  ];
}
