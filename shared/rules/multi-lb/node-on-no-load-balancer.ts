import { listed, poolNameOf, sameName, type Node } from '../../model/index.ts';
import { kubectl } from '../../fixes/commands.ts';
import {
  aksClusterName,
  backendPoolName,
  baseName,
  isIpv6PoolName,
} from '../../load-balancing/index.ts';
import { poolText, type InboundPool } from '../../facts/inbound-pools.ts';
import { membership, whyIncomplete, type Membership } from '../../facts/membership.ts';
import { defineRule, judgeEach, type Fault } from '../rule.ts';
import { distinct, quoted } from '../../fixes/text.ts';
import type { Cluster } from '../../facts/index.ts';
import { rebalance } from '../../fixes/configuration-fixes.ts';
import { isRecentNode } from '../../facts/recent-changes.ts';
import { candidateNodes, nodePlacer } from '../../facts/placed-nodes.ts';
import { reconcileUser } from '../../fixes/pool-fixes.ts';

/** Finds Ready nodes in none of the shared pools: Services with Cluster never come in through them. */
export const nodeOnNoLoadBalancer = defineRule(
  {
    id: 'multi-lb/node-on-no-load-balancer',
    title: 'Node is not on any load balancer',
    why: 'Cluster Services never receive connections through it; if it affects all nodes of a configuration, that load balancer is down.',
    remedy: 'Make a configuration accept the node, then rebalance the nodes.',
    severity: 'medium',
    source:
      "Azure's cloud provider: multiple Standard load balancers (event FailedToFindLoadBalancerForNode)",
  },
  { needs: ['loadBalancerConfigurations', membership, candidateNodes, nodePlacer] },
  ({
    loadBalancerConfigurations,
    membership: members,
    candidateNodes: candidates,
    nodePlacer: place,
    cluster,
  }) => {
    if (loadBalancerConfigurations.length === 0) return { faults: [] };
    const shared = members.pools.filter(({ pool }) => isShared(pool.name));
    const incomplete = whyIncomplete(members);
    const outside = nodesOutside(shared, members, candidates);
    if (outside.length === 0) return { faults: [] };
    const placement = place();
    const names = loadBalancerConfigurations.map(({ name }) => name);
    return judgeEach(outside, (node) => {
      if (incomplete !== undefined) return { subject: node, ...incomplete };
      if (placement.kind === 'error') return { subject: node, why: placement.error };
      if (placement.orphans.includes(node.name)) return orphan(node, shared, names, cluster);
      const own = names.find((name) => placement.nodesOf.get(name)?.includes(node.name));
      const lacking = shared.filter(({ loadBalancer }) =>
        sameName(baseName(loadBalancer.name), own ?? ''),
      );
      // A load balancer with Local Services only has no shared pool, and needs none.
      return own !== undefined && lacking.length > 0
        ? missing(node, own, lacking, isRecentNode(cluster, node))
        : undefined;
    });
  },
);

function isShared(name: string): boolean {
  return [false, true].some((ipv6) =>
    sameName(name, backendPoolName({ clusterName: aksClusterName, ipv6 })),
  );
}

/** Ready nodes that could be in one of the pools and are in none. */
function nodesOutside(
  shared: readonly InboundPool[],
  { poolsOf }: Membership,
  candidates: readonly Node[],
): readonly Node[] {
  const isIn = new Set(shared);
  return candidates.filter(
    (node) =>
      node.ready === 'true' &&
      shared.some(({ pool }) => hasFamily(node, isIpv6PoolName(pool.name))) &&
      !(poolsOf.get(node.name) ?? []).some((each) => isIn.has(each)),
  );
}

function hasFamily({ internalIps }: Node, ipv6: boolean): boolean {
  return internalIps.some((ip) => ip.includes(':') === ipv6);
}

function orphan(
  node: Node,
  shared: readonly InboundPool[],
  names: readonly string[],
  cluster: Cluster,
): Fault {
  const isServed = shared.some(({ pool }) => pool.members.length > 0);
  return {
    ...common(node, shared),
    message: `No configuration accepts ${node.name}: its node pool is not primary for any, its labels match no node selector of a configuration with a load balancer, and no configuration without a node selector has a load balancer. Cluster Services receive no connections through it${isServed ? '; its pods are reached through the nodes in the pools' : ', and no pool has a member that could take them'}. The cloud provider reports FailedToFindLoadBalancerForNode on the Service it reconciles.`,
    causes: ['no-matching-configuration'],
    fixes: [
      {
        title:
          'Add the labels of a node selector to the node pool, or remove the node selector of one configuration',
        steps: [kubectl(`get node ${quoted(node.name)} --show-labels`), rebalance(cluster, names)],
        price: ['connections break through nodes that move to another load balancer'],
      },
    ],
  };
}

function missing(node: Node, own: string, lacking: readonly InboundPool[], recent: boolean): Fault {
  const fault: Fault = {
    ...common(node, lacking),
    message: `${node.name} belongs to configuration ${own} but is not in ${listed(distinct(lacking.map(poolText)))} or a pool of another configuration. Cluster Services receive no connections through it. Usual causes: the node is new, a pool update failed, or the controller lost track of it.`,
    causes: ['node-missing-from-pool'],
    fixes: [
      reconcileUser(lacking, 'Trigger a reconcile (annotate a Service of that load balancer)'),
    ],
  };
  return recent
    ? { ...fault, severity: 'info', young: { severity: 'medium', names: [node.name] } }
    : fault;
}

function common(node: Node, pools: readonly InboundPool[]) {
  return {
    subject: { kind: 'Node', name: node.name },
    title: `Node ${node.name} is not on any load balancer`,
    evidence: { nodePool: poolNameOf(node) ?? 'none', pools: distinct(pools.map(poolText)) },
  } as const;
}
