import { hasNoRule, ruleFor, unreadableRule, type FoundRule } from '../load-balancing/index.ts';
import { frontendAddress, type GuardedPath } from '../facts/index.ts';
import {
  reasonOf,
  type IpFamily,
  type LoadBalancerService,
  type Reason,
  type ServicePort,
} from '../model/index.ts';
import { listBackends } from './backends.ts';
import { whyNoShare } from './because.ts';
import { distributeConnections, isUp, type Distribution } from './distribute-connections.ts';
import { endpointsOf, type PortEndpoints } from './endpoints.ts';
import { besides, portObservation } from './observation.ts';
import { healthKey } from './observed.ts';
import { portInputs, type Assumed, type RuledPort } from './port-inputs.ts';
import { probeSummary } from './probe-kind.ts';
import type { Situation } from './situation.ts';
import type { BackendShare, EndpointShare, PortTraffic } from './types.ts';
import { tolerance, verdictOf } from './verdict.ts';

/**
 * Who gets the connections of one port of a Service in one family. `unknown` where something that was
 * not read would decide the verdict.
 */
export function portTraffic(
  situation: Situation,
  port: ServicePort,
  family: IpFamily,
): PortTraffic {
  const { doubt } = situation.view;
  const traffic = judgedPort(situation, port, family);
  if (doubt === undefined || traffic.verdict === 'unknown') return traffic;
  // Shares are as if kube-proxy ran, unless the verdict hangs on it.
  const without = judgedPort({ ...situation, view: doubt.without }, port, family);
  return without.verdict === traffic.verdict
    ? traffic
    : unknownPort(situation.service, port, family, doubt);
}

/** The same with kube-proxy as the view has it: both outcomes of each assumption must agree. */
function judgedPort(situation: Situation, port: ServicePort, family: IpFamily): PortTraffic {
  const { service, lastHop } = situation;
  const followed = lastHop.hintsOf(service);
  const hints = typeof followed === 'string' ? followed : 'zones';
  const first = assumedPort(situation, port, family, { answers: true, hints });
  const { doubt } = first;
  if (doubt !== undefined) {
    const other = assumedPort(situation, port, family, { answers: false, hints }).traffic;
    if (!isSame(first.traffic, other)) return unknownPort(service, port, family, doubt);
  }
  if (typeof followed === 'string') return first.traffic;
  const without = assumedPort(situation, port, family, { answers: true, hints: 'none' }).traffic;
  if (isSame(first.traffic, without)) return first.traffic;
  const outcomes = `with Cilium's zone hints the port is ${first.traffic.verdict}, without them ${without.verdict}`;
  const { unknown } = followed;
  return unknownPort(service, port, family, reasonOf(unknown, `${unknown.why}; ${outcomes}`));
}

function isSame(a: PortTraffic, b: PortTraffic): boolean {
  return (
    a.verdict === b.verdict &&
    a.endpoints.every(
      ({ share }, index) => Math.abs(share - (b.endpoints[index]?.share ?? 0)) < tolerance,
    )
  );
}

interface JudgedPort {
  readonly traffic: PortTraffic;
  /** What was assumed. */
  readonly doubt?: Reason;
}

function assumedPort(
  situation: Situation,
  port: ServicePort,
  family: IpFamily,
  assumed: Assumed,
): JudgedPort {
  const { service } = situation;
  const endpoints = endpointsOf(situation.slices, port, family);
  const found = ruleFor(situation.rules, port, family);
  if (found === undefined) {
    const why = unreadableRule(situation.loadBalancers, service);
    return {
      traffic:
        why === undefined
          ? withoutRule(situation, port, family, endpoints)
          : unknownPort(service, port, family, { why }),
    };
  }
  const path = { service, port, family, found };
  const ruled = portInputs(situation, path, endpoints, assumed);
  if (ruled.kind === 'unknown') return { traffic: unknownPort(service, port, family, ruled) };
  const { doubt } = ruled;
  const treated = ruled.probe?.upWhenAllDown === true && isAllDown(ruled);
  // What becomes then of backends that somebody set up, down or draining is not published.
  if (treated && ruled.observed?.kind !== 'read' && ruled.predicted.backends.byHand.length > 0)
    return { traffic: unknownPort(service, port, family, { why: upWhenAllDown }) };
  return {
    traffic: ruledTraffic(situation, path, treated ? withAllUp(ruled) : ruled),
    ...(doubt !== undefined && { doubt }),
  };
}

