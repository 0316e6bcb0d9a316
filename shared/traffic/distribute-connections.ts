import type { NodeName } from '../model/index.ts';
import {
  answers,
  lossAt,
  backendStatusOf,
  type Backend,
  type BackendSet,
  type BackendStatus,
} from './backends.ts';
import type { ObservedBackends } from './observed.ts';
import type { PortEndpoint, PortEndpoints } from './endpoints.ts';
import type { ProbeTarget } from './probe-kind.ts';
import type { Loss, LossCause } from './types.ts';
import type { UsableEndpoints } from './usable.ts';

export interface Distribution {
  readonly shares: ReadonlyMap<PortEndpoint, number>;
  /** Backends that are up. */
  readonly up: number;
  readonly lost: number;
  readonly losses: readonly Loss[];
}

/** Which nodes a pod takes packets from, where policies say; its own node always among them. */
export interface Admitted {
  readonly from: ReadonlySet<NodeName>;
  /** Where the client's own address arrives, its node is no way in either. */
  readonly ownNode: boolean;
}

export interface PortInputs {
  readonly backends: BackendSet;
  readonly probe: ProbeTarget;
  readonly local: boolean;
  readonly endpoints: PortEndpoints;
  readonly usable: UsableEndpoints;
  /** Azure's own word for the backends of this rule, where it was read: it overrules the probe. */
  readonly observed?: ObservedBackends;
  /** What is taken for an answer to a probe of which it is not known. */
  readonly assumed: boolean;
  /** All are down for the probe, and its setting makes Azure treat all of them as up. */
  readonly allUp: boolean;
  /** Nodes that the probe does not reach. */
  readonly probeBlocked: ReadonlySet<NodeName>;
  /** Nodes that no client reaches. */
  readonly clientsBlocked: ReadonlySet<NodeName>;
  /** Nobody takes the packets of the rule. */
  readonly noListener: boolean;
  /** Endpoints that do not take everything; the others are not in it. */
  readonly admitted: ReadonlyMap<PortEndpoint, Admitted>;
}

/**
 * Spreads the new connections of one frontend port: evenly over the backends that are up, then
 * evenly over the endpoints that kube-proxy may use there (docs/share-model.md).
 * Counts are summed before they are divided, so that the order of inputs cannot change a digit.
 */
export function distributeConnections(inputs: PortInputs): Distribution {
  const up = backendsUp(inputs);
  if (up.total === 0) return { shares: new Map(), up: 0, lost: 1, losses: [] };
  const shares = new Map<PortEndpoint, number>();
  let delivering = 0;
  let turnedAway = 0;
  for (const [endpoints, backends] of deliver(up.serving, inputs)) {
    delivering += backends.length;
    for (const endpoint of endpoints) {
      const count = arriving(endpoint, backends, inputs);
      turnedAway += (backends.length - count) / endpoints.length;
      if (count === 0) continue;
      const each = count / (up.total * endpoints.length);
      shares.set(endpoint, (shares.get(endpoint) ?? 0) + each);
    }
  }
  const blind = inputs.allUp || inputs.probe.kind === 'none';
  const idle = blind ? 'no-probe' : 'probe-answers-without-endpoints';
  const losing = new Map<LossCause, number>([
    ...up.losing,
    [idle, up.serving.length - delivering],
    ['policy-blocks-clients', turnedAway],
  ]);
  const losses = lossOrder.flatMap((cause): readonly Loss[] => {
    const backends = losing.get(cause) ?? 0;
    if (backends < 1e-9) return [];
    return [{ cause, share: backends / up.total, backends: Math.ceil(backends - 1e-9) }];
  });
  return { shares, up: up.total, lost: (up.total - delivering + turnedAway) / up.total, losses };
}

const lossOrder: readonly LossCause[] = [
  'nsg-blocks-clients',
  'no-listener',
  'probe-answers-without-endpoints',
  'no-probe',
  'stale-member',
  'node-not-ready',
  'no-kube-proxy',
  'policy-blocks-clients',
];

/** How many of the backends get their packets through to an endpoint. */
function arriving(
  endpoint: PortEndpoint,
  backends: readonly Backend[],
  { admitted }: PortInputs,
): number {
  const gate = admitted.get(endpoint);
  if (gate === undefined) return backends.length;
  return backends.filter(
    ({ state }) =>
      state !== undefined &&
      (gate.from.has(state.node.name) || (gate.ownNode && state.node.name === endpoint.node)),
  ).length;
}

