import { poolsOfRule, reachOf, ruleFor } from '../../load-balancing/index.ts';
import { unjudged, wantedOfClients } from '../../facts/index.ts';
import { azureServices } from '../../facts/services.ts';
import { yaml } from '../../fixes/commands.ts';
import type { Fix } from '../../fixes/fix.ts';
import { withPrediction } from '../../fixes/outcome.ts';
import { distinct, portsText } from '../../fixes/text.ts';
import {
  listed,
  percent,
  serviceSubject,
  subjectText,
  type LoadBalancerService,
  type NetworkPolicy,
} from '../../model/index.ts';
import {
  hostsOfServices,
  endpointsOf,
  portKey,
  situations,
  traffic as trafficFact,
  unknownServices,
  withoutPolicies,
  type PortTraffic,
  type ServiceTraffic,
  type Situation,
} from '../../traffic/index.ts';
import { defineRule, portEvidence, type Explained, type Fault, type Unjudged } from '../rule.ts';
import { withHosts } from '../hosts-behind.ts';

/**
 * Finds Services whose pods are closed to their clients by NetworkPolicies. Under Local packets carry
 * the client's address, under Cluster that of the node on which they came in.
 */
export const policyBlocksClients = defineRule(
  {
    id: 'network/policy-blocks-clients',
    title: 'NetworkPolicies block client traffic to a Service',
    why: 'Packets are dropped in front of the pod: connections time out although pods and probes are healthy.',
    remedy: 'Allow the clients (Local) or the node addresses (Cluster) to the pods’ port.',
    severity: 'high',
    source: 'Kubernetes: NetworkPolicy; source addresses behind Services',
  },
  {
    needs: ['services', 'loadBalancers', 'nodes', 'endpointSlices', situations, trafficFact],
    fixes: [hostsOfServices],
  },
  ({ services, situations: { of }, traffic, hostsOfServices: hosts }) => {
    const faults: Fault[] = [];
    const explained: Explained[] = [];
    const unknown: Unjudged[] = [];
    const shares = new Map(traffic.map((each) => [subjectText(each), each]));
    for (const service of azureServices(services)) {
      const situation = of(service);
      const own = shares.get(subjectText(service));
      const { unread } = situation.lastHop.policies;
      if (unread !== undefined) unknown.push(...unjudged([service], unread));
      const fault = own === undefined ? undefined : faultOf(situation, own);
      if (fault !== undefined) faults.push(withHosts(hosts, service, fault));
      else if (own !== undefined && unread === undefined) unknown.push(...unknownServices([own]));
      if (own !== undefined) explained.push(...deadAnyway(situation, own));
    }
    return { faults, explained, unknown };
  },
);

/** Ports behind policies to which nothing comes that they could block. */
function deadAnyway(situation: Situation, { ports }: ServiceTraffic): readonly Explained[] {
  const dead = ports.filter(
    (port) =>
      port.verdict === 'none' &&
      closingOf(situation, port).length === 0 &&
      gatedOf(situation, port).length > 0,
  );
  const by = ['network/nsg-blocks-service', 'network/nsg-blocks-probe', 'traffic/no-traffic'];
  return dead.length === 0
    ? []
    : [{ subject: serviceSubject(situation.service), by, ports: dead.map(portKey) }];
}

interface PolicyBlock {
  readonly port: PortTraffic;
  readonly policies: readonly NetworkPolicy[];
  /** Pods that policies close to some of what is sent to them, and those that serve at all. */
  readonly closed: readonly string[];
  readonly serving: number;
  readonly lost: number;
  /** Clients are turned away, but not all of them. */
  readonly some: boolean;
}

function closingsOf(situation: Situation, { ports }: ServiceTraffic): readonly PolicyBlock[] {
  return ports.flatMap((port) => closingOf(situation, port));
}

function servingOf({ service, slices }: Situation, { port, protocol, family }: PortTraffic) {
  const own = service.ports.find((each) => each.port === port && each.protocol === protocol);
  const serving =
    own === undefined ? [] : endpointsOf(slices, own, family).all.filter(({ ready }) => ready);
  return { own, serving };
}

/** Ready endpoints behind policies. */
function gatedOf(situation: Situation, port: PortTraffic) {
  const { service, lastHop } = situation;
  return servingOf(situation, port).serving.flatMap((endpoint) => {
    const gate = lastHop.policies.gate(service, endpoint, port.protocol);
    return gate.kind === 'guarded' ? [{ endpoint, gate }] : [];
  });
}