/** Why nothing is said of a port whose backends are all down. */
const upWhenAllDown =
  'all backends are down for its probe, Azure then treats them as up (noHealthyBackendsBehavior is AllProbedUp), and the admin state of some is set';

/** By the model's own word. */
function isAllDown({ predicted }: RuledPort): boolean {
  return predicted.backends.all.length > 0 && distributeConnections(predicted).up === 0;
}

function withAllUp(ruled: RuledPort): RuledPort {
  const { predicted, inputs } = ruled;
  return {
    ...ruled,
    predicted: { ...predicted, allUp: true },
    inputs: { ...inputs, allUp: true },
  };
}

/** The row of a port with a rule. */
function ruledTraffic(situation: Situation, path: GuardedPath, ruled: RuledPort): PortTraffic {
  const { service, port, family, found } = path;
  const { pools, probe, predicted, observed } = ruled;
  const result = distributeConnections(ruled.inputs);
  const shares = endpointShares(situation, found, ruled, result);
  const frontend = frontendAddress(situation, service, found, family);
  const notJudged = situation.lastHop.notJudged(pools);
  return {
    ...portIdentity(service, port, family),
    // One that is left over, or a rule for all ports, takes connections all the same.
    ruleDisabled: false,
    loadBalancer: { name: found.loadBalancer.name, sku: found.loadBalancer.sku },
    ...(frontend !== undefined && { frontend }),
    rule: found.rule.name,
    ruleId: found.rule.id,
    ...(probe !== undefined && { healthKey: healthKey(found.rule) }),
    ...(observed?.kind === 'read' && { observed: portObservation(observed.value, predicted) }),
    ...(observed?.kind === 'unread' && { notVerified: observed.why }),
    ...(pools[0] !== undefined && { backendPool: pools[0].name }),
    ...(probe !== undefined && { probe: probeSummary(probe) }),
    verdict: verdictOf(shares, result.lost),
    ...(notJudged !== undefined && { clientsNotJudged: notJudged }),
    lost: result.lost,
    losses: result.losses,
    backends: backendShares(situation, ruled, result.up),
    backendTotals: { members: predicted.backends.all.length, up: result.up },
    endpoints: shares,
  };
}

function endpointShares(
  { view, service }: Situation,
  { loadBalancer }: FoundRule,
  { inputs, pools }: RuledPort,
  { shares, up }: Distribution,
): readonly EndpointShare[] {
  const entry = { loadBalancer, pool: pools[0], inputs, up };
  return inputs.endpoints.all.map((endpoint) => {
    const share = shares.get(endpoint) ?? 0;
    return {
      pod: endpoint.pod ?? endpoint.address,
      node: endpoint.node,
      nodePool: endpoint.node === undefined ? undefined : view.nodes.get(endpoint.node)?.nodePool,
      ready: endpoint.ready,
      share,
      ...(share === 0 && whyNoShare(view, service, endpoint, entry, shares.size > 0)),
    };
  });
}

function backendShares(
  { view }: Situation,
  { inputs, predicted, observed }: RuledPort,
  count: number,
): readonly BackendShare[] {
  const up = {
    count,
    is: (backend: Parameters<typeof isUp>[0]) => isUp(backend, inputs),
    ...(observed?.kind === 'read' && {
      beside: (backend: Parameters<typeof isUp>[0]) => besides(backend, predicted, observed.value),
    }),
  };
  return listBackends(view, inputs.backends, up, inputs.endpoints);
}

/** A port without a load-balancing rule: everything offered to it is lost (docs/share-model.md). */
function withoutRule(
  { view, service }: Situation,
  port: ServicePort,
  family: IpFamily,
  endpoints: PortEndpoints,
): PortTraffic {
  const identity = portIdentity(service, port, family);
  return {
    ...identity,
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
      ...(endpoint.ready && identity.ruleDisabled && { cause: 'rule-disabled' as const }),
    })),
  };
}

/** A port of which nothing can be said, and why. */
export function unknownPort(
  service: LoadBalancerService,
  port: ServicePort,
  family: IpFamily,
  reason: Reason,
): PortTraffic {
  return {
    ...portIdentity(service, port, family),
    verdict: 'unknown',
    ...reasonOf(reason),
    lost: 0,
    losses: [],
    backends: [],
    backendTotals: { members: 0, up: 0 },
    endpoints: [],
  };
}

function portIdentity(service: LoadBalancerService, port: ServicePort, family: IpFamily) {
  return {
    port: port.port,
    protocol: port.protocol,
    family,
    portName: port.name,
    ruleDisabled: hasNoRule(service.annotations, port.port),
  };
}
