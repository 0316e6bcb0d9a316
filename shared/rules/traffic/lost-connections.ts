import {
  familyCount,
  hostsOfServices,
  servicesWith,
  tolerance,
  trafficNeeds,
  unknownServices,
  worstOf,
  type Loss,
  type LossCause,
  type PortTraffic,
  type ServicePorts,
} from '../../traffic/index.ts';
import { recentChanges } from '../../facts/recent-changes.ts';
import { defineRule, portEvidence, thresholdsOf, type Fault, type Fix } from '../rule.ts';
import { lookAtKubeProxy, lookAtNodes } from '../../fixes/cluster-fixes.ts';
import { remedies, type Remedies } from '../../fixes/remedies.ts';
import { explainedElsewhere } from './causes.ts';
import { deadPorts, portsExplained, whileYoung } from './dead-ports.ts';
import { compacted, percent, serviceSubject, subjectText } from '../../model/index.ts';
import { distinct, portsText } from '../../fixes/text.ts';
import { withHosts } from '../hosts-behind.ts';

/** Finds ports where a part of the new connections reaches a node that has no pod to give them to. */
export const lostConnections = defineRule(
  {
    id: 'traffic/lost-connections',
    title: 'Some new connections to a Service are lost',
    why: 'Azure sends connections to every backend whose probe succeeds; a node without a usable pod drops them.',
    remedy: 'Use a probe that fails on nodes without a usable pod, and remove stale pool members.',
    severity: 'high',
    source: "Azure: load balancer health probes; Azure's cloud provider: custom health probes",
  },
  { needs: [...trafficNeeds, recentChanges], fixes: [remedies, hostsOfServices] },
  ({ traffic, recentChanges: recent, remedies: fixes, hostsOfServices: hosts }, { settings }) => ({
    explained: [
      ...deadPorts(traffic),
      ...portsExplained(traffic, (port) => hasLoss(port) && isExplained(port)),
    ],
    unknown: unknownServices(traffic),
    faults: servicesWith(traffic, loses).map((each): Fault => {
      const { lostCritical } = thresholdsOf(settings, each.service);
      const fault = withHosts(hosts, each.service, faultOf(each, fixes, lostCritical));
      return recent.service(each.service)
        ? whileYoung(fault, fault.severity ?? 'high', each.ports)
        : fault;
    }),
  }),
);

/** Where nothing gets through at all, that is another rule's finding. */
function loses(port: PortTraffic): boolean {
  return hasLoss(port) && !isExplained(port);
}

function hasLoss({ verdict, lost }: PortTraffic): boolean {
  return verdict !== 'none' && verdict !== 'unknown' && lost > tolerance;
}

function isExplained({ losses }: PortTraffic): boolean {
  return losses.every(({ cause }) => explainedElsewhere.has(cause));
}

function faultOf({ service, ports }: ServicePorts, { forPort }: Remedies, critical: number): Fault {
  const worst = worstOf(ports, (port) => port.lost);
  const families = familyCount(service);
  const where = portsText(ports, families);
  const partly = ports.length < service.ports.length ? `${where} of ` : '';
  const numbersOf = ports.length === 1 ? '' : ` (figures for ${portsText([worst], families)})`;
  return {
    subject: serviceSubject(service),
    severity: worst.lost >= critical - tolerance ? 'critical' : 'high',
    title: `${percent(worst.lost)} of the new connections to ${partly}${subjectText(service)} are lost`,
    message: `${percent(worst.lost)} of the new connections to ${where} go to backends that cannot serve them${numbersOf}: ${worst.losses.map((loss) => describe(loss, worst)).join('; ')}.`,
    causes: distinct(ports.flatMap((port) => port.losses.map((loss) => loss.cause))),
    evidence: {
      externalTrafficPolicy: service.externalTrafficPolicy,
      ports: ports.map((port) => ({
        ...portEvidence(port),
        lost: port.lost,
        backendsUp: port.backendTotals.up,
        losses: port.losses.map(({ cause, share, backends }) => ({ cause, share, backends })),
        probe: port.probe === undefined ? 'none' : `${port.probe.protocol} ${port.probe.port}`,
      })),
    },
    fixes: forPort(service, worst, looksForLosses(ports)),
  };
}

/** What to look at where the share model knows no change that helps. */
function looksForLosses(ports: readonly PortTraffic[]): readonly Fix[] {
  const causes = new Set(ports.flatMap((port) => port.losses.map((loss) => loss.cause)));
  return compacted([
    causes.has('node-not-ready') && lookAtNodes(),
    causes.has('no-kube-proxy') && lookAtKubeProxy(),
  ]);
}

/** What is wrong with one backend, and with several. */
const texts: Readonly<Record<LossCause, readonly [one: string, several: string]>> = {
  'probe-answers-without-endpoints': [
    'passes the probe without a usable pod',
    'pass the probe without a usable pod',
  ],
  'no-probe': [
    'has no usable pod, and the rule has no probe to detect it',
    'have no usable pod, and the rule has no probe to detect it',
  ],
  'no-listener': [
    'receives packets for a port or address on which nothing listens',
    'receive packets for a port or address on which nothing listens',
  ],
  'nsg-blocks-clients': ['is blocked for clients by an NSG', 'are blocked for clients by an NSG'],
  'policy-blocks-clients': [
    'forwards connections to pods whose NetworkPolicies block it',
    'forward connections to pods whose NetworkPolicies block them',
  ],
  'stale-member': [
    'is in the pool but is not a cluster node, and the rule has no probe to detect it',
    'are in the pool but are not cluster nodes, and the rule has no probe to detect it',
  ],
  'node-not-ready': [
    'is NotReady, and the rule has no probe to detect it',
    'are NotReady, and the rule has no probe to detect it',
  ],
  'no-kube-proxy': [
    'does not run kube-proxy, and the rule has no probe to detect it',
    'do not run kube-proxy, and the rule has no probe to detect it',
  ],
};

const unprobed = 'the rule has no probe to detect it';

function describe({ cause, share, backends }: Loss, { probe }: PortTraffic): string {
  // With a probe the admin state, or a setting for the time when all are down, keeps them up.
  const [one = '', several = ''] = texts[cause].map((text) =>
    probe === undefined ? text : text.replace(unprobed, 'Azure treats it as up all the same'),
  );
  return `${backends} ${backends === 1 ? 'backend' : 'backends'} (${percent(share)}) ${backends === 1 ? one : several}`;
}
