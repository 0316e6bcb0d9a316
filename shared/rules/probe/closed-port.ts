import {
  annotationPrefix,
  rawProbePort,
  ruleFor,
  sharedProbeName,
} from '../../load-balancing/index.ts';
import {
  listed,
  sameName,
  serviceSubject,
  subjectText,
  type IpFamily,
  type LoadBalancerService,
  type Reason,
  type ServicePort,
} from '../../model/index.ts';
import {
  hostsOfServices,
  probedPort,
  probeOf,
  probeTarget,
  situations,
  withReconcile,
  withoutAnnotations,
  type Situation,
} from '../../traffic/index.ts';
import { unjudged } from '../../facts/index.ts';
import { azureServices } from '../../facts/services.ts';
import { withPrediction } from '../../fixes/outcome.ts';
import { reconcile, removeServiceAnnotations } from '../../fixes/service-fixes.ts';
import { distinct, itemized } from '../../fixes/text.ts';
import { defineRule, judgeEach, portEvidence, type Fault, type Fix } from '../rule.ts';
import { withHosts } from '../hosts-behind.ts';

/** Finds probes that ask a port on which nothing of the nodes can listen: every backend is then down. */
export const closedPort = defineRule(
  {
    id: 'probe/closed-port',
    title: 'Health probe targets a closed port',
    why: 'Azure probes nodes, not pods: on a container port, or a node port of an earlier Service, nothing answers and every backend is down.',
    remedy: 'Set a port of the Service, or remove the annotation.',
    severity: 'critical',
    source: "Azure's cloud provider: custom health probes; Kubernetes: node ports",
  },
  {
    needs: ['services', 'loadBalancers', 'nodes', 'endpointSlices', situations],
    fixes: [hostsOfServices],
  },
  ({ services, situations: { of }, hostsOfServices: hosts }) =>
    judgeEach(azureServices(services), (service) => {
      const situation = of(service);
      const { closed, unknown } = closedProbes(situation);
      const [first] = closed;
      return first !== undefined
        ? withHosts(hosts, service, faultOf(situation, closed, first))
        : unknown && unjudged([service], unknown);
    }),
);

interface ClosedProbe {
  readonly port: ServicePort;
  readonly probed: number;
  /** Azure asks it now; else the Service wants it asked. */
  readonly inAzure: boolean;
  /** Azure then treats every backend as up (`noHealthyBackendsBehavior` is `AllProbedUp`). */
  readonly stayUp: boolean;
  /** The annotation that names it; `undefined` = none does. */
  readonly key: string | undefined;
}

function closedProbes(situation: Situation): {
  readonly closed: readonly ClosedProbe[];
  readonly unknown: Reason | undefined;
} {
  const { service, lastHop } = situation;
  const closed: ClosedProbe[] = [];
  let unknown: Reason | undefined;
  for (const port of service.ports) {
    const raw = rawProbePort(service.annotations, port.port, service.ports);
    const key =
      raw === undefined ? undefined : `${annotationPrefix}port_${port.port}_health-probe_port`;
    const probes = service.ipFamilies.flatMap((family) => elsewhere(situation, port, family));
    const shut = probes.filter((each) => each.closed);
    const stayUp = shut.length > 0 && shut.every((each) => each.stayUp);
    const inAzure = shut[0]?.port;
    for (const { port: asked, closed: isClosed } of probes) {
      const listener = lastHop.whoListens(asked, 'TCP');
      if (!isClosed && listener.kind === 'unknown') unknown = listener;
    }
    if (inAzure !== undefined)
      closed.push({
        port,
        probed: inAzure,
        inAzure: true,
        stayUp,
        key: inAzure === raw ? key : undefined,
      });
    else if (raw !== undefined && !isShared(situation)) {
      const listener = lastHop.whoListens(raw, 'TCP');
      if (listener.kind === 'nobody')
        closed.push({ port, probed: raw, inAzure: false, stayUp: false, key });
      if (listener.kind === 'unknown') unknown = listener;
    }
  }
  return { closed, unknown };
}

