import { ipPoolAddresses, nodesOfLocalPool, poolsOfRules } from '../load-balancing/index.ts';
import {
  compareText,
  sameName,
  type BackendPool,
  type EndpointSlice,
  type Node,
  type Reason,
} from '../model/index.ts';
import type { ClusterView } from './cluster-view.ts';
import type { LocalService } from './local-pools.ts';

/** The nodes in the own pools of a Local Service, beside those that its EndpointSlices name. */
export interface Drift {
  readonly pools: readonly string[];
  /** None of the pools is the Service's own. */
  readonly foreign: boolean;
  readonly missing: readonly Node[];
  readonly extra: readonly Node[];
}

/**
 * What the pools lack and hold too much; why it cannot be told. Entries that are no node have a rule
 * of their own.
 * @param nodes The nodes that may be on a load balancer.
 */
export function driftOf(
  { service, poolNames, rules }: LocalService,
  slices: readonly EndpointSlice[],
  view: ClusterView,
  nodes: readonly Node[],
): Drift | Reason {
  const all = poolsOfRules(rules);
  const isOwn = ({ name }: BackendPool): boolean =>
    [...poolNames.values()].some((own) => sameName(own, name));
  const foreign = !all.some(isOwn);
  const pools = foreign ? all : all.filter(isOwn);
  const candidates = new Set(nodes);
  const belonging = nodesOfLocalPool(service, slices);
  const missing = new Set<Node>();
  const extra = new Set<Node>();
  for (const pool of pools) {
    const held = view.members(pool);
    if (held.unresolved !== undefined) return held.unresolved.reason;
    const present = new Set(held.nodes.map(({ node }) => node));
    const wanted = new Set(
      ipPoolAddresses({ pool, nodes, belonging, mayBeEmpty: true }).flatMap((ip) => {
        const resolved = view.topology.resolve({ kind: 'ip', ip });
        return resolved.kind === 'node' ? [resolved.node] : [];
      }),
    );
    for (const node of wanted) {
      if (!present.has(node)) missing.add(node);
    }
    // A shared pool holds nodes of others by right.
    for (const node of foreign ? [] : present)
      if (candidates.has(node) && !wanted.has(node)) extra.add(node);
  }
  return {
    pools: [...new Set(pools.map(({ name }) => name))].toSorted(),
    foreign,
    missing: byName(missing),
    extra: byName(extra),
  };
}

function byName(nodes: Iterable<Node>): readonly Node[] {
  return [...nodes].toSorted((a, b) => compareText(a.name, b.name));
}
