import type { Endpoint } from '../model/index.ts';
import type { PortEndpoints } from './endpoints.ts';
import type { ProbeKind } from './probe-kind.ts';
import type { NodeState } from './cluster-view.ts';
import type { Loss, LossCause } from './types.ts';
import type { UsableEndpoints } from './usable.ts';

/** One entry of a rule's backend pool. */
export interface Backend {
  /** Node name, or what the pool says where it is no node of the cluster. */
  readonly name: string;
  readonly state: NodeState | undefined;
  /** Set by a person on the pool entry: `up` and `down` overrule the probe, `drain` takes no new connections. */
  readonly adminState: string | undefined;
}

export interface Spread {
  readonly shares: ReadonlyMap<Endpoint, number>;
  readonly up: ReadonlySet<Backend>;
  readonly lost: number;
  readonly losses: readonly Loss[];
}

export interface Offer {
  readonly backends: readonly Backend[];
  readonly probe: ProbeKind;
  readonly local: boolean;
  readonly endpoints: PortEndpoints;
  readonly usable: UsableEndpoints;
}

/**
 * Spreads the new connections of one frontend port: evenly over the backends that are up, then
 * evenly over the endpoints that kube-proxy may use there (load-balancing.md §11, share-model.md 1–6).
 * Counts are summed before they are divided, so that the order of inputs cannot change a digit.
 */
export function spread(offer: Offer): Spread {
  const up = new Set(offer.backends.filter((backend) => isUp(backend, offer)));
  if (up.size === 0) return { shares: new Map(), up, lost: 1, losses: [] };
  const backendsByEndpoints = new Map<readonly Endpoint[], number>();
  const backendsByLoss = new Map<LossCause, number>();
  for (const backend of up) {
    const answer = deliver(backend, offer);
    if (typeof answer === 'string') count(backendsByLoss, answer);
    else count(backendsByEndpoints, answer);
  }
  const shares = new Map<Endpoint, number>();
  for (const [endpoints, backends] of backendsByEndpoints) {
    const each = backends / (up.size * endpoints.length);
    for (const endpoint of endpoints) shares.set(endpoint, (shares.get(endpoint) ?? 0) + each);
  }
  const losses = lossOrder.flatMap((cause): Loss[] => {
    const backends = backendsByLoss.get(cause);
    return backends === undefined ? [] : [{ cause, share: backends / up.size, backends }];
  });
  const lostBackends = losses.reduce((sum, loss) => sum + loss.backends, 0);
  return { shares, up, lost: lostBackends / up.size, losses };
}

const lossOrder: readonly LossCause[] = [
  'probe-answers-without-endpoints',
  'no-probe',
  'stale-member',
  'node-not-ready',
  'no-kube-proxy',
];

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function isUp(backend: Backend, offer: Offer): boolean {
  if (backend.adminState === 'up') return true;
  if (backend.adminState === 'down' || backend.adminState === 'drain') return false;
  if (offer.probe === 'none') return true;
  const { state } = backend;
  if (state === undefined || !state.ready || !state.kubeProxy) return false;
  switch (offer.probe) {
    case 'health-check':
      return offer.endpoints.nodesWithReady.has(state.node.name);
    case 'kube-proxy':
      return !state.leaving;
    case 'service':
      return offer.local ? offer.usable.on(state.node).length > 0 : offer.usable.any;
  }
}

/** The endpoints that a backend hands its connections to, or why it loses them. */
function deliver({ state }: Backend, offer: Offer): readonly Endpoint[] | LossCause {
  if (state === undefined) return 'stale-member';
  if (!state.ready) return 'node-not-ready';
  if (!state.kubeProxy) return 'no-kube-proxy';
  const endpoints = offer.usable.on(state.node);
  if (endpoints.length > 0) return endpoints;
  return offer.probe === 'none' ? 'no-probe' : 'probe-answers-without-endpoints';
}
