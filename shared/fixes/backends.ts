import { clusterView, derived } from '../facts/index.ts';
import { lbVmSet, nodeEligibility, poolsOfRule } from '../load-balancing/index.ts';
import { valueOr, type BackendPool, type LoadBalancer, type Node } from '../model/index.ts';
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
  const [pool] = found === undefined ? [] : poolsOfRule(found);
  return found && pool && { loadBalancer: found.loadBalancer, pool };
}

/**
 * Nodes that the cloud provider would put into a pool, as far as what was read tells. The same list
 * for the same question, so that what follows from it is worked out once.
 * @param key Names the question, where it is not about the cluster as it is.
 */
export type EligibleNodes = (
  loadBalancer: LoadBalancer,
  pool: BackendPool,
  key?: string,
) => readonly Node[];

/** Eligible nodes of a pool of the cluster as it is. */
export const eligibleNodes = derived(
  'eligibleNodes',
  { needs: [clusterView], helps: ['nodes', 'managedCluster'] },
  ({ nodes, managedCluster, clusterView: { topology } }): EligibleNodes => {
    const known = new Map<string, readonly Node[]>();
    return (loadBalancer, pool, key = '') => {
      const question = `${pool.id} ${loadBalancer.sku} ${key}`;
      const found =
        known.get(question) ??
        valueOr(nodes, []).filter((node) => {
          const pools = { loadBalancer, pool, topology, managedCluster };
          const { answer } = nodeEligibility(node, pools);
          return answer === 'yes';
        });
      known.set(question, found);
      return found;
    };
  },
);

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
