import {
  answers,
  lossAt,
  standingOf,
  type Backend,
  type BackendSet,
  type Standing,
} from './backends.ts';
import type { ObservedBackends } from './observed.ts';
import type { PortEndpoint, PortEndpoints } from './endpoints.ts';
import type { ProbeKind } from './probe-kind.ts';
import type { Loss, LossCause } from './types.ts';
import type { UsableEndpoints } from './usable.ts';

export interface Spread {
  readonly shares: ReadonlyMap<PortEndpoint, number>;
  /** Backends that are up. */
  readonly up: number;
  readonly lost: number;
  readonly losses: readonly Loss[];
}

export interface Offer {
  readonly backends: BackendSet;
  readonly probe: ProbeKind;
  readonly local: boolean;
  readonly endpoints: PortEndpoints;
  readonly usable: UsableEndpoints;
  /** Azure's own word for the backends of this rule, where it was read: it overrules the probe. */
  readonly observed?: ObservedBackends;
}

/**
 * Spreads the new connections of one frontend port: evenly over the backends that are up, then
 * evenly over the endpoints that kube-proxy may use there (load-balancing.md §11, share-model.md 1–6).
 * Counts are summed before they are divided, so that the order of inputs cannot change a digit.
 */
export function spread(offer: Offer): Spread {
  const up = standing(offer);
  if (up.total === 0) return { shares: new Map(), up: 0, lost: 1, losses: [] };
  const deliveries = deliver(up.serving, offer);
  const shares = new Map<PortEndpoint, number>();
  let delivering = 0;
  for (const [endpoints, backends] of deliveries) {
    delivering += backends;
    const each = backends / (up.total * endpoints.length);
    for (const endpoint of endpoints) shares.set(endpoint, (shares.get(endpoint) ?? 0) + each);
  }
  const idle = offer.probe === 'none' ? 'no-probe' : 'probe-answers-without-endpoints';
  const losing = new Map([...up.losing, [idle, up.serving.length - delivering] as const]);
  const losses = lossOrder.flatMap((cause): readonly Loss[] => {
    const backends = losing.get(cause) ?? 0;
    return backends === 0 ? [] : [{ cause, share: backends / up.total, backends }];
  });
  return { shares, up: up.total, lost: (up.total - delivering) / up.total, losses };
}

const lossOrder: readonly LossCause[] = [
  'probe-answers-without-endpoints',
  'no-probe',
  'stale-member',
  'node-not-ready',
  'no-kube-proxy',
];

/** The backends that are up: common to all Services, or the few where this one has endpoints. */
function standing(offer: Offer): Standing {
  const { backends, probe } = offer;
  if (offer.observed !== undefined)
    return standingOf(backends.all.filter((backend) => isUp(backend, offer)));
  if (probe === 'none' || probe === 'kube-proxy') return backends.standing(probe);
  if (probe === 'service' && !offer.local && offer.usable.any) return backends.standing('service');
  const hosts = new Set([...offer.endpoints.nodesWithReady, ...(offer.usable.nodes ?? [])]);
  const near = [...hosts].flatMap((node) => backends.byNode.get(node) ?? []);
  const candidates = new Set([...near, ...backends.byHand]);
  return standingOf([...candidates].filter((backend) => isUp(backend, offer)));
}

/** Whether a backend is up: by Azure's own word where there is one (share-model.md 12). */
export function isUp(backend: Backend, offer: Offer): boolean {
  return offer.observed?.of(backend.name)?.up ?? isPredictedUp(backend, offer);
}

/** Whether a backend is up for the probe as it stands in Azure (share-model.md 2). */
export function isPredictedUp(backend: Backend, offer: Offer): boolean {
  const { probe } = offer;
  if (probe === 'none' || probe === 'kube-proxy') return answers(backend, probe);
  if (!answers(backend, 'service')) return false;
  const { adminState, state } = backend;
  if (adminState === 'up' || state === undefined) return true;
  if (probe === 'health-check') return offer.endpoints.nodesWithReady.has(state.node.name);
  return offer.local ? offer.usable.on(state.node).length > 0 : offer.usable.any;
}

/** How many backends hand their connections to which endpoints; those without any are in none. */
function deliver(
  serving: readonly Backend[],
  { backends, usable, ...offer }: Offer,
): ReadonlyMap<readonly PortEndpoint[], number> {
  const counts = new Map<readonly PortEndpoint[], number>();
  const add = (endpoints: readonly PortEndpoint[], count: number): void => {
    if (endpoints.length > 0 && count > 0)
      counts.set(endpoints, (counts.get(endpoints) ?? 0) + count);
  };
  if (usable.everywhere !== undefined) add(usable.everywhere, serving.length);
  else if (usable.nodes === undefined)
    for (const { state } of serving) add(state === undefined ? [] : usable.on(state.node), 1);
  else
    for (const node of usable.nodes) {
      const backend = backends.byNode.get(node);
      if (backend?.state === undefined || lossAt(backend) !== undefined) continue;
      if (isUp(backend, { backends, usable, ...offer })) add(usable.on(backend.state.node), 1);
    }
  return counts;
}
