import type { PoolMembers } from '../load-balancing/index.ts';
import { compareText, type BackendPool } from '../model/index.ts';
import type { ClusterView, NodeState } from '../facts/index.ts';
import type { PortEndpoints } from './endpoints.ts';
import type { BackendShare, LossCause } from './types.ts';

/** One entry of a rule's backend pool. */
export interface Backend {
  /** Node name, or what the pool says where it is no node of the cluster. */
  readonly name: string;
  readonly state: NodeState | undefined;
  /** Set by a person on the pool entry: `up` and `down` overrule the probe, `drain` takes no new connections. */
  readonly adminState: string | undefined;
}

/** Backends that are up, by what becomes of connections to them. */
export interface BackendStatus {
  readonly total: number;
  /** Those that hand connections on, if they have an endpoint. */
  readonly serving: readonly Backend[];
  readonly losing: ReadonlyMap<LossCause, number>;
}

/** Probes whose answer does not depend on the Service; `service` = some pod of it answers. */
export type CommonProbe = 'none' | 'kube-proxy' | 'service';

/** The distinct entries of a rule's pools, by name; a node that stands there twice counts once. */
export interface BackendSet {
  readonly all: readonly Backend[];
  readonly byNode: ReadonlyMap<string, Backend>;
  /** Those that somebody set up, down or draining. */
  readonly byHand: readonly Backend[];
  /** Worked out once, however many Services share the pool: there may be 5,000 backends for each of 500. */
  statusFor(probe: CommonProbe): BackendStatus;
}

const setsOf = new WeakMap<ClusterView, WeakMap<BackendPool, BackendSet>>();

/** The backends of pools; those of one pool, the usual case, are kept. */
export function backendSet(view: ClusterView, pools: readonly BackendPool[]): BackendSet {
  const [only, second] = pools;
  if (only === undefined || second !== undefined)
    return makeSet(
      view,
      pools.map((pool) => view.members(pool)),
    );
  const kept = setsOf.get(view) ?? new WeakMap<BackendPool, BackendSet>();
  setsOf.set(view, kept);
  const set = kept.get(only) ?? makeSet(view, [view.members(only)]);
  kept.set(only, set);
  return set;
}

function makeSet(view: ClusterView, members: readonly PoolMembers[]): BackendSet {
  const nodes = new Map<string, Backend>();
  const stale = new Map<string, Backend>();
  for (const each of members) {
    for (const { node, adminState } of each.nodes)
      nodes.set(node.name, { name: node.name, state: view.nodes.get(node.name), adminState });
    for (const { name, adminState } of each.stale)
      stale.set(name, { name, state: undefined, adminState });
  }
  const all = [...nodes.values(), ...stale.values()].toSorted((a, b) =>
    compareText(a.name, b.name),
  );
  const statuses = new Map<CommonProbe, BackendStatus>();
  return {
    all,
    byNode: nodes,
    byHand: all.filter((backend) => backend.adminState !== undefined),
    statusFor(probe) {
      const known =
        statuses.get(probe) ?? backendStatusOf(all.filter((each) => answers(each, probe)));
      statuses.set(probe, known);
      return known;
    },
  };
}

/** Whether a backend is up for a probe that asks nothing of the Service's own endpoints (docs/share-model.md). */
export function answers({ adminState, state }: Backend, probe: CommonProbe): boolean {
  // On a rule without a probe the admin state has no effect.
  if (probe === 'none') return true;
  if (adminState === 'up') return true;
  if (adminState === 'down' || adminState === 'drain') return false;
  if (state === undefined || !state.ready || state.kubeProxy === 'no') return false;
  return probe !== 'kube-proxy' || !state.leaving;
}

/** Which of the backends that are up serve, and how many lose what they take, by cause. */
export function backendStatusOf(
  up: readonly Backend[],
  lost: (backend: Backend) => LossCause | undefined = lossAt,
): BackendStatus {
  const losing = new Map<LossCause, number>();
  const serving = up.filter((backend) => {
    const cause = lost(backend);
    if (cause !== undefined) losing.set(cause, (losing.get(cause) ?? 0) + 1);
    return cause === undefined;
  });
  return { total: up.length, serving, losing };
}

/** Why a backend loses what it takes, whatever the Service; `undefined` = it does not. */
export function lossAt({ state }: Backend): LossCause | undefined {
  if (state === undefined) return 'stale-member';
  if (!state.ready) return 'node-not-ready';
  return state.kubeProxy === 'no' ? 'no-kube-proxy' : undefined;
}

/** A report of 5,000 backends for each of 500 Services would be larger than the cluster. */
const maxListedBackends = 200;
/** Where not all are listed, so many of those that have no endpoint. */
const listedWithoutEndpoints = 20;

/**
 * Backends, and nodes with endpoints outside the pool, by name. Of more than {@link maxListedBackends}
 * the first are listed: those that are up and have endpoints, then others with endpoints, then a few of the rest.
 */
export function listBackends(
  view: ClusterView,
  backends: BackendSet,
  up: {
    readonly count: number;
    readonly is: (backend: Backend) => boolean;
    /** What stands beside `up` where Azure was asked. */
    readonly beside?: (backend: Backend) => Pick<BackendShare, 'predictedUp' | 'reason'>;
  },
  { all }: PortEndpoints,
): readonly BackendShare[] {
  const hosts = new Set(all.flatMap(({ node }) => node ?? []));
  const shown = (backend: Backend): BackendShare => ({
    node: backend.name,
    nodePool: backend.state?.nodePool,
    member: true,
    up: up.is(backend),
    share: up.is(backend) ? 1 / up.count : 0,
    ...up.beside?.(backend),
    ...(backend.adminState !== undefined && { adminState: backend.adminState }),
  });
  const hosting = [...hosts].map((node) => {
    const backend = backends.byNode.get(node);
    if (backend !== undefined) return shown(backend);
    const nodePool = view.nodes.get(node)?.nodePool;
    return { node, nodePool, member: false, up: false, share: 0 };
  });
  const first = hosting.toSorted((a, b) => Number(b.up) - Number(a.up) || byNode(a, b));
  const total = backends.all.length + first.filter((each) => !each.member).length;
  const room =
    total <= maxListedBackends
      ? maxListedBackends
      : Math.min(maxListedBackends - first.length, listedWithoutEndpoints);
  const rest: BackendShare[] = [];
  for (const backend of backends.all) {
    if (rest.length >= room) break;
    if (backend.state === undefined || !hosts.has(backend.state.node.name))
      rest.push(shown(backend));
  }
  return [...first.slice(0, maxListedBackends), ...rest].toSorted(byNode);
}

function byNode(a: BackendShare, b: BackendShare): number {
  return compareText(a.node, b.node);
}
