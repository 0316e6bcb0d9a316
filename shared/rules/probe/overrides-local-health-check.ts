import {
  compacted,
  listed,
  percent,
  serviceSubject,
  subjectText,
  type LoadBalancerService,
  type Read,
  type Reason,
} from '../../model/index.ts';
import { listeners, unjudged } from '../../facts/index.ts';
import { annotationPrefix, portAnnotation, type WhoListens } from '../../load-balancing/index.ts';
import {
  lostPart,
  tolerance,
  traffic,
  withoutAnnotations,
  type ServiceTraffic,
} from '../../traffic/index.ts';
import { defineRule, judgeEach, type Fault, type Unjudged } from '../rule.ts';
import { remedies, type Remedies } from '../../fixes/remedies.ts';
import { removeServiceAnnotations } from '../../fixes/service-fixes.ts';
import { itemized } from '../../fixes/text.ts';
import {
  askedProbe,
  askedProbes,
  probeText,
  without,
  type AskedPort,
  type AskingService,
} from '../../facts/asked-probes.ts';

/**
 * Finds Local Services where an annotation of a port names another probe port: the probe that tells
 * nodes with a pod from nodes without one is then gone for that port.
 */
export const overridesLocalHealthCheck = defineRule(
  {
    id: 'probe/overrides-local-health-check',
    title: 'Probe port annotation replaces the health check of a Local Service',
    why: 'Local needs a probe that succeeds only on nodes with a ready pod; with any other, nodes without a pod receive connections and drop them.',
    remedy: 'Remove the probe port annotation.',
    severity: 'high',
    source: "Azure's cloud provider: custom health probes",
  },
  {
    needs: ['services', 'loadBalancers', askedProbes, listeners],
    helps: [traffic],
    fixes: [remedies],
  },
  ({ askedProbes: { services, unknown }, ...around }) => {
    const judged = judgeEach(services, (asking) => {
      const { service } = asking;
      const overrides = overridesOf(asking, around);
      const sure = overrides.filter(({ unknown: reason }) => reason === undefined);
      const [first] = sure;
      return compacted<Fault | Unjudged>([
        first !== undefined && faultOf(service, sure, first, around.remedies),
        ...overrides.flatMap(({ unknown: reason }) => (reason ? unjudged([service], reason) : [])),
      ]);
    });
    return { faults: judged.faults, unknown: [...unknown, ...judged.unknown] };
  },
);

interface Override {
  readonly port: number;
  readonly protocol: string;
  readonly key: string;
  readonly value: string;
  readonly probe: string;
  readonly lost: number | undefined;
  /** It asks another port of the same Service. */
  readonly own: boolean;
  /** Why it is not known whether anybody listens there. */
  readonly unknown: Reason | undefined;
}

interface OverrideEffects {
  readonly traffic: Read<readonly ServiceTraffic[]>;
  readonly remedies: Remedies;
  readonly listeners: WhoListens;
}

function overridesOf(asking: AskingService, around: OverrideEffects): readonly Override[] {
  const { service, allPorts } = asking;
  if (service.externalTrafficPolicy !== 'Local' || allPorts) return [];
  return asking.ports.flatMap((each) => overrideOf(each, asking, around));
}

/** With the Private Link proxy protocol a Local Service has no health check that could be replaced. */
function overrideOf(
  { port, asked }: AskedPort,
  { service, settings }: AskingService,
  { traffic: ports, listeners: whoListens }: OverrideEffects,
): readonly Override[] {
  const name = `port_${port.port}_health-probe_port`;
  const value = portAnnotation(service.annotations, port.port, 'health-probe_port');
  if (value === undefined || asked.kind !== 'probe' || asked.origin !== 'own') return [];
  const key = `${annotationPrefix}${name}`;
  const before = askedProbe(port, without(service, [key]), settings);
  if (before.kind !== 'probe' || before.origin !== 'health-check') return [];
  if (asked.probe.port === service.healthCheckNodePort) return [];
  // Another port of the Service is answered by nodes with a pod of it.
  const own = service.ports.some(
    ({ nodePort, protocol }) => nodePort === asked.probe.port && protocol === 'TCP',
  );
  const who = whoListens(asked.probe.port, 'TCP');
  // Where nobody listens no node answers: that is another fault.
  if (!own && who.kind === 'nobody') return [];
  const unknown = !own && who.kind === 'unknown' ? who : undefined;
  const lost = lostPart(ports, service, port);
  return [{ ...port, key, value, probe: probeText(asked.probe), lost, own, unknown }];
}

function faultOf(
  service: LoadBalancerService,
  overrides: readonly Override[],
  first: Override,
  { withOutcome }: Remedies,
): Fault {
  const name = subjectText(service);
  const keys = overrides.map(({ key }) => key);
  const ports = overrides.map(({ port, protocol }) => `${port}/${protocol}`);
  const lost = Math.max(0, ...overrides.map((each) => each.lost ?? 0));
  const health = service.healthCheckNodePort ?? 0;
  const own = overrides.every((each) => each.own);
  const effect =
    lost > tolerance
      ? `Currently ${percent(lost)} of new connections are lost.`
      : own
        ? 'Only nodes with a ready pod pass it, so nothing is lost while both ports have the same pods.'
        : 'Nodes that pass it without a ready pod receive connections and drop them.';
  const fix = removeServiceAnnotations(
    service,
    keys,
    'Restore the Local health check (remove the probe port)',
    ['none: nodes without a ready pod no longer get new connections'],
  );
  return {
    subject: serviceSubject(service),
    severity: own && lost <= tolerance ? 'low' : 'high',
    title: `Probe port annotation replaces the Local health check of ${name} on ${listed(ports)}`,
    message: `Instead of the Local health check (Http ${health} /healthz, which succeeds only on nodes with a ready pod), Azure probes ${itemized(overrides.map(({ port, probe }) => `${probe} for port ${port}`))}. ${effect}`,
    causes: ['probe-port-override'],
    evidence: {
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: health,
      ports: overrides.map(({ port, protocol, key, value, probe, lost: part }) => ({
        port,
        protocol,
        annotation: key,
        value,
        probe,
        ...(part !== undefined && { lost: part }),
      })),
    },
    fixes: [withOutcome(service, { fix, changes: [withoutAnnotations(...keys)] }, first)],
  };
}
