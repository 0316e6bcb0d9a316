import { ruleFor, unreadableRule, type FoundRule } from '../load-balancing/index.ts';
import { frontendAddress } from '../facts/index.ts';
import {
  type BackendPool,
  type IpFamily,
  type LoadBalancerService,
  type ServicePort,
} from '../model/index.ts';
import { backendSet, listBackends, type BackendSet } from './backends.ts';
import { whyNoShare } from './because.ts';
import { endpointsOf, type PortEndpoints } from './endpoints.ts';
import { admittedTo, closedTo, packetsTaken, probedPort } from './last-hop.ts';
import { probeOf, probeSummary, probeTarget, type ProbeTarget } from './probe-kind.ts';
import { besides, observationOf } from './observation.ts';
import { healthKey, observedBackends } from './observed.ts';
import type { Situation } from './situation.ts';
import { isUp, distributeConnections, type PortInputs } from './distribute-connections.ts';
import type { EndpointShare, PortTraffic } from './types.ts';
import { clusterEndpoints, localEndpoints, type HintMode } from './usable.ts';
import { tolerance, verdictOf } from './verdict.ts';

/** Who gets the connections of one port of a Service in one family. */
export function portTraffic(inputs: Situation, port: ServicePort, family: IpFamily): PortTraffic {
  const { doubt } = inputs.view;
  const traffic = judgedPort(inputs, port, family);
  if (doubt === undefined || traffic.verdict === 'unknown') return traffic;
  // Shares are as if kube-proxy ran, unless the verdict hangs on it.
  const without = judgedPort({ ...inputs, view: doubt.without }, port, family);
  return without.verdict === traffic.verdict
    ? traffic
    : unknownPort(inputs.service, port, family, doubt.why);
}

/** What is taken for granted where it is not known. */
interface Assumed {
  /** Does a port answer a probe, of which nobody says? */
  readonly answers: boolean;
  readonly hints: HintMode;
}

function judgedPort(inputs: Situation, port: ServicePort, family: IpFamily): PortTraffic {
  const followed = inputs.lastHop.hintsOf(inputs.service);
  const hints = typeof followed === 'string' ? followed : 'zones';
  const first = assumedPort(inputs, port, family, { answers: true, hints });
  const { doubt } = first;
  if (doubt !== undefined) {
    const other = assumedPort(inputs, port, family, { answers: false, hints }).traffic;
    if (!isSame(first.traffic, other)) return unknownPort(inputs.service, port, family, doubt);
  }
  if (typeof followed === 'string') return first.traffic;
  const without = assumedPort(inputs, port, family, { answers: true, hints: 'none' }).traffic;
  if (isSame(first.traffic, without)) return first.traffic;
  const outcomes = `with Cilium's zone hints the port is ${first.traffic.verdict}, without them ${without.verdict}`;
  return unknownPort(inputs.service, port, family, `${followed.unknown}; ${outcomes}`);
}

function isSame(a: PortTraffic, b: PortTraffic): boolean {
  return (
    a.verdict === b.verdict &&
    Math.abs(a.lost - b.lost) < tolerance &&
    a.endpoints.every(
      ({ share }, index) => Math.abs(share - (b.endpoints[index]?.share ?? 0)) < tolerance,
    )
  );
}

interface Judged {
  readonly traffic: PortTraffic;
  /** What was assumed. */
  readonly doubt?: string;
}

function assumedPort(
  inputs: Situation,
  port: ServicePort,
  family: IpFamily,
  assumed: Assumed,
): Judged {
  const { view, service, lastHop } = inputs;
  const endpoints = endpointsOf(inputs.slices, port, family);
  const found = ruleFor(inputs.rules, port, family);
  const unknown = (why: string): Judged => ({ traffic: unknownPort(service, port, family, why) });
  const unreadable = unreadableRule(inputs.loadBalancers, service);
  if (found === undefined && unreadable !== undefined) return unknown(unreadable);
  if (found === undefined) return { traffic: withoutRule(inputs, port, family, endpoints) };
  const pools = found.loadBalancer.backendPools.filter((pool) =>
    found.rule.backendPoolIds.includes(pool.id),
  );
  const why =
    whyUnknown(found, pools) ??
    pools.flatMap((pool) => view.members(pool).unknown)[0] ??
    whyNoPods(inputs, endpoints);
  if (why !== undefined) return unknown(why);
  const probe = probeOf(found.loadBalancer, found.rule);
  const local = service.externalTrafficPolicy === 'Local';
  const backends = backendSet(view, pools);
  const usable = local
    ? localEndpoints(endpoints.all)
    : clusterEndpoints(endpoints.all, assumed.hints);
  const path = { service, port, family, found };
  const target = probeTarget(probe, probedPort(inputs, path));
  const blocked = closedTo(inputs, path, pools, probe);
  const taken = packetsTaken(inputs, path);
  const gates = admittedTo(lastHop, inputs, path, { endpoints, backends });
  if (gates.kind === 'unknown') return unknown(gates.why);
  const observed = observedBackends(view, inputs.health, found.rule);
  const own: PortInputs = {
    backends,
    probe: target,
    local,
    endpoints,
    usable,
    assumed: assumed.answers,
    probeBlocked: blocked.probe,
    clientsBlocked: blocked.clients,
    noListener: taken.answer === 'no' || (taken.answer === 'unknown' && !assumed.answers),
    admitted: gates.admitted,
  };
  const offer: PortInputs = observed?.kind === 'read' ? { ...own, observed: observed.value } : own;
  const result = distributeConnections(offer);
  const entry = { loadBalancer: found.loadBalancer, pool: pools[0], offer, up: result.up };
  const shares = endpoints.all.map((endpoint): EndpointShare => {
    const share = result.shares.get(endpoint) ?? 0;
    return {
      pod: endpoint.pod ?? endpoint.address,
      node: endpoint.node,
      nodePool: endpoint.node === undefined ? undefined : view.nodes.get(endpoint.node)?.nodePool,
      ready: endpoint.ready,
      share,
      ...(share === 0 && whyNoShare(view, service, endpoint, entry, result.shares.size > 0)),
    };
  });
  const frontend = frontendAddress(inputs, service, found, family);
  const notJudged = lastHop.notJudged(pools);
  const doubt = taken.answer === 'unknown' ? taken.why : doubtOf(target, backends);
  return {
    ...(doubt !== undefined && { doubt }),
    traffic: {
      ...portIdentity(service, port, family),
      loadBalancer: { name: found.loadBalancer.name, sku: found.loadBalancer.sku },
      ...(frontend !== undefined && { frontend }),
      rule: found.rule.name,
      ruleId: found.rule.id,
      ...(probe !== undefined && { healthKey: healthKey(found.rule) }),
      ...(observed?.kind === 'read' && { observed: observationOf(observed.value, own) }),
      ...(observed?.kind === 'unread' && { notVerified: observed.why }),
      ...(pools[0] !== undefined && { backendPool: pools[0].name }),
      ...(probe !== undefined && { probe: probeSummary(probe) }),
      verdict: verdictOf(shares, result.lost),
      ...(notJudged !== undefined && { clientsNotJudged: notJudged }),
      lost: result.lost,
      losses: result.losses,
      backends: listBackends(
        view,
        backends,
        {
          count: result.up,
          is: (backend) => isUp(backend, offer),
          ...(observed?.kind === 'read' && {
            beside: (backend) => besides(backend, own, observed.value),
          }),
        },
        endpoints,
      ),
      backendTotals: { members: backends.all.length, up: result.up },
      endpoints: shares,
    },
  };
}

