import { machineIdOf } from '../../load-balancing/index.ts';
import { sameName, valueOr, type Node, type NodePool } from '../../model/index.ts';
import { nodesOfPool } from '../../placement/index.ts';
import { unjudged } from '../../facts/index.ts';
import { migrateFromAvailabilitySets } from '../../fixes/cluster-fixes.ts';
import { defineRule, type Fault } from '../rule.ts';

/** Finds node pools in availability sets, out of support since 2025-09-30. */
export const availabilitySetRetired = defineRule(
  {
    id: 'load-balancer/availability-set-retired',
    title: 'Node pool uses a retired availability set',
    why: 'AKS ended support for availability sets on 2025-09-30; a Basic load balancer can use only one of them as backend.',
    remedy: 'Migrate the availability sets to Virtual Machines node pools.',
    severity: 'high',
    source: 'AKS: availability sets retirement (Azure/AKS#5021)',
  },
  { needs: ['managedCluster'], helps: ['nodes'] },
  ({ managedCluster, nodes, cluster }) => ({
    faults: managedCluster.nodePools
      .filter((pool) => sameName(pool.type ?? '', 'AvailabilitySet'))
      .map((pool): Fault => ({
        subject: { kind: 'NodePool', name: pool.name },
        title: `Node pool ${pool.name} is a retired availability set`,
        message: `Node pool ${pool.name} is unsupported: AKS ended support for availability sets on 2025-09-30.`,
        causes: ['availability-set'],
        evidence: { type: 'AvailabilitySet', mode: pool.mode ?? 'not given' },
        fixes: [migrateFromAvailabilitySets(cluster)],
      })),
    unknown: unjudged(
      managedCluster.nodePools.filter(
        (pool) => pool.type === undefined && !isScaleSet(pool, valueOr(nodes, [])),
      ),
      { why: 'ARM does not return the type of the node pool' },
    ),
  }),
);

/** A pool without a type tells by its nodes: only scale sets have instances. */
function isScaleSet(pool: NodePool, nodes: readonly Node[]): boolean {
  return nodesOfPool(nodes, pool.name).some(
    ({ providerId }) => machineIdOf(providerId)?.kind === 'scale-set-instance',
  );
}
