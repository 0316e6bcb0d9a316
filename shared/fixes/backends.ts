import { clusterView, derived, type ClusterView } from '../facts/index.ts';
import { severalLoadBalancers } from '../facts/cluster-sku.ts';
import { nodePlacer } from '../facts/placed-nodes.ts';
import {
  aksClusterName,
  backendPoolName,
  baseName,
  isIpv6PoolName,
  lbVmSet,
  nodeEligibility,
  type ExclusionReason,
  type NodePlacement,
} from '../load-balancing/index.ts';
import {
  sameName,
  valueOr,
  type BackendPool,
  type LoadBalancer,
  type Node,
  type NodeName,
  type Read,
} from '../model/index.ts';
import type { PortTraffic, Situation } from '../traffic/index.ts';

/** The load balancer and pool of the port that a finding is about. */
export function entryOf({
  situation,
  port,
}: {
  readonly situation: Situation;
  readonly port: PortTraffic;
}): { readonly loadBalancer: LoadBalancer; readonly pool: BackendPool } | undefined {
  const found = situation.rules.find(({ rule }) => rule.name === port.rule);
  const pool = found?.loadBalancer.backendPools.find((each) =>
    found.rule.backendPoolIds.includes(each.id),
  );
  return found === undefined || pool === undefined
    ? undefined
    : { loadBalancer: found.loadBalancer, pool };
}

/** Nodes that stand in the pool today. */
export function memberNodes(
  { situation }: { readonly situation: Situation },
  pool: BackendPool,
): ReadonlySet<NodeName> {
  return new Set(situation.view.members(pool).nodes.map(({ node }) => node.name));
}

type Ignoring = (reason: ExclusionReason) => boolean;
const nothing: Ignoring = () => false;

/**
 * Nodes that the cloud provider would put into a pool, as far as what was read tells. The same list
 * for the same question, so that what follows from it is worked out once.
 * @param ignoring Reasons that the change in question takes away. @param key Names that question.
 */
export type EligibleNodes = (
  loadBalancer: LoadBalancer,
  pool: BackendPool,
  key?: string,
  ignoring?: Ignoring,
) => readonly Node[];

export const eligibleNodes = derived(
  'eligibleNodes',
  { needs: [clusterView], helps: ['nodes', 'managedCluster', severalLoadBalancers, nodePlacer] },
  ({ nodes, managedCluster, clusterView: view, severalLoadBalancers: several, nodePlacer }) => {
    const known = new Map<string, readonly Node[]>();
    const { topology } = view;
    const placed = placedNodes(view, valueOr(several, false), nodePlacer);
    return ((loadBalancer, pool, key = '', ignoring = nothing) => {
      const question = `${pool.id} ${loadBalancer.sku} ${key}`;
      const before = known.get(question);
      if (before !== undefined) return before;
      const here = placed(loadBalancer, pool);
      const pools = { loadBalancer, pool, topology, managedCluster };
      const found = valueOr(nodes, []).filter((node) => {
        const { answer, reasons } = nodeEligibility(node, pools);
        if (answer === 'yes') return here?.has(node.name) ?? true;
        return answer === 'no' && reasons.every(ignoring);
      });
      known.set(question, found);
      return found;
    }) satisfies EligibleNodes;
  },
);

/**
 * Several Standard load balancers: the nodes that belong to a shared pool, where it is not known those
 * that are in it today; `undefined` = every eligible node does.
 */
function placedNodes(
  view: ClusterView,
  several: boolean,
  placer: Read<() => NodePlacement>,
): (loadBalancer: LoadBalancer, pool: BackendPool) => ReadonlySet<NodeName> | undefined {
  const placement = several && placer.kind === 'read' ? placer.value() : undefined;
  const nodesOf = placement?.kind === 'placed' ? [...placement.nodesOf] : [];
  return ({ name }, pool) => {
    const shared = backendPoolName({
      clusterName: aksClusterName,
      ipv6: isIpv6PoolName(pool.name),
    });
    if (!several || !sameName(shared, pool.name)) return undefined;
    const own = nodesOf.find(([configuration]) => sameName(configuration, baseName(name)));
    return new Set(own?.[1] ?? view.members(pool).nodes.map(({ node }) => node.name));
  };
}

/** The nodes of each VM set, by its name in lower case, besides the one that the load balancer holds. */
export function otherVmSets(
  { nodes, situation }: { readonly nodes: readonly Node[]; readonly situation: Situation },
  loadBalancer: LoadBalancer,
): ReadonlyMap<string, readonly Node[]> {
  const { topology } = situation.view;
  const held = lbVmSet(topology, loadBalancer);
  const sets = Map.groupBy(nodes, (node) => {
    const set = topology.vmSetOf(node);
    return set.kind === 'set' ? set.name : '';
  });
  sets.delete('');
  if (held !== undefined) sets.delete(held);
  return sets;
}
