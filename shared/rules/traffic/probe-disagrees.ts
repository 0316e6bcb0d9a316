import { clusterView } from '../../facts/index.ts';
import { lookAtProbe } from '../../fixes/cluster-fixes.ts';
import { kebab, portsText } from '../../fixes/text.ts';
import {
  counted,
  listed,
  serviceSubject,
  subjectText,
  valueOr,
  type Node,
  type Read,
} from '../../model/index.ts';
import {
  familyCount,
  measuredUp,
  measures,
  reasonExplanation,
  reasonWords,
  servicesWith,
  traffic,
  unknownServices,
  worstOf,
  type Observation,
  type PortMeasure,
  type PortTraffic,
  type ServicePorts,
} from '../../traffic/index.ts';
import { defineRule, portEvidence, type Fault, type Unjudged } from '../rule.ts';

/** Finds Services of whose backends Azure's own health says another thing than the share model. */
export const probeDisagrees = defineRule(
  {
    id: 'traffic/probe-disagrees',
    title: 'Backend health in Azure differs from the expected health',
    why: 'Traffic shares depend on which backends are up. If Azure sees another state, something on the probe’s path differs from what the Kubernetes and Azure objects show.',
    remedy:
      'Follow Azure’s reason code: check the probe path, the application, and what drops the probe.',
    severity: 'high',
    source: 'Azure: manage health status of a load balancer',
  },
  { needs: [traffic, clusterView], helps: [measures, 'backendHealth'] },
  ({ traffic: services, clusterView: view, measures: byPort, backendHealth }) => {
    const wasAsked = backendHealth.kind === 'read' && backendHealth.value.length > 0;
    const nodes = new Map([...view.nodes].map(([name, { node }]) => [String(name), node]));
    return {
      // Azure and the model agree that they are down: what says why stands for both.
      explained: services
        .filter(({ ports }) => ports.some(({ observed }) => (observed?.down ?? 0) > 0))
        .map((service) => ({ subject: serviceSubject(service), by: whyDown })),
      faults: servicesWith(services, (port) => (port.observed?.differing ?? 0) > 0).map((each) =>
        faultOf(each, byPort, nodes),
      ),
      unknown: services.flatMap((service): readonly Unjudged[] => {
        const untold = wasAsked ? unknownServices([service]) : [];
        if (untold.length > 0) return untold;
        const why = service.ports.find(({ notVerified }) => notVerified !== undefined)?.notVerified;
        return why === undefined
          ? []
          : [{ subject: service, why: `not verified: ${why}`, slices: ['backendHealth'] }];
      }),
    };
  },
);

/** Reason codes that the sentence names, and those that are causes: Azure has fewer, whatever an answer says. */
const mostNamed = 5;
const mostCauses = 20;

/** Rules whose findings say why backends are down for their probe. */
const whyDown: readonly string[] = [
  'network/nsg-blocks-probe',
  'probe/closed-port',
  'probe/proxy-protocol-neighbour',
];

function faultOf(
  { service, ports }: ServicePorts,
  byPort: Read<ReadonlyMap<PortTraffic, PortMeasure>>,
  nodes: ReadonlyMap<string, Node>,
): Fault {
  const worst = worstOf(ports, ({ observed }) => observed?.differing ?? 0);
  const families = familyCount(service);
  const measured = valueOr(byPort, undefined);
  const isConfirmed = ports.some((port) => confirmed(port, measured?.get(port), nodes));
  const { observed } = worst;
  const seen = (observed?.up ?? 0) + (observed?.down ?? 0);
  const codes = [...new Set(ports.flatMap((port) => codesOf(port.observed)))];
  return {
    subject: serviceSubject(service),
    severity: isConfirmed ? 'high' : 'info',
    title: `Azure sees ${observed?.up ?? 0} of ${counted(seen, 'backend')} of ${subjectText(service)} up, ${observed?.predicted.up ?? 0} expected`,
    message: `On ${portsText(ports, families)} Azure reports: ${listed(reasonTexts(observed), mostNamed + 1)}. ${[...new Set(codes.map(reasonExplanation))].slice(0, mostNamed).join(' ')} ${isConfirmed ? 'The probe metric of the last hour confirms it.' : 'First seen in this run: pools and probes that are being changed look the same.'}`,
    causes: codes.slice(0, mostCauses).map(kebab).toSorted(),
    evidence: {
      externalTrafficPolicy: service.externalTrafficPolicy,
      confirmedByMetric: isConfirmed,
      ports: ports.map((port) => ({
        ...portEvidence(port),
        backends: port.backendTotals.members,
        observedUp: port.observed?.up ?? 0,
        predictedUp: port.observed?.predicted.up ?? 0,
        observedAt: port.observed?.at ?? '',
      })),
      backends: worst.backends
        .filter((each) => each.predictedUp !== undefined && each.predictedUp !== each.up)
        .map(({ node, up, reason }) => ({ node, up, reason: reason ?? 'no reason' })),
    },
    fixes: [lookAtProbe(service, worst)],
  };
}

function codesOf(observed: Observation | undefined): readonly string[] {
  return (observed?.reasons ?? []).map(({ reason }) => reason);
}

function reasonTexts(observed: Observation | undefined): readonly string[] {
  const { reasons, moreReasons = 0 } = observed ?? { reasons: [] };
  const more = Math.max(0, reasons.length - mostNamed) + moreReasons;
  const named = reasons.slice(0, mostNamed).map(({ reason, backends }) => {
    const words = reasonWords(reason);
    const code = words === reason ? '' : ` (${reason})`;
    return `${words}${code} for ${counted(backends, 'backend')}`;
  });
  return more === 0 ? named : [...named, counted(more, 'more reason')];
}

/** Whether the probe metric of the last hour says what Azure's health says, of a backend that differs. */
function confirmed(
  { backends }: PortTraffic,
  measure: PortMeasure | undefined,
  nodes: ReadonlyMap<string, Node>,
): boolean {
  return backends.some(
    ({ node, up, predictedUp }) =>
      predictedUp !== undefined &&
      predictedUp !== up &&
      measuredUp(measure, nodes.get(node)?.internalIps ?? [node]) === up,
  );
}
