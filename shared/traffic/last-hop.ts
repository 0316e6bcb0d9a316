import {
  admitsEverybody,
  isAdmitted,
  isTakenByAddress,
  parseIp,
  poolsOfRule,
  reachOf,
  type Listener,
} from '../load-balancing/index.ts';
import {
  addressInAzure,
  closedNodes,
  wantedOfClients,
  wantedOfProbe,
  type GuardedPath,
  type NodesByClass,
  type PodGate,
} from '../facts/index.ts';
import {
  subjectText,
  type BackendPool,
  type IpFamily,
  type Node,
  type NodeName,
  type Probe,
  type Reason,
  type Tristate,
} from '../model/index.ts';
import type { BackendSet } from './backends.ts';
import { endpointsOf, type PortEndpoint, type PortEndpoints } from './endpoints.ts';
import type { LastHop, Situation } from './situation.ts';
import { nobodyKnows, type ProbedPort } from './probe-kind.ts';
import type { Admitted } from './distribute-connections.ts';
import { clusterEndpoints, localEndpoints } from './usable.ts';

/** What there is to know of the probe of a port before its target can be told. */
export function probedPort(
  { lastHop }: Situation,
  { service, port, family, found }: GuardedPath,
): ProbedPort {
  return {
    service,
    port,
    whoListens: lastHop.whoListens,
    proxied: lastHop.proxied(found, service.uid),
    forwards: (listener) => forwards(lastHop, listener, family),
  };
}

/** On which nodes a port of another Service has somebody to hand on to. */
function forwards(
  { slicesOf }: LastHop,
  listener: Extract<Listener, { kind: 'node-port' | 'health-check' }>,
  family: IpFamily,
): (node: Node) => Tristate {
  const { service } = listener;
  const slices = slicesOf(subjectText(service));
  if (listener.kind === 'health-check') {
    const [port] = service.ports;
    const ready =
      port === undefined ? new Set<NodeName>() : endpointsOf(slices, port, family).nodesWithReady;
    return ({ name }) => (ready.has(name) ? 'yes' : 'no');
  }
  const { all } = endpointsOf(slices, listener.port, family);
  const usable =
    service.externalTrafficPolicy === 'Local' ? localEndpoints(all) : clusterEndpoints(all, 'none');
  return (node) => (usable.on(node).length > 0 ? 'yes' : 'no');
}

/** Nodes whose network security groups keep the probe, or every client, out. */
export interface ClosedNodes {
  readonly probe: ReadonlySet<NodeName>;
  readonly clients: ReadonlySet<NodeName>;
}

/** The members of a rule's pools that its groups close, as far as they were read. */
export function closedTo(
  situation: Situation,
  path: GuardedPath,
  pools: readonly BackendPool[],
  probe: Probe | undefined,
): ClosedNodes {
  const { classes } = situation.lastHop;
  const blocked = { probe: new Set<NodeName>(), clients: new Set<NodeName>() };
  for (const pool of pools) {
    const members = classes.membersOf(pool);
    const clients = closedNodes(members, wantedOfClients(situation, path, members));
    for (const name of clients) blocked.clients.add(name);
    if (probe === undefined) continue;
    for (const name of closedNodes(members, wantedOfProbe(probe.port, path.family)))
      blocked.probe.add(name);
  }
  return blocked;
}

/**
 * Does anybody take the packets of a rule? With a floating IP they keep the address of the frontend,
 * which kube-proxy must know; else they go to a port of the node, which must be this port's own.
 */
