import {
  familyCount,
  hostsOfServices,
  portKey,
  readyEndpoints,
  servicesWith,
  trafficNeeds,
  unknownServices,
  worstOf,
  type PortTraffic,
  type ServicePorts,
} from '../../traffic/index.ts';
import { unjudged } from '../../facts/index.ts';
import { recentChanges } from '../../facts/recent-changes.ts';
import { defineRule, portEvidence, type Fault } from '../rule.ts';
import { remedies, type Remedies } from '../../fixes/remedies.ts';
import { unfinishedServices } from '../unfinished-services.ts';
import { explainedPorts, whileYoung } from './dead-ports.ts';
import { counted, serviceSubject, subjectText, type Node } from '../../model/index.ts';
import { distinct, portsText } from '../../fixes/text.ts';
import { idleCauses, idleText, idlePods, isExplainedElsewhere, looksForIdle } from './causes.ts';
import { withHosts } from '../hosts-behind.ts';

/** Finds Services that have ready endpoints of which none gets any share: everything offered is lost. */
export const noTraffic = defineRule(
  {
    id: 'traffic/no-traffic',
    title: 'No ready pod of a Service receives traffic',
    why: 'All client connections fail although pods are ready.',
    remedy: 'Add the pods’ nodes to the backend pool, or use externalTrafficPolicy: Cluster.',
    severity: 'critical',
    source: "Kubernetes: traffic policies of virtual IPs; Azure's cloud provider: load balancer",
  },
  {
    needs: [...trafficNeeds, unfinishedServices, recentChanges],
    fixes: [remedies, hostsOfServices],
  },
  ({
    traffic,
    nodes,
    unfinishedServices: unfinished,
    recentChanges: recent,
    remedies: fixes,
    hostsOfServices: hosts,
  }) => {
    const dead = servicesWith(traffic, isDead).map((each) => ({
      ...each,
      doubt: each.ports.some(({ rule }) => rule === undefined)
        ? unfinished(each.service)
        : ({ kind: 'no' } as const),
    }));
    return {
      explained: [
        ...explainedPorts(traffic),
        ...dead.flatMap(({ service, ports, doubt }) =>
          doubt.kind === 'yes'
            ? [
                {
                  subject: serviceSubject(service),
                  by: doubt.by,
                  ports: ports.filter(({ rule }) => rule === undefined).map(portKey),
                },
              ]
            : [],
        ),
      ],
      unknown: [
        ...unknownServices(traffic),
        ...dead.flatMap(({ service, doubt }) =>
          doubt.kind === 'unknown' ? unjudged([service], doubt.reason) : [],
        ),
      ],
      faults: dead.flatMap(({ service, ports, doubt }) => {
        const [first, ...rest] =
          doubt.kind === 'no' ? ports : ports.filter(({ rule }) => rule !== undefined);
        if (first === undefined) return [];
        const own = faultOf({ service, ports: [first, ...rest] }, fixes, nodes);
        const fault = withHosts(hosts, service, own);
        return [recent.service(service) ? whileYoung(fault, 'critical', ports) : fault];
      }),
    };
  },
);

/** A rule that is not there is told by the finding that says why the cloud provider has not written it. */
function isDead(port: PortTraffic): boolean {
  const ready = readyEndpoints(port);
  const dead = port.verdict === 'none' && !port.ruleDisabled && ready.length > 0;
  return dead && !ready.every(isExplainedElsewhere);
}

function faultOf(
  { service, ports }: ServicePorts,
  { forPort }: Remedies,
  nodes: readonly Node[],
): Fault {
  const worst = worstOf(ports, (port) => readyEndpoints(port).length);
  const ready = readyEndpoints(worst).length;
  const idle = idlePods(ports, readyEndpoints);
  const causes = idleCauses(ports.flatMap(readyEndpoints));
  const where = portsText(ports, familyCount(service));
  const partly = ports.length < service.ports.length ? ` on ${where}` : '';
  const name = subjectText(service);
  return {
    subject: serviceSubject(service),
    title:
      ready === 1
        ? `The only ready pod of ${name} receives no traffic${partly}`
        : `None of the ${counted(ready, 'ready pod')} of ${name} receives traffic${partly}`,
    message: `All new connections to ${where} are lost although ${counted(ready, 'pod is', 'pods are')} ready. ${idleText(idle, nodes)}`,
    causes,
    evidence: {
      externalTrafficPolicy: service.externalTrafficPolicy,
      ports: ports.map((port) => ({
        ...portEvidence(port),
        backends: port.backendTotals.members,
        backendsUp: port.backendTotals.up,
        readyPods: readyEndpoints(port).length,
      })),
      nodes: distinct(
        ports.flatMap((port) => readyEndpoints(port).flatMap((each) => each.node ?? [])),
      ),
    },
    fixes: forPort(service, worst, looksForIdle(idle, service)),
  };
}
