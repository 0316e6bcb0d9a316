import type { ClusterSnapshot } from '../../model/index.ts';
import type { EndpointShare, PortTraffic } from '../../traffic/index.ts';
import { defineRule } from '../define-rule.ts';
import { remediesFor } from '../../fixes/remedies.ts';
import type { Fault } from '../rule.ts';
import {
  familyCount,
  servicesWith,
  trafficNeeds,
  unknownServices,
  worstOf,
  type ServicePorts,
} from '../../facts/services.ts';
import { unfinishedServices } from '../../facts/unfinished-services.ts';
import { serviceSubject, subjectText } from '../../model/index.ts';
import { counted, distinct, portsText } from '../../fixes/text.ts';
import { causesOf, explain, isToldElsewhere, looksFor } from './causes.ts';

/** Finds Services that have ready endpoints of which none gets any share: everything offered is lost. */
export const noTraffic = defineRule(
  {
    id: 'traffic/no-traffic',
    title: 'No ready pod of a Service gets new connections',
    why: 'Clients connect to an address behind which nothing answers, while pods stand ready.',
    remedy:
      'Bring the nodes of the pods into the backend pool, or let every node accept the traffic.',
    severity: 'critical',
    source: "Kubernetes: traffic policies of virtual IPs; Azure's cloud provider: load balancer",
  },
  trafficNeeds,
  ({ traffic }, { snapshot }) => {
    const told = unfinishedServices(snapshot);
    return {
      unknown: unknownServices(traffic),
      faults: servicesWith(
        traffic,
        (port, service) =>
          isDead(port) && !(port.rule === undefined && told.has(subjectText(service))),
      ).map((each) => faultOf(each, snapshot)),
    };
  },
);

/** A rule that is not there is told by the finding that says why the cloud provider has not written it. */
function isDead(port: PortTraffic): boolean {
  const ready = readyOf(port);
  const dead = port.verdict === 'none' && !port.ruleDisabled && ready.length > 0;
  return dead && !ready.every(isToldElsewhere);
}

function faultOf({ service, ports }: ServicePorts, snapshot: ClusterSnapshot): Fault {
  const worst = worstOf(ports, (port) => readyOf(port).length);
  const ready = readyOf(worst).length;
  const causes = causesOf(ports.flatMap(readyOf));
  const where = portsText(ports, familyCount(service));
  const partly = ports.length < service.ports.length ? ` on ${where}` : '';
  const name = `${service.namespace}/${service.name}`;
  return {
    subject: serviceSubject(service),
    title:
      ready === 1
        ? `The only ready pod of ${name} gets no new connections${partly}`
        : `None of ${counted(ready, 'ready pod')} of ${name} gets new connections${partly}`,
    message: `All new connections to ${where} are lost although ${counted(ready, 'pod is', 'pods are')} ready. ${explain(ports.flatMap(readyOf))}`,
    causes,
    evidence: {
      externalTrafficPolicy: service.externalTrafficPolicy,
      ports: ports.map((port) => ({
        port: port.port,
        protocol: port.protocol,
        family: port.family,
        backends: port.backendTotals.members,
        backendsUp: port.backendTotals.up,
        readyPods: readyOf(port).length,
      })),
      nodes: distinct(ports.flatMap((port) => readyOf(port).flatMap((each) => each.node ?? []))),
    },
    fixes: remediesFor(snapshot, service, worst, looksFor(causes, service)),
  };
}

function readyOf(port: PortTraffic): readonly EndpointShare[] {
  return port.endpoints.filter((each) => each.ready);
}
