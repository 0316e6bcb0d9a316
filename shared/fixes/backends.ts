import { lbVmSet, nodeEligibility, type ExclusionReason } from '../load-balancing/index.ts';
import {
  valueOr,
  type BackendPool,
  type ClusterSnapshot,
  type LoadBalancer,
  type Node,
  type NodeName,
} from '../model/index.ts';
import { viewOf } from '../facts/index.ts';
import type { Patient } from './candidate.ts';

/** The load balancer and pool of the port that a finding is about. */
export function entryOf({
  situation,
  port,
}: Patient): { readonly loadBalancer: LoadBalancer; readonly pool: BackendPool } | undefined {
  const found = situation.rules.find(({ rule }) => rule.name === port.rule);
  const pool = found?.loadBalancer.backendPools.find((each) =>
    found.rule.backendPoolIds.includes(each.id),
  );
  return found === undefined || pool === undefined
    ? undefined
    : { loadBalancer: found.loadBalancer, pool };
}

/** Nodes that stand in the pool today. */
export function memberNodes({ situation }: Patient, pool: BackendPool): ReadonlySet<NodeName> {
  return new Set(situation.view.members(pool).nodes.map(({ node }) => node.name));
}

type Ignoring = (reason: ExclusionReason) => boolean;
const nothing: Ignoring = () => false;

const cache = new WeakMap<ClusterSnapshot, Map<string, readonly Node[]>>();

/**
 * Nodes that the cloud provider would put into a pool, as far as what was read tells. The same list
 * for the same question, so that what follows from it is worked out once.
 * @param ignoring Reasons that the change in question takes away. @param key Names that question.
 */
export function eligibleNodes(
  snapshot: ClusterSnapshot,
  loadBalancer: LoadBalancer,
  pool: BackendPool,
  key = '',
  ignoring: Ignoring = nothing,
): readonly Node[] {
  const known = cache.get(snapshot) ?? new Map<string, readonly Node[]>();
  cache.set(snapshot, known);
  const question = `${pool.id} ${loadBalancer.sku} ${key}`;
  const found =
    known.get(question) ??
    valueOr(snapshot.nodes, []).filter((node) => {
      const { answer, reasons } = nodeEligibility(node, {
        loadBalancer,
        pool,
        topology: viewOf(snapshot).topology,
        managedCluster: snapshot.managedCluster,
      });
      return answer === 'yes' || (answer === 'no' && reasons.every(ignoring));
    });
  known.set(question, found);
  return found;
}

/** The nodes of each VM set, by its name in lower case, besides the one that the load balancer holds. */
export function otherVmSets(
  snapshot: ClusterSnapshot,
  loadBalancer: LoadBalancer,
): ReadonlyMap<string, readonly Node[]> {
  const { topology } = viewOf(snapshot);
  const held = lbVmSet(topology, loadBalancer);
  const sets = Map.groupBy(valueOr(snapshot.nodes, []), (node) => {
    const set = topology.vmSetOf(node);
    return set.kind === 'set' ? set.name : '';
  });
  sets.delete('');
  if (held !== undefined) sets.delete(held);
  return sets;
}
