import type { GuardedPath } from '../facts/index.ts';
import { unresolvedIn } from '../facts/membership.ts';
import { poolsOfRule, type FoundRule } from '../load-balancing/index.ts';
import {
  read,
  reasonOf,
  subjectText,
  unread,
  type BackendPool,
  type Probe,
  type Read,
  type Reason,
} from '../model/index.ts';
import { backendSet, type BackendSet } from './backends.ts';
import type { PortInputs } from './distribute-connections.ts';
import type { PortEndpoints } from './endpoints.ts';
import { admittedTo, closedTo, packetsTaken, probedPort, type ClosedNodes } from './last-hop.ts';
import { observedBackends, type ObservedBackends } from './observed.ts';
import { probeOf, probeTarget, type ProbeTarget } from './probe-kind.ts';
import type { LastHop, Situation } from './situation.ts';
import { clusterEndpoints, localEndpoints, type HintMode } from './usable.ts';

/** What is taken for granted where it is not known. */
export interface Assumed {
  /** Whether a port of which nobody says if it answers does answer probes and clients. */
  readonly answers: boolean;
  readonly hints: HintMode;
}

/** A Service port with a rule in Azure, and what decides over its connections. */
export interface RuledPort {
  readonly kind: 'ruled';
  readonly pools: readonly BackendPool[];
  readonly probe: Probe | undefined;
  /** By the model alone. */
  readonly predicted: PortInputs;
  /** With Azure's own health of the backends, where it was read. */
  readonly inputs: PortInputs;
  readonly observed: Read<ObservedBackends> | undefined;
  /** What was assumed of it; absent = nothing. */
  readonly doubt?: Reason;
}

/** Reads what decides over a Service port off its rule, pools, probe and endpoints. */
export function portInputs(
  situation: Situation,
  path: GuardedPath,
  endpoints: PortEndpoints,
  assumed: Assumed,
): RuledPort | ({ readonly kind: 'unknown' } & Reason) {
  const { view, service, lastHop } = situation;
  const { loadBalancer, rule } = path.found;
  const pools = poolsOfRule(path.found);
  const reason =
    whyUnknown(path.found, pools) ?? unresolvedIn(view, pools) ?? whyNoPods(situation, endpoints);
  if (reason !== undefined) return { kind: 'unknown', ...reason };
  const backends = backendSet(view, pools);
  const gates = admittedTo(lastHop, situation, path, { endpoints, backends });
  if (gates.kind === 'unknown') return gates;
  const local = service.externalTrafficPolicy === 'Local';
  const probe = probeOf(loadBalancer, rule);
  const target = probeTarget(probe, probedPort(situation, path));
  const blocked = closedTo(situation, path, pools, probe);
  const partly = closedInPart(lastHop, pools, blocked);
  if (partly !== undefined) return { kind: 'unknown', ...partly };
  const taken = packetsTaken(situation, path);
  const predicted: PortInputs = {
    backends,
    probe: target,
    local,
    endpoints,
    usable: local ? localEndpoints(endpoints.all) : clusterEndpoints(endpoints.all, assumed.hints),
    assumed: assumed.answers,
    allUp: false,
    probeBlocked: blocked.probe,
    clientsBlocked: blocked.clients,
    noListener: taken.answer === 'no' || (taken.answer === 'unknown' && !assumed.answers),
    admitted: gates.admitted,
  };
  const told = observedBackends(view, situation.health, rule);
  const observed = told?.kind === 'read' ? ofThese(told.value, backends) : told;
  const doubt = taken.answer === 'unknown' ? reasonOf(taken) : doubtOf(target, backends);
  return {
    kind: 'ruled',
    pools,
    probe,
    predicted,
    inputs: observed?.kind === 'read' ? { ...predicted, observed: observed.value } : predicted,
    observed,
    ...(doubt !== undefined && { doubt }),
  };
}

/** What Azure says of others than the backends of the rule is no word about them. */
function ofThese(observed: ObservedBackends, { all }: BackendSet): Read<ObservedBackends> {
  return all.length === 0 || all.some(({ name }) => observed.of(name) !== undefined)
    ? read(observed)
    : unread('Azure has no state for any backend of the rule');
}

/** Why it is not known of some backend whether it answers the probe. */
function doubtOf(target: ProbeTarget, { all }: BackendSet): Reason | undefined {
  if (target.kind !== 'elsewhere' || target.closed) return undefined;
  return all.some(({ state }) => state !== undefined && target.answers(state.node) === 'unknown')
    ? reasonOf(target)
    : undefined;
}

/**
 * Known groups close some backends, and groups of others were not read: whether those get everything
 * or nothing is not known (docs/share-model.md).
 */
function closedInPart(
  { classes }: LastHop,
  pools: readonly BackendPool[],
  { probe, clients }: ClosedNodes,
): Reason | undefined {
  if (probe.size + clients.size === 0) return undefined;
  for (const pool of pools)
    for (const [{ unread: reasons }, nodes] of classes.membersOf(pool))
      if (
        reasons[0] !== undefined &&
        !nodes.every(({ name }) => probe.has(name) || clients.has(name))
      )
        return reasons[0];
  return undefined;
}

/** Endpoints that are not pods on a node: what takes the traffic is not known (docs/share-model.md). */
function whyNoPods({ service, slices }: Situation, { all }: PortEndpoints): Reason | undefined {
  const { selector } = service;
  const name = subjectText(service);
  const managed = selector !== undefined && selector.size > 0;
  // Whatever their port is called: a controller that takes the traffic itself names it as it likes.
  if (!managed && slices.some(({ endpoints }) => endpoints.length > 0))
    return {
      why: `${name} has no selector: the destination of its endpoints’ traffic is not known`,
    };
  const used = all.filter(({ ready, serving }) => ready || serving);
  const other = used.find(({ pod, node }) => pod === undefined || node === undefined);
  return other === undefined
    ? undefined
    : {
        why: `endpoint ${other.address} of ${name} is not a pod on a node: the destination of its traffic is not known`,
      };
}

/** What of a rule leads nowhere, or is of a kind of load balancer that this model does not know. */
function whyUnknown(
  { loadBalancer, rule }: FoundRule,
  pools: readonly BackendPool[],
): Reason | undefined {
  if (!['basic', 'standard'].includes(loadBalancer.sku))
    return {
      why: `load balancer ${loadBalancer.name} has SKU ${loadBalancer.sku}, which is not a known value`,
    };
  if (pools.length < rule.backendPoolIds.length)
    return { why: `rule ${rule.name} refers to a backend pool that does not exist` };
  return rule.probeId !== undefined && probeOf(loadBalancer, rule) === undefined
    ? { why: `rule ${rule.name} refers to a probe that does not exist` }
    : undefined;
}
