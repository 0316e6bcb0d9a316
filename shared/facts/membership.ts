import type { BackendPool, Node, NodeName, Reason } from '../model/index.ts';
import { clusterView, type ClusterView } from './cluster-view.ts';
import { derived } from './derived.ts';
import { inboundPools, type InboundPool } from './inbound-pools.ts';
import type { Unjudged } from './unjudged.ts';

/** Which node stands in which inbound pool. */
export interface Membership {
  readonly pools: readonly InboundPool[];
  readonly poolsOf: ReadonlyMap<NodeName, readonly InboundPool[]>;
  /** Why some entries of the pools could not be resolved to a node. */
  readonly unresolved?: Reason;
  /** Load balancers of kinds that are not known, as reasons; their pools are not among `pools`. */
  readonly unknownKinds: readonly Reason[];
}

/** The inbound pools of load balancers of known SKUs, and the nodes in them. */
export const membership = derived(
  'membership',
  ['nodes', 'loadBalancers', 'services', clusterView],
  ({ loadBalancers, services, clusterView: view }): Membership => {
    const all = inboundPools(loadBalancers, services);
    const pools = all.filter(({ loadBalancer }) => isOfKnownSku(loadBalancer.sku));
    const poolsOf = new Map<NodeName, InboundPool[]>();
    for (const each of pools)
      for (const { node } of view.members(each.pool).nodes) {
        const list = poolsOf.get(node.name);
        if (list === undefined) poolsOf.set(node.name, [each]);
        else list.push(each);
      }
    const unknownKinds = all
      .filter(({ loadBalancer }) => !isOfKnownSku(loadBalancer.sku))
      .map(
        ({ loadBalancer: { name, sku } }) =>
          `load balancer ${name} has SKU ${sku}, which is not a known value`,
      );
    const unresolved = unresolvedIn(
      view,
      pools.map(({ pool }) => pool),
    );
    return {
      pools,
      poolsOf,
      ...(unresolved !== undefined && { unresolved }),
      unknownKinds: [...new Set(unknownKinds)].toSorted().map((why) => ({ why })),
    };
  },
);

/** Why an entry of one of the pools could not be resolved to a node; `undefined` = all were. */
export function unresolvedIn(view: ClusterView, pools: readonly BackendPool[]): Reason | undefined {
  for (const pool of pools) {
    const { unresolved } = view.members(pool);
    if (unresolved !== undefined) return unresolved.reason;
  }
  return undefined;
}

/** Why what a node's membership says may not be all of it. */
export function whyIncomplete({ unresolved, unknownKinds }: Membership): Reason | undefined {
  return unresolved ?? unknownKinds[0];
}

function isOfKnownSku(sku: string): boolean {
  return sku === 'basic' || sku === 'standard';
}

/** Nodes that stand in inbound pools; where entries lead nowhere, of the others it cannot be told. */
export interface Members {
  readonly found: readonly { readonly node: Node; readonly pools: readonly InboundPool[] }[];
  readonly unjudged: readonly Unjudged[];
}

/** @param counts Which pools are meant. */
export function membersAmong(
  all: Membership,
  nodes: readonly Node[],
  counts: (pool: InboundPool) => boolean = () => true,
): Members {
  const reason = whyIncomplete(all);
  const judged = nodes.map((node) => ({
    node,
    pools: (all.poolsOf.get(node.name) ?? []).filter(counts),
  }));
  return {
    found: judged.filter(({ pools }) => pools.length > 0),
    unjudged: judged.flatMap(({ node, pools }) =>
      pools.length === 0 && reason !== undefined ? [{ subject: node, ...reason }] : [],
    ),
  };
}
