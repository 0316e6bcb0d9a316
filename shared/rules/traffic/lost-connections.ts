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
import { youth } from '../../facts/young.ts';
import { defineRule } from '../define-rule.ts';
import { lookAtKubeProxy, lookAtNodes } from '../../fixes/cluster-fixes.ts';
import { remedies, type Remedies } from '../../fixes/remedies.ts';
import { thresholdsOf, type Fault, type Fix } from '../rule.ts';
import { toldElsewhere } from './causes.ts';
import { serviceSubject } from '../../model/index.ts';
import { distinct, percent, portsText } from '../../fixes/text.ts';
import { withHosts } from '../hosts-behind.ts';

/** Finds ports where a part of the new connections reaches a node that has no pod to give them to. */
export const lostConnections = defineRule(
  {
    id: 'traffic/lost-connections',
    title: 'A part of the new connections of a Service is lost',
    why: 'Azure keeps sending to every backend that its probe calls up; what reaches a node without a usable pod is dropped.',
    remedy:
      'Give the port the probe that tells such nodes apart, and take stale members out of the pool.',
    severity: 'high',
    source: "Azure: load balancer health probes; Azure's cloud provider: custom health probes",
  },
  { needs: [...trafficNeeds, youth], fixes: [remedies, hostsOfServices] },
  ({ traffic, youth: young, remedies: fixes, hostsOfServices: hosts }, { settings }) => ({
    unknown: unknownServices(traffic),
    faults: servicesWith(traffic, loses).map((each): Fault => {
      const { lostCritical } = thresholdsOf(settings, each.service);
      const fault = withHosts(hosts, each.service, faultOf(each, fixes, lostCritical));
      return young.service(each.service) ? { ...fault, severity: 'info' } : fault;
    }),
  }),
);

/** Where nothing gets through at all, that is another rule's finding. */
function loses(port: PortTraffic): boolean {
  const lost = port.verdict !== 'none' && port.verdict !== 'unknown' && port.lost > tolerance;
  return lost && !port.losses.every(({ cause }) => toldElsewhere.has(cause));
}

function faultOf({ service, ports }: ServicePorts, { forPort }: Remedies, critical: number): Fault {
  const worst = worstOf(ports, (port) => port.lost);
  const families = familyCount(service);
  const where = portsText(ports, families);
  const partly = ports.length < service.ports.length ? `${where} of ` : '';
  const numbersOf = ports.length === 1 ? '' : ` (numbers of ${portsText([worst], families)})`;
  return {
    subject: serviceSubject(service),
    severity: worst.lost >= critical - tolerance ? 'critical' : 'high',
    title: `${percent(worst.lost)} of the new connections to ${partly}${service.namespace}/${service.name} are lost`,
    message: `${percent(worst.lost)} of the new connections to ${where} reach a backend that cannot serve them${numbersOf}: ${worst.losses.map(describe).join('; ')}.`,
    causes: distinct(ports.flatMap((port) => port.losses.map((loss) => loss.cause))),
    evidence: {
      externalTrafficPolicy: service.externalTrafficPolicy,
      ports: ports.map((port) => ({
        port: port.port,
        protocol: port.protocol,
        family: port.family,
        lost: port.lost,
        backendsUp: port.backendTotals.up,
        losses: port.losses.map(({ cause, share, backends }) => ({ cause, share, backends })),
        probe: port.probe === undefined ? 'none' : `${port.probe.protocol} ${port.probe.port}`,
      })),
    },
    fixes: forPort(service, worst, looksFor(ports)),
  };
}

/** What to look at where the share model knows no change that helps. */
function looksFor(ports: readonly PortTraffic[]): readonly Fix[] {
  const causes = new Set(ports.flatMap((port) => port.losses.map((loss) => loss.cause)));
  return [
    ...(causes.has('node-not-ready') ? [lookAtNodes()] : []),
    ...(causes.has('no-kube-proxy') ? [lookAtKubeProxy()] : []),
  ];
}

/** What is wrong with one backend, and with several. */
const texts: Readonly<Record<LossCause, readonly [one: string, several: string]>> = {
  'probe-answers-without-endpoints': [
    'answers the probe without a usable pod',
    'answer the probe without a usable pod',
  ],
  'no-probe': [
    'has no usable pod, and the rule has no probe to notice',
    'have no usable pod, and the rule has no probe to notice',
  ],
  'no-listener': [
    'takes packets for a port or address that nobody listens on',
    'take packets for a port or address that nobody listens on',
  ],
  'nsg-blocks-clients': [
    'is closed to the clients by a network security group',
    'are closed to the clients by a network security group',
  ],
  'policy-blocks-clients': [
    'hands connections to pods that NetworkPolicies close to it',
    'hand connections to pods that NetworkPolicies close to them',
  ],
  'stale-member': [
    'is in the pool but no node of the cluster, and the rule has no probe to notice',
    'are in the pool but no nodes of the cluster, and the rule has no probe to notice',
  ],
  'node-not-ready': [
    'is not Ready, and the rule has no probe to notice',
    'are not Ready, and the rule has no probe to notice',
  ],
  'no-kube-proxy': [
    'does not run kube-proxy, and the rule has no probe to notice',
    'do not run kube-proxy, and the rule has no probe to notice',
  ],
};

function describe({ cause, share, backends }: Loss): string {
  const [one, several] = texts[cause];
  return `${backends} ${backends === 1 ? 'backend' : 'backends'} (${percent(share)}) ${backends === 1 ? one : several}`;
}
