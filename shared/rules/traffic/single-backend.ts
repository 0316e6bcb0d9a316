import {
  familyCount,
  gatewayPlaces,
  nodeZones,
  readyEndpoints,
  servicesWith,
  servingNodesOf,
  trafficNeeds,
  unknownServices,
  type PortTraffic,
  type ServicePorts,
} from '../../traffic/index.ts';
import { defineRule, portEvidence, type Fault } from '../rule.ts';
import { apartFixes, type ApartFixes } from '../../fixes/apart-candidates.ts';
import { deadPorts } from './dead-ports.ts';
import { counted, listed, serviceSubject, subjectText, valueOr } from '../../model/index.ts';
import { distinct, portsText } from '../../fixes/text.ts';

/**
 * Finds Local Services with several pods where one node carries everything, or one zone does while
 * the cluster has more. Pods that starve, and connections that are lost, are other findings.
 */
export const singleBackend = defineRule(
  {
    id: 'traffic/single-backend',
    title: 'One node or zone receives all connections of a Service',
    why: 'With Local, only nodes with a pod receive traffic: several pods in one place are no more available than a single pod.',
    remedy: 'Spread the pods over nodes and zones.',
    severity: 'medium',
    source: 'Kubernetes: traffic policies of virtual IPs, topology spread constraints',
  },
  { needs: [...trafficNeeds, nodeZones], helps: [gatewayPlaces], fixes: [apartFixes] },
  ({ traffic, nodeZones: zones, gatewayPlaces: places, apartFixes: fixesFor }) => {
    const local = traffic.filter(isLocal);
    const single = servicesWith(local, (port) => placeOf(zones, port) !== undefined);
    // Of a gateway, ingress/single-node-gateway says it, with the hosts that go down.
    const isGateway = ({ service }: ServicePorts): boolean =>
      valueOr(places, noPlaces).has(subjectText(service));
    return {
      explained: [
        ...deadPorts(local),
        ...single.filter(isGateway).map(({ service }) => ({
          subject: serviceSubject(service),
          by: ['ingress/single-node-gateway'],
        })),
      ],
      unknown: unknownServices(local),
      faults: single
        .filter((each) => !isGateway(each))
        .map((each) => faultOf(each, zones, fixesFor)),
    };
  },
);

const noPlaces: ReadonlyMap<string, unknown> = new Map();

function isLocal({ externalTrafficPolicy }: { readonly externalTrafficPolicy: string }): boolean {
  return externalTrafficPolicy === 'Local';
}

type SinglePlace = 'one-node' | 'one-zone';

/** Where everything goes, if it goes to one place. The verdicts say that none starves and nothing is lost. */
function placeOf(
  zonesByNode: ReadonlyMap<string, string>,
  port: PortTraffic,
): SinglePlace | undefined {
  if (port.verdict !== 'even' && port.verdict !== 'uneven') return undefined;
  if (readyEndpoints(port).length < 2) return undefined;
  const { nodes, zones } = servingNodesOf(zonesByNode, port);
  if (nodes.length === 1) return 'one-node';
  return zones?.length === 1 && clusterZones(zonesByNode).length > 1 ? 'one-zone' : undefined;
}

function clusterZones(zonesByNode: ReadonlyMap<string, string>): readonly string[] {
  return distinct(zonesByNode.values());
}

function faultOf(
  { service, ports }: ServicePorts,
  zonesByNode: ReadonlyMap<string, string>,
  fixesFor: ApartFixes,
): Fault {
  const onNode = ports.find((port) => placeOf(zonesByNode, port) === 'one-node');
  const port = onNode ?? ports[0];
  const place: SinglePlace = onNode === undefined ? 'one-zone' : 'one-node';
  const { nodes, zones = [] } = servingNodesOf(zonesByNode, port);
  const name = subjectText(service);
  const families = familyCount(service);
  const partly = ports.length < service.ports.length ? ` on ${portsText(ports, families)}` : '';
  const pods = port.endpoints.filter(({ share }) => share > 0).length;
  const all = clusterZones(zonesByNode);
  const [what, where] =
    place === 'one-node'
      ? [`node ${listed(nodes)}`, 'that node']
      : [`zone ${listed(zones)}`, 'that zone'];
  return {
    subject: serviceSubject(service),
    title: `One ${place === 'one-node' ? 'node' : 'zone'} receives all connections to ${name}${partly}`,
    message: `All new connections to ${portsText([port], families)} go to ${what}, where ${pods === 2 ? 'both pods' : `all ${counted(pods, 'pod')}`} of ${name} run${place === 'one-zone' ? `, although the cluster has nodes in ${counted(all.length, 'zone')}` : ''}. If ${where} fails or is upgraded, the Service is down until pods run elsewhere and Azure's probe succeeds there.`,
    causes: distinct(ports.flatMap((each) => placeOf(zonesByNode, each) ?? [])),
    evidence: {
      externalTrafficPolicy: service.externalTrafficPolicy,
      nodes,
      zones,
      zonesOfCluster: all,
      ports: ports.map((each) => ({
        ...portEvidence(each),
        readyPods: readyEndpoints(each).length,
        place: placeOf(zonesByNode, each) ?? 'several',
      })),
    },
    fixes: fixesFor(service, port, place === 'one-node' ? 'nodes' : 'zones'),
  };
}