/** The port that Azure asks, where it is not one of the Service; `closed` = nobody listens on it. */
function elsewhere(
  situation: Situation,
  port: ServicePort,
  family: IpFamily,
): readonly { readonly port: number; readonly closed: boolean; readonly stayUp: boolean }[] {
  const { service, rules } = situation;
  const found = ruleFor(rules, port, family);
  const probe = found === undefined ? undefined : probeOf(found.loadBalancer, found.rule);
  if (found === undefined || probe === undefined) return [];
  const target = probeTarget(probe, probedPort(situation, { service, port, family, found }));
  const stayUp = probe.upWhenAllDown === true;
  return target.kind === 'elsewhere' ? [{ port: probe.port, closed: target.closed, stayUp }] : [];
}

/** Where Cluster Services share one probe, annotations of ports do not count. */
function isShared({ service, rules }: Situation): boolean {
  return (
    service.externalTrafficPolicy !== 'Local' &&
    rules.some(({ loadBalancer }) =>
      loadBalancer.probes.some(({ name }) => sameName(name, sharedProbeName)),
    )
  );
}

function faultOf(situation: Situation, closed: readonly ClosedProbe[], first: ClosedProbe): Fault {
  const { service } = situation;
  const name = subjectText(service);
  const inAzure = closed.some((each) => each.inAzure);
  const ports = distinct(closed.map(({ port }) => `${port.port}/${port.protocol}`));
  const whole = closed.length === service.ports.length;
  const stayUp = closed.every((each) => each.stayUp);
  const effect = stayUp
    ? 'Every backend is down for it, and Azure treats all of them as up (noHealthyBackendsBehavior is AllProbedUp): a backend that fails keeps its part of the connections.'
    : `Every backend is down for ${whole ? 'it' : listed(ports)}: new connections are lost.`;
  return {
    subject: serviceSubject(service),
    severity: stayUp ? 'medium' : inAzure ? 'critical' : 'high',
    title: inAzure
      ? `Health probe of ${name} targets a closed port`
      : `Health probe of ${name} will target a closed port`,
    message: `${itemized(closed.map(textOf))}. ${inAzure ? effect : 'After the next reconcile every backend is down.'}${workingText(service)}`,
    causes: [first.key === undefined ? 'stale-probe-port' : 'probe-port-annotation'],
    evidence: {
      externalTrafficPolicy: service.externalTrafficPolicy,
      ports: closed.map(({ port, probed, inAzure: now, key }) => ({
        ...portEvidence(port),
        probePort: probed,
        inAzure: now,
        ...(key !== undefined && { annotation: key }),
      })),
      portsThatWork: working(service),
    },
    fixes: fixesOf(situation, closed, first),
  };
}

function textOf({ port, probed, inAzure, key }: ClosedProbe): string {
  const who = key === undefined ? '' : ` (annotation ${key})`;
  return `The probe for port ${port.port}/${port.protocol} ${inAzure ? 'targets' : 'will target'} port ${probed} on the nodes${who}, but no node port, host port or daemon opens it`;
}

/** Node ports by the name or number that an annotation may give, and the health check of Local. */
function working(service: LoadBalancerService): readonly string[] {
  const own = service.ports.flatMap(({ name, port, nodePort, protocol }) =>
    nodePort === undefined || protocol !== 'TCP'
      ? []
      : [`${name === '' ? port : name} (node port ${nodePort})`],
  );
  const { healthCheckNodePort: health } = service;
  return service.externalTrafficPolicy === 'Local' && health !== undefined
    ? [`${health} (health check of Local)`, ...own]
    : own;
}

function workingText(service: LoadBalancerService): string {
  const ports = working(service);
  return ports.length === 0 ? '' : ` Ports that would work: ${listed(ports)}.`;
}

function fixesOf(
  situation: Situation,
  closed: readonly ClosedProbe[],
  first: ClosedProbe,
): readonly Fix[] {
  const { service } = situation;
  const keys = closed.flatMap(({ key }) => key ?? []);
  const candidate =
    keys.length > 0
      ? {
          fix: removeServiceAnnotations(
            service,
            keys,
            'Remove the annotation (the cloud provider sets the port)',
            ['the probe then targets the Service’s node port, or the Local health check'],
          ),
          changes: [withoutAnnotations(...keys)],
        }
      : { fix: reconcile(service), changes: [withReconcile] };
  return [withPrediction(situation, candidate, first.port)];
}
