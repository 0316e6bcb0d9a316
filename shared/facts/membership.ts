import { valueOr, type ClusterSnapshot, type Node, type NodeName } from '../model/index.ts';
import { viewOf } from './cluster-view.ts';
import type { CheckResult, Fault } from '../rules/rule.ts';
import { distinct } from '../fixes/text.ts';
import { unknownReasons, type Unjudged } from '../rules/unknown.ts';
import { inboundPools, type InboundPool } from './inbound-pools.ts';

/** Which node stands in which inbound pool. */
export interface Membership {
  readonly pools: readonly InboundPool[];
  readonly poolsOf: ReadonlyMap<NodeName, readonly InboundPool[]>;
  /** Why some entries of the pools lead to nobody knows whom. */
  readonly unresolved: readonly string[];
  /** Load balancers of kinds that are not known, as reasons; their pools are not among `pools`. */
  readonly unknownKinds: readonly string[];
}

const memberships = new WeakMap<ClusterSnapshot, Membership>();

/** Worked out once per snapshot; asked for by rules that need nodes, load balancers and Services. */
export function membershipOf(snapshot: ClusterSnapshot): Membership {
  const known = memberships.get(snapshot) ?? membership(snapshot);
  memberships.set(snapshot, known);
  return known;
}

function membership(snapshot: ClusterSnapshot): Membership {
  const view = viewOf(snapshot);
  const all = inboundPools(valueOr(snapshot.loadBalancers, []), valueOr(snapshot.services, []));
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
        `load balancer ${name} is of SKU ${sku}, which is not known`,
    );
  return {
    pools,
    poolsOf,
    unresolved: distinct(pools.flatMap(({ pool }) => view.members(pool).unknown)),
    unknownKinds: distinct(unknownKinds),
  };
}

function isOfKnownSku(sku: string): boolean {
  return sku === 'basic' || sku === 'standard';
}

/**
 * A fault for every one of the nodes that stands in an inbound pool; where entries lead nowhere, the
 * others cannot be told.
 * @param counts Which pools are meant.
 */
export function faultsOfMembers(
  snapshot: ClusterSnapshot,
  nodes: readonly Node[],
  faultOf: (node: Node, pools: readonly InboundPool[]) => Fault,
  counts: (pool: InboundPool) => boolean = () => true,
): CheckResult {
  const { poolsOf, unresolved, unknownKinds } = membershipOf(snapshot);
  const [why] = [...unresolved, ...unknownKinds];
  const faults: Fault[] = [];
  const unjudged: Unjudged[] = [];
  for (const node of nodes) {
    const pools = (poolsOf.get(node.name) ?? []).filter(counts);
    if (pools.length > 0) faults.push(faultOf(node, pools));
    else if (why !== undefined) unjudged.push({ subject: node, why });
  }
  return { faults, unknown: unknownReasons(unjudged) };
}
