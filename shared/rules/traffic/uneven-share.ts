import {
  familyCount,
  servicesWith,
  shareRatio,
  tolerance,
  trafficNeeds,
  unknownServices,
  worstOf,
  type PortTraffic,
  type ServicePorts,
} from '../../traffic/index.ts';
import { defineRule, portEvidence, thresholdsOf, type Fault, type RuleSettings } from '../rule.ts';
import { remedies, type Remedies } from '../../fixes/remedies.ts';
import { deadPorts } from './dead-ports.ts';
import { percent, serviceSubject, subjectText } from '../../model/index.ts';
import { portsText, rounded } from '../../fixes/text.ts';

/** Finds ports where one pod is offered a multiple of what another is. */
export const unevenShare = defineRule(
  {
    id: 'traffic/uneven-share',
    title: 'Connections are unevenly distributed across pods',
    why: 'With Local, Azure balances per node: a single pod on one node gets as much traffic as all pods of another node together.',
    remedy: 'Spread the pods evenly over nodes, or use Cluster and lose the client IP.',
    severity: 'medium',
    source: 'Kubernetes: traffic policies of virtual IPs, topology aware routing',
  },
  { needs: trafficNeeds, fixes: [remedies] },
  ({ traffic, remedies: fixes }, { settings }) => ({
    explained: deadPorts(traffic),
    unknown: unknownServices(traffic),
    faults: servicesWith(
      traffic,
      (port, service) =>
        ratioOf(port) >= thresholdsOf(settings, service).unevenMediumRatio - tolerance,
    ).map((each) => faultOf(each, settings, fixes)),
  }),
);

/** A port of which nothing is known has no endpoints, and so the ratio 1. */
function ratioOf(port: PortTraffic): number {
  return shareRatio(port.endpoints);
}

function faultOf(
  { service, ports }: ServicePorts,
  settings: RuleSettings,
  { forPort }: Remedies,
): Fault {
  const worst = worstOf(ports, ratioOf);
  const ratio = ratioOf(worst);
  const shares = worst.endpoints.map((each) => each.share).filter((share) => share > 0);
  const largest = shares.reduce((a, b) => Math.max(a, b), 0);
  const smallest = shares.reduce((a, b) => Math.min(a, b), 1);
  const local = service.externalTrafficPolicy === 'Local';
  const families = familyCount(service);
  const partly = ports.length < service.ports.length ? ` on ${portsText(ports, families)}` : '';
  return {
    subject: serviceSubject(service),
    severity:
      ratio >= thresholdsOf(settings, service).unevenHighRatio - tolerance ? 'high' : 'medium',
    title: `One pod of ${subjectText(service)} gets ${rounded(ratio)} times the connections of another${partly}`,
    message: `On ${portsText([worst], families)} the shares of new connections range from ${percent(smallest)} to ${percent(largest)}: ${local ? 'Azure balances per node, and the nodes run different numbers of pods' : 'topology hints give each node a different set of pods'}. This is the expected distribution for many clients; measured values differ with few clients or long-lived connections.`,
    causes: [local ? 'pods-per-node' : 'topology-hints'],
    evidence: {
      externalTrafficPolicy: service.externalTrafficPolicy,
      ratio,
      largestShare: largest,
      smallestShare: smallest,
      ports: ports.map((port) => ({
        ...portEvidence(port),
        ratio: ratioOf(port),
      })),
    },
    fixes: forPort(service, worst),
  };
}