function closingOf(situation: Situation, port: PortTraffic): readonly PolicyBlock[] {
  const { service, rules } = situation;
  const { own, serving } = servingOf(situation, port);
  const found = own === undefined ? undefined : ruleFor(rules, own, port.family);
  if (own === undefined || found === undefined || port.verdict === 'unknown') return [];
  const gated = gatedOf(situation, port);
  const policies = [...new Set(gated.flatMap(({ gate }) => gate.policies))];
  const lost = port.losses.find(({ cause }) => cause === 'policy-blocks-clients')?.share ?? 0;
  const pods = new Set(
    port.endpoints.flatMap(({ pod, because }) =>
      because === 'policy-blocks-clients' ? [pod] : [],
    ),
  );
  const base = { port, policies, serving: serving.length, lost };
  if (lost > 0 || pods.size > 0) {
    const local = service.externalTrafficPolicy === 'Local';
    const names = gated.map(({ endpoint }) => endpoint.pod ?? endpoint.address);
    return [{ ...base, closed: local ? names.filter((pod) => pods.has(pod)) : names, some: false }];
  }
  const path = { service, port: own, family: port.family, found };
  const partly = gated.filter(({ gate }) => turnsSomeAway(situation, path, gate));
  return partly.length === 0
    ? []
    : [{ ...base, closed: partly.map(({ endpoint }) => endpoint.pod ?? ''), some: true }];
}

type Path = Parameters<typeof wantedOfClients>[1];
type GuardedPods = Extract<
  ReturnType<Situation['lastHop']['policies']['gate']>,
  { kind: 'guarded' }
>;

function turnsSomeAway(situation: Situation, path: Path, { inputs, target }: GuardedPods): boolean {
  if (path.service.externalTrafficPolicy !== 'Local') return false;
  const [pool] = poolsOfRule(path.found);
  if (pool === undefined) return false;
  const receivers = situation.lastHop.classes.membersOf(pool);
  const [first] = receivers.keys();
  const wanted =
    first === undefined ? undefined : wantedOfClients(situation, path, receivers)(first);
  return wanted !== undefined && reachOf(inputs, target, path.family, wanted.clients) === 'some';
}

function faultOf(situation: Situation, traffic: ServiceTraffic): Fault | undefined {
  const { service } = situation;
  const all = closingsOf(situation, traffic);
  const hard = all.filter(({ some }) => !some);
  const shown = hard.length > 0 ? hard : all;
  const [first] = shown;
  if (first === undefined) return undefined;
  const partly = hard.length === 0;
  const local = service.externalTrafficPolicy === 'Local';
  const name = subjectText(service);
  const policies = distinct(shown.flatMap((each) => each.policies).map(subjectText));
  const whole = hard.some(({ closed, serving }) => closed.length === serving);
  const where = portsText(
    shown.map(({ port }) => port),
    service.ipFamilies.length,
  );
  const one = policies.length === 1;
  return {
    subject: serviceSubject(service),
    severity: partly ? 'low' : whole ? 'critical' : 'high',
    title: partly
      ? `NetworkPolicies block some clients of ${name}`
      : `NetworkPolicies block ${local ? 'client traffic' : 'traffic from other nodes'} to ${whole ? 'all pods' : 'pods'} of ${name}`,
    message: `${one ? 'NetworkPolicy' : 'NetworkPolicies'} ${listed(policies)} ${one ? 'applies' : 'apply'} to the pods behind ${where} of ${name} and ${one ? 'does' : 'do'} not allow ${partly ? 'all of ' : ''}${local ? 'its clients' : 'the addresses of the nodes'}. ${lossText(shown, partly, local)}`,
    causes: [partly ? 'policy-narrows-clients' : 'policy-blocks-clients'],
    evidence: {
      externalTrafficPolicy: service.externalTrafficPolicy,
      policies,
      ports: shown.map(portRow),
    },
    fixes: [
      withPrediction(
        situation,
        { fix: letIn(service, situation), changes: [withoutPolicies] },
        first.port,
      ),
    ],
  };
}

function lossText(closings: readonly PolicyBlock[], partly: boolean, local: boolean): string {
  if (partly) return 'Some clients are blocked; the others are not affected.';
  const lost = Math.max(...closings.map((each) => each.lost));
  return `${percent(lost)} of the new connections are lost${local ? '' : ': a node reaches only its own pods'}.`;
}

function portRow({ port, closed, serving, lost }: PolicyBlock) {
  return {
    ...portEvidence(port),
    verdict: port.verdict,
    closedPods: closed.length,
    readyPods: serving,
    lost,
  };
}

/** One more policy: they add up, and none takes away what another gives. */
function letIn(service: LoadBalancerService, { slices }: Situation): Fix {
  const { namespace, name, selector = new Map<string, string>() } = service;
  const labels = [...selector].map(
    ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  const ports = distinct(
    slices.flatMap((slice) =>
      slice.ports.flatMap(({ port, protocol }) =>
        port === undefined ? [] : [`{ protocol: ${protocol}, port: ${port} }`],
      ),
    ),
  );
  return {
    title: 'Allow all sources to the pods’ ports (additional NetworkPolicy)',
    steps: [
      yaml(
        [
          'apiVersion: networking.k8s.io/v1',
          'kind: NetworkPolicy',
          `metadata: { name: ${JSON.stringify(`allow-${name}`)}, namespace: ${JSON.stringify(namespace)} }`,
          'spec:',
          `  podSelector: { matchLabels: { ${labels.join(', ')} } }`,
          '  policyTypes: [Ingress]',
          `  ingress: [{ ports: [${ports.slice(0, 20).join(', ')}] }]`,
        ].join('\n'),
      ),
    ],
    price: [
      'every pod in the cluster can connect to these ports too; restrict it with ipBlock if the client and node addresses are known',
    ],
  };
}