export function packetsTaken(
  situation: Situation,
  { service, port, found }: GuardedPath,
): { readonly answer: Tristate } & Reason {
  const { rule } = found;
  if (rule.floatingIp) {
    const address = addressInAzure(situation, found);
    // An address that was not read is taken to be the Service's own.
    const answer = address === undefined ? 'yes' : isTakenByAddress(service, address);
    return { answer, why: '' };
  }
  const wanted = rule.backendPort ?? 0;
  const where = `port ${wanted} on the nodes`;
  if (wanted === port.nodePort) return { answer: 'yes', why: '' };
  // One rule for all ports keeps the port that it was asked for.
  if (wanted === 0)
    return { answer: 'unknown', why: 'the rule covers all ports, without floating IP' };
  const listener = situation.lastHop.whoListens(wanted, port.protocol);
  if (listener.kind === 'unknown') return { answer: 'unknown', ...nobodyKnows(listener, where) };
  return listener.kind === 'host'
    ? { answer: 'unknown', why: `packets go to ${where}, where ${listener.what} may listen` }
    : { answer: 'no', why: '' };
}

type Gates =
  | { readonly kind: 'known'; readonly admitted: ReadonlyMap<PortEndpoint, Admitted> }
  | ({ readonly kind: 'unknown' } & Reason);

/**
 * What NetworkPolicies let in to each endpoint: under Local the clients themselves, under Cluster the
 * nodes, whose address packets then carry; a node always reaches its own pods.
 */
export function admittedTo(
  { policies }: LastHop,
  situation: Situation,
  path: GuardedPath,
  given: { readonly endpoints: PortEndpoints; readonly backends: BackendSet },
): Gates {
  const admitted = new Map<PortEndpoint, Admitted>();
  const known = new Map<string, Admitted | undefined | { readonly unknown: string }>();
  for (const endpoint of given.endpoints.all) {
    if (!endpoint.ready && !endpoint.serving) continue;
    const gate = policies.gate(path.service, endpoint, path.port.protocol);
    if (gate.kind === 'open') continue;
    if (gate.kind === 'unknown') return gate;
    const key = `${endpoint.targetPort} ${[...gate.target.labels].join()}`;
    const result = known.has(key)
      ? known.get(key)
      : admittedThrough(gate, situation, path, given.backends);
    known.set(key, result);
    if (result === undefined) continue;
    if ('unknown' in result) return { kind: 'unknown', why: result.unknown };
    admitted.set(endpoint, result);
  }
  return { kind: 'known', admitted };
}

/** `undefined` = everything gets in. */
function admittedThrough(
  { inputs, target, policies }: Extract<PodGate, { kind: 'guarded' }>,
  situation: Situation,
  path: GuardedPath,
  backends: BackendSet,
): Admitted | undefined | { readonly unknown: string } {
  const { service, family } = path;
  const names = policies.map(({ namespace, name }) => `${namespace}/${name}`).join(', ');
  const unknown = { unknown: `what NetworkPolicies ${names} allow is not known` };
  if (service.externalTrafficPolicy === 'Local') {
    const [pool] = poolsOfRule(path.found);
    const receivers: NodesByClass =
      pool === undefined ? new Map() : situation.lastHop.classes.membersOf(pool);
    const clients = wantedOfClients(situation, path, receivers);
    const [first] = receivers.keys();
    const wanted = first === undefined ? undefined : clients(first);
    if (wanted === undefined) return undefined;
    switch (reachOf(inputs, target, family, wanted.clients)) {
      case 'none':
        return { from: new Set(), ownNode: false };
      case 'unknown':
        return policies.some(({ unreadable }) => unreadable !== undefined) ? unknown : undefined;
      case 'all':
      case 'some':
        return undefined;
    }
  }
  const from = new Set<NodeName>();
  let all = true;
  for (const { state } of backends.all) {
    if (state === undefined) continue;
    const { name, internalIps } = state.node;
    const address = internalIps.map(parseIp).find((each) => each?.family === family);
    const answer =
      address === undefined ? 'unknown' : isAdmitted(inputs, target, { kind: 'address', address });
    const byRange =
      answer === 'yes' && situation.lastHop.policies.cilium && !admitsEverybody(policies, target);
    if (answer === 'unknown') return unknown;
    if (byRange)
      return {
        unknown: `NetworkPolicies ${names} allow nodes by address range, which Cilium does not match for nodes`,
      };
    if (answer === 'yes') from.add(name);
    else all = false;
  }
  return all ? undefined : { from, ownNode: true };
}
