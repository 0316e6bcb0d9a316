import {
  armId,
  armIdParts,
  lacking,
  listed,
  poolNameOf,
  sameName,
  type ManagedCluster,
  type Node,
  type Read,
} from '../../model/index.ts';
import {
  heldByOther,
  isPoolByAddress,
  type ClusterTopology,
  loadBalancerOfPool,
  machineIdOf,
  nodeEligibility,
  poolsHolding,
} from '../../load-balancing/index.ts';
import { clusterView, type Cluster } from '../../facts/index.ts';
import { setPoolType } from '../../fixes/cluster-fixes.ts';
import { defineRule, judgeEach, type Fault } from '../rule.ts';
import { distinct, named } from '../../fixes/text.ts';
import { poolText, type InboundPool } from '../../facts/inbound-pools.ts';
import { membership } from '../../facts/membership.ts';
import { detachNic } from '../../fixes/nic-fixes.ts';

/** Finds nodes that are kept out of the cluster's pools because an unrelated load balancer holds their NIC. */
export const heldByOtherLoadBalancer = defineRule(
  {
    id: 'backend/held-by-other-load-balancer',
    title: 'NIC of a node is in a backend pool of another load balancer',
    why: 'The cloud provider skips the node without an event: with Local, its pods get no new connections.',
    remedy: 'Remove the NIC from the other load balancer, or use IP-based pools.',
    severity: 'high',
    source: "Azure's cloud provider: a NIC in a pool of another load balancer is left alone",
  },
  { needs: ['nodes', membership, clusterView], helps: ['managedCluster', 'networkInterfaces'] },
  ({
    nodes,
    membership: { pools, unknownKinds },
    clusterView: { topology },
    managedCluster,
    networkInterfaces,
    cluster,
  }) => {
    const byNic = pools.filter(
      ({ pool, loadBalancer }) =>
        loadBalancer.sku === 'standard' && !isPoolByAddress({ pool, managedCluster }),
    );
    const { faults, unknown } = judgeEach(nodes, (node) => {
      const { held, free, undecided } = judge(node, byNic, topology, managedCluster);
      if (held.length > 0) return faultOf(node, held, topology, cluster);
      if (undecided && managedCluster.kind === 'unread')
        return { subject: node, ...lacking('managedCluster', managedCluster) };
      return free && hasNicOfItsOwn(node) && networkInterfaces.kind === 'unread'
        ? { subject: node, ...lacking('networkInterfaces', networkInterfaces) }
        : undefined;
    });
    return { faults, unknown: [...unknown, ...unknownKinds] };
  },
);

/** The NIC of a scale set's instance is in no list: what holds it shows on the load balancers. */
function hasNicOfItsOwn({ providerId }: Node): boolean {
  return machineIdOf(providerId)?.kind === 'virtual-machine';
}

/**
 * The pools that a node is kept out of for this reason alone; `free` = some pool may have it,
 * `undecided` = something else holds its NIC, and whether that matters could not be told.
 */
function judge(
  node: Node,
  pools: readonly InboundPool[],
  topology: ClusterTopology,
  managedCluster: Read<ManagedCluster>,
): {
  readonly held: readonly InboundPool[];
  readonly free: boolean;
  readonly undecided: boolean;
} {
  const held: InboundPool[] = [];
  let free = false;
  let undecided = false;
  for (const each of pools) {
    const { answer, reasons } = nodeEligibility(node, {
      ...each,
      topology,
      managedCluster,
    });
    if (answer === 'yes') free = true;
    else if (answer === 'unknown')
      undecided ||= heldByOther(topology, node, each.loadBalancer) !== undefined;
    else if (reasons.length === 1 && reasons[0] === 'held-by-other-load-balancer') held.push(each);
  }
  return { held, free, undecided };
}

function faultOf(
  node: Node,
  held: readonly InboundPool[],
  topology: ClusterTopology,
  cluster: Cluster,
): Fault {
  const missing = distinct(held.map(poolText));
  const holders = distinct(
    held.flatMap(({ loadBalancer }) => heldByOther(topology, node, loadBalancer) ?? []),
  );
  const ids = distinct(poolsHolding(topology, node)).filter((id) =>
    holders.some((name) => sameName(name, loadBalancerOfPool(id) ?? '')),
  );
  return {
    subject: { kind: 'Node', name: node.name },
    title: `NIC of node ${node.name} is in a pool of load balancer ${listed(holders)}`,
    message: `${node.name} cannot join ${named('pool', missing)} because its NIC is in a pool of ${listed(holders)}, an unrelated load balancer. The cloud provider skips such a node without an event: with Local its pods get no new connections, with Cluster the Service has one fewer entry node.`,
    causes: ['held-by-other-load-balancer'],
    evidence: {
      nodePool: poolNameOf(node) ?? 'none',
      heldBy: ids.map((id) => `${loadBalancerOfPool(id)}/${armIdParts(armId(id)).name}`),
      notIn: missing,
    },
    fixes: [
      detachNic(node, ids, topology),
      setPoolType(
        cluster,
        'nodeIP',
        'Switch to IP-based pools, which ignore other load balancers of a NIC',
      ),
    ],
  };
}