/** Why it is not known of some backend whether it answers the probe. */
function doubtOf(target: ProbeTarget, { all }: BackendSet): string | undefined {
  if (target.kind !== 'elsewhere' || target.closed) return undefined;
  return all.some(({ state }) => state !== undefined && target.answers(state.node) === 'unknown')
    ? target.why
    : undefined;
}

/** Endpoints that are no pods of a node: what takes the traffic is not known (docs/share-model.md). */
function whyNoPods({ service, slices }: Situation, { all }: PortEndpoints): string | undefined {
  const { selector } = service;
  const name = `${service.namespace}/${service.name}`;
  const managed = selector !== undefined && selector.size > 0;
  // Whatever their port is called: a controller that takes the traffic itself names it as it likes.
  if (!managed && slices.some(({ endpoints }) => endpoints.length > 0))
    return `${name} has no selector: the destination of its endpoints’ traffic is not known`;
  const used = all.filter(({ ready, serving }) => ready || serving);
  const other = used.find(({ pod, node }) => pod === undefined || node === undefined);
  return other === undefined
    ? undefined
    : `endpoint ${other.address} of ${name} is not a pod on a node: the destination of its traffic is not known`;
}

/** What of a rule leads nowhere, or is of a kind of load balancer that this model does not know. */
function whyUnknown(
  { loadBalancer, rule }: FoundRule,
  pools: readonly BackendPool[],
): string | undefined {
  if (!['basic', 'standard'].includes(loadBalancer.sku))
    return `load balancer ${loadBalancer.name} has SKU ${loadBalancer.sku}, which is not a known value`;
  if (pools.length < rule.backendPoolIds.length)
    return `rule ${rule.name} refers to a backend pool that does not exist`;
  return rule.probeId !== undefined && probeOf(loadBalancer, rule) === undefined
    ? `rule ${rule.name} refers to a probe that does not exist`
    : undefined;
}

/** A port without a load-balancing rule: everything offered to it is lost (docs/share-model.md). */
function withoutRule(
  { view, service }: Situation,
  port: ServicePort,
  family: IpFamily,
  endpoints: PortEndpoints,
): PortTraffic {
  return {
    ...portIdentity(service, port, family),
    verdict: 'none',
    lost: 1,
    losses: [],
    backends: [],
    backendTotals: { members: 0, up: 0 },
    endpoints: endpoints.all.map((endpoint) => ({
      pod: endpoint.pod ?? endpoint.address,
      node: endpoint.node,
      nodePool: endpoint.node === undefined ? undefined : view.nodes.get(endpoint.node)?.nodePool,
      ready: endpoint.ready,
      share: 0,
      ...whyNoShare(view, service, endpoint, undefined, false),
    })),
  };
}

/** A port of which nothing can be said, and why. */
export function unknownPort(
  service: LoadBalancerService,
  port: ServicePort,
  family: IpFamily,
  why: string,
): PortTraffic {
  return {
    ...portIdentity(service, port, family),
    verdict: 'unknown',
    why,
    lost: 0,
    losses: [],
    backends: [],
    backendTotals: { members: 0, up: 0 },
    endpoints: [],
  };
}

function portIdentity(service: LoadBalancerService, port: ServicePort, family: IpFamily) {
  const disabled = service.annotations.get(
    `service.beta.kubernetes.io/port_${port.port}_no_lb_rule`,
  );
  return {
    port: port.port,
    protocol: port.protocol,
    family,
    portName: port.name,
    ruleDisabled: disabled?.toLowerCase() === 'true',
  };
}