/** The backends that are up: common to all Services, or the few where this one has endpoints. */
function backendsUp(inputs: PortInputs): BackendStatus {
  const { backends, probe, probeBlocked, clientsBlocked, noListener, allUp } = inputs;
  const seen = allUp || inputs.observed !== undefined;
  const common = !seen && probeBlocked.size === 0 && clientsBlocked.size === 0 && !noListener;
  if (common && (probe.kind === 'none' || probe.kind === 'kube-proxy'))
    return backends.statusFor(probe.kind);
  if (common && probe.kind === 'service' && !inputs.local && inputs.usable.any)
    return backends.statusFor('service');
  const near =
    !seen && (probe.kind === 'health-check' || (probe.kind === 'service' && inputs.local));
  const candidates = near ? hosts(inputs) : backends.all;
  return backendStatusOf(
    candidates.filter((backend) => isUp(backend, inputs)),
    (backend) => lossOf(backend, inputs),
  );
}

/** Why a backend loses what it takes of this port. */
function lossOf(
  backend: Backend,
  { clientsBlocked, noListener }: PortInputs,
): LossCause | undefined {
  if (backend.state !== undefined && clientsBlocked.has(backend.state.node.name))
    return 'nsg-blocks-clients';
  return noListener ? 'no-listener' : lossAt(backend);
}

/** Backends on which the port has endpoints, and those that somebody set up or down. */
function hosts({ backends, endpoints, usable }: PortInputs): readonly Backend[] {
  const names = new Set([...endpoints.nodesWithReady, ...(usable.nodes ?? [])]);
  const near = [...names].flatMap((node) => backends.byNode.get(node) ?? []);
  return [...new Set([...near, ...backends.byHand])];
}

/** Whether a backend is up: by Azure's own word where there is one (docs/share-model.md). */
export function isUp(backend: Backend, inputs: PortInputs): boolean {
  return inputs.observed?.of(backend.name)?.up ?? isPredictedUp(backend, inputs);
}

/** Whether the model says of a backend if it is up, and does not only assume it. */
export function isPredictionKnown({ adminState, state }: Backend, { probe }: PortInputs): boolean {
  if (probe.kind !== 'elsewhere' || state === undefined || adminState !== undefined) return true;
  return probe.answers(state.node) !== 'unknown';
}

/** Whether a backend is up for the probe as it stands in Azure (docs/share-model.md). */
export function isPredictedUp(backend: Backend, inputs: PortInputs): boolean {
  const { probe, probeBlocked } = inputs;
  // Without a probe nobody asks for the admin state either.
  if (probe.kind === 'none' || inputs.allUp) return true;
  const { adminState, state } = backend;
  if (adminState !== 'up' && state !== undefined && probeBlocked.has(state.node.name)) return false;
  if (probe.kind === 'kube-proxy') return answers(backend, 'kube-proxy');
  if (!answers(backend, 'service')) return false;
  if (adminState === 'up' || state === undefined) return true;
  switch (probe.kind) {
    case 'health-check':
      return inputs.endpoints.nodesWithReady.has(state.node.name);
    case 'service':
      return inputs.local ? inputs.usable.on(state.node).length > 0 : inputs.usable.any;
    case 'elsewhere': {
      const answer = probe.answers(state.node);
      return answer === 'unknown' ? inputs.assumed : answer === 'yes';
    }
  }
}

/** Which backends hand their connections to which endpoints; those without any are in none. */
function deliver(
  serving: readonly Backend[],
  inputs: PortInputs,
): ReadonlyMap<readonly PortEndpoint[], readonly Backend[]> {
  const { backends, usable } = inputs;
  const taking = new Map<readonly PortEndpoint[], Backend[]>();
  const add = (endpoints: readonly PortEndpoint[], backend: Backend): void => {
    const list = taking.get(endpoints);
    if (endpoints.length === 0) return;
    if (list === undefined) taking.set(endpoints, [backend]);
    else list.push(backend);
  };
  if (usable.everywhere !== undefined)
    return usable.everywhere.length === 0 || serving.length === 0
      ? taking
      : new Map([[usable.everywhere, serving]]);
  if (usable.nodes === undefined) {
    for (const backend of serving)
      if (backend.state !== undefined) add(usable.on(backend.state.node), backend);
    return taking;
  }
  for (const node of usable.nodes) {
    const backend = backends.byNode.get(node);
    if (backend?.state === undefined || lossOf(backend, inputs) !== undefined) continue;
    if (isUp(backend, inputs)) add(usable.on(backend.state.node), backend);
  }
  return taking;
}
