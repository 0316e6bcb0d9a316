import {
  familyCount,
  hostsOfServices,
  readyEndpoints,
  servicesWith,
  trafficNeeds,
  unknownServices,
  worstOf,
  type EndpointShare,
  type PortTraffic,
  type ServicePorts,
} from '../../traffic/index.ts';
import { unjudged } from '../../facts/index.ts';
import { recentChanges, type RecentChanges } from '../../facts/recent-changes.ts';
import { defineRule, portEvidence, type Fault } from '../rule.ts';
import { remedies, type Remedies } from '../../fixes/remedies.ts';
import { deadPorts, portsExplained, whileYoung } from './dead-ports.ts';
import {
  counted,
  listed,
  percent,
  serviceSubject,
  subjectText,
  type Node,
} from '../../model/index.ts';
import { portsText } from '../../fixes/text.ts';
import { idleCauses, idleText, idlePods, isExplainedElsewhere, looksForIdle } from './causes.ts';
import { withHosts } from '../hosts-behind.ts';

/** Finds ready endpoints that get no new connections while others of the same port do. */
export const starvedEndpoints = defineRule(
  {
    id: 'traffic/starved-endpoints',
    title: 'Some ready pods of a Service receive no traffic',
    why: 'With Local, only backend pool nodes with a ready pod receive traffic; pods elsewhere are idle and the others take the whole load.',
    remedy:
      'Add the nodes to the backend pool, move the pods, or use Cluster and lose the client IP.',
    severity: 'high',
    source:
      "Azure's cloud provider: which nodes become backends; Kubernetes: traffic policies of virtual IPs",
  },
  { needs: [...trafficNeeds, recentChanges], fixes: [remedies, hostsOfServices] },
  ({ traffic, nodes, recentChanges: recent, remedies: fixes, hostsOfServices: hosts }) => {
    const knownNodes: ReadonlySet<string> = new Set(nodes.map(({ name }) => name));
    const all = servicesWith(traffic, (port) => !starved(port).every(isExplainedElsewhere));
    const undecided = all.filter((each) => unlistedNode(each, knownNodes) !== undefined);
    return {
      explained: [
        ...deadPorts(traffic),
        ...portsExplained(traffic, (port) => {
          const idle = starved(port);
          return idle.length > 0 && idle.every(isExplainedElsewhere);
        }),
      ],
      unknown: [
        ...unknownServices(traffic),
        ...undecided.flatMap((each) =>
          unjudged([each.service], {
            why: `nodes: the list lacks ${unlistedNode(each, knownNodes)}, where pods are: the lists were read at different times`,
            slices: ['nodes', 'endpointSlices'],
            code: 'contradicted',
          }),
        ),
      ],
      faults: all
        .filter((each) => !undecided.includes(each))
        .map((each) => withHosts(hosts, each.service, faultOf(each, fixes, recent, nodes))),
    };
  },
);

/** A node of the idle pods where the list has none of their nodes: it came or went between two lists. */
function unlistedNode(
  { ports }: ServicePorts,
  knownNodes: ReadonlySet<string>,
): string | undefined {
  const idle = ports.flatMap(starved).map(({ node = '' }) => node);
  return idle.some((node) => node === '' || knownNodes.has(node)) ? undefined : idle[0];
}

function faultOf(
  { service, ports }: ServicePorts,
  { forPort }: Remedies,
  recent: RecentChanges,
  nodes: readonly Node[],
): Fault {
  const worst = worstOf(ports, starvedPart);
  const idle = starved(worst);
  const serving = worst.endpoints.filter((each) => each.share > 0);
  const without = idlePods(ports, starved);
  const causes = idleCauses(ports.flatMap(starved));
  const families = familyCount(service);
  const partly = ports.length < service.ports.length;
  const where = portsText(ports, families);
  const numbersOf = ports.length === 1 ? '' : ` (shares for ${portsText([worst], families)})`;
  const severity = starvedPart(worst) >= 0.5 ? 'critical' : 'high';
  const fault: Fault = {
    subject: serviceSubject(service),
    severity,
    title: `${idle.length} of ${counted(readyEndpoints(worst).length, 'ready pod')} of ${subjectText(service)} ${idle.length === 1 ? 'receives' : 'receive'} no traffic${partly ? ` on ${where}` : ''}`,
    message: `${listed(idle.map((each) => each.pod))} ${idle.length === 1 ? 'receives' : 'receive'} none of the new connections to ${where}; they all go to ${listed(serving.map((each) => `${each.pod} (${percent(each.share)})`))}${numbersOf}. ${idleText(without, nodes)}`,
    causes,
    evidence: {
      externalTrafficPolicy: service.externalTrafficPolicy,
      ...(worst.loadBalancer !== undefined && {
        loadBalancer: worst.loadBalancer.name,
        sku: worst.loadBalancer.sku,
      }),
      ports: ports.map((port) => ({
        ...portEvidence(port),
        readyPods: readyEndpoints(port).length,
        starvedPods: starved(port).length,
        backendsUp: port.backendTotals.up,
      })),
      starved: idle.map((each) => ({
        pod: each.pod,
        node: each.node ?? 'none',
        nodePool: each.nodePool ?? 'none',
        because: each.because ?? 'unknown',
      })),
    },
    fixes: forPort(service, worst, looksForIdle(without, service)),
  };
  return isExplained(service, ports.flatMap(starved), recent)
    ? whileYoung(fault, severity, ports)
    : fault;
}

/** A pool that has not followed yet. */
const lagging: ReadonlySet<string> = new Set(['local-pool-drift', 'node-missing-from-pool']);

/** Whether a recent change alone explains it: a pool that has not followed a new node, or pods that moved (docs/share-model.md). */
function isExplained(
  service: ServicePorts['service'],
  idle: readonly EndpointShare[],
  recent: RecentChanges,
): boolean {
  if (recent.service(service)) return true;
  return idle.every(
    ({ node, cause }) =>
      cause !== undefined && lagging.has(cause) && (recent.node(node) || recent.endpoints(service)),
  );
}

/** Ready endpoints at 0 of a port where others have a share. */
function starved(port: PortTraffic): readonly EndpointShare[] {
  if (!port.endpoints.some((each) => each.share > 0)) return [];
  return readyEndpoints(port).filter((each) => each.share === 0);
}

/** Part of the ready endpoints that starves; only asked where some does. */
function starvedPart(port: PortTraffic): number {
  return starved(port).length / readyEndpoints(port).length;
}
