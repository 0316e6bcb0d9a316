import {
  poolNameOf,
  sameName,
  type LoadBalancer,
  type LoadBalancerConfiguration,
  type ManagedCluster,
  type Node,
  type Read,
} from '../../model/index.ts';
import { excludeLabel } from '../../load-balancing/index.ts';
import { aksNodePool } from '../../fixes/commands.ts';
import { removeExcludeLabel } from '../../fixes/node-fixes.ts';
import { defineRule, judgeEach, type Fault, type Fix } from '../rule.ts';
import type { Cluster } from '../../facts/index.ts';
import { recreateConfiguration } from '../../fixes/configuration-fixes.ts';
import { candidateNodes, nodePlacer, primarySetOf } from '../../facts/placed-nodes.ts';

/** Finds configurations that no node belongs to: neither their primary node pool nor a selector brings one. */
export const emptyPrimaryPool = defineRule(
  {
    id: 'multi-lb/empty-primary-pool',
    title: 'Load balancer configuration has no nodes',
    why: 'Its shared backend pool is empty, so Cluster Services on it are down, including future ones.',
    remedy: 'Scale up the primary node pool, or use another node pool as primary.',
    severity: 'high',
    source: "Azure's cloud provider: multiple Standard load balancers",
  },
  {
    needs: ['nodes', 'loadBalancerConfigurations', 'loadBalancers', candidateNodes, nodePlacer],
    helps: ['managedCluster'],
  },
  ({ loadBalancerConfigurations, candidateNodes: candidates, nodePlacer: place, ...given }) => {
    // Where no node may be on any load balancer, that is the fault.
    if (candidates.length === 0) return { faults: [] };
    return judgeEach(loadBalancerConfigurations, (configuration) => {
      const { name, primaryNodePool = '' } = configuration;
      const isPrimary = (node: Node): boolean =>
        sameName(primarySetOf(node) ?? '', primaryNodePool);
      // Without a primary node pool the configuration is invalid, which is another fault.
      if (primaryNodePool === '' || candidates.some(isPrimary)) return undefined;
      const placement = place(name);
      if (placement.kind === 'error') return { subject: configuration, why: placement.error };
      return (placement.nodesOf.get(name) ?? []).length === 0
        ? faultOf(configuration, primaryNodePool, given)
        : undefined;
    });
  },
);

type EmptyPoolCause =
  | 'primary-pool-scaled-to-zero'
  | 'no-such-node-pool'
  | 'primary-pool-is-no-scale-set'
  | 'primary-nodes-excluded';

function causeOf(
  pool: string,
  own: readonly Node[],
  managedCluster: Read<ManagedCluster>,
): EmptyPoolCause {
  if (own.some((node) => primarySetOf(node) === undefined)) return 'primary-pool-is-no-scale-set';
  if (own.length > 0) return 'primary-nodes-excluded';
  const exists =
    managedCluster.kind === 'unread' ||
    managedCluster.value.nodePools.some((each) => sameName(each.name, pool));
  return exists ? 'primary-pool-scaled-to-zero' : 'no-such-node-pool';
}

const sentences: Readonly<Record<EmptyPoolCause, string>> = {
  'primary-pool-scaled-to-zero': 'The node pool has no nodes.',
  'no-such-node-pool': 'There is no node pool with that name.',
  'primary-pool-is-no-scale-set':
    'Its nodes are standalone VMs, not in a scale set, and never match a primary node pool.',
  'primary-nodes-excluded': 'Its nodes have the exclude label or are being removed.',
};

interface ClusterParts {
  readonly nodes: readonly Node[];
  readonly loadBalancers: readonly LoadBalancer[];
  readonly managedCluster: Read<ManagedCluster>;
  readonly cluster: Cluster;
}

function faultOf(
  { name, allowServicePlacement }: LoadBalancerConfiguration,
  pool: string,
  { nodes, loadBalancers, managedCluster, cluster }: ClusterParts,
): Fault {
  const own = nodes.filter((node) => sameName(poolNameOf(node) ?? '', pool));
  const cause = causeOf(pool, own, managedCluster);
  const labelled = own.filter((node) => excludeLabel(node).present);
  const rules = loadBalancers
    .filter((each) => [name, `${name}-internal`].some((side) => sameName(side, each.name)))
    .reduce((sum, each) => sum + each.rules.length, 0);
  return {
    subject: { kind: 'LoadBalancerConfiguration', name },
    title: `Load balancer configuration ${name} has no nodes`,
    message: `No node of its primary node pool ${pool} can be on ${name}, and no node selector adds nodes of another pool. ${sentences[cause]} Its shared backend pool is empty, or will be: Cluster Services on it get no connections. Local Services have their own pools and are not affected.`,
    causes: [cause],
    evidence: { primaryNodePool: pool, nodesOfPool: own.length, rules, allowServicePlacement },
    fixes: [
      ...fixOf(cause, pool, cluster),
      ...(labelled.length > 0 ? [removeExcludeLabel(cluster, managedCluster, labelled)] : []),
      recreateConfiguration(cluster, name),
    ],
  };
}

function fixOf(cause: EmptyPoolCause, pool: string, cluster: Cluster): readonly Fix[] {
  return cause === 'primary-pool-scaled-to-zero'
    ? [
        {
          title: `Scale node pool ${pool} to one node`,
          steps: [aksNodePool(cluster, 'scale', pool, '--node-count 1')],
          price: ['one more node to pay for; with the autoscaler, set its minimum to 1 instead'],
        },
      ]
    : [];
}
