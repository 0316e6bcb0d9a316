import { compacted, isVirtualNode, listed, poolNameOf, type Node } from '../../model/index.ts';
import { excludeLabel, excludeLabelKey } from '../../load-balancing/index.ts';
import { defineRule, type Fault } from '../rule.ts';
import { removeExcludeLabel } from '../../fixes/node-fixes.ts';
import { distinct, named } from '../../fixes/text.ts';
import { poolText, type InboundPool } from '../../facts/inbound-pools.ts';
import { membersAmong, membership } from '../../facts/membership.ts';
import { reconcileUser } from '../../fixes/pool-fixes.ts';
import { safeReconcile } from '../../fixes/safe-reconcile.ts';

/** Finds nodes that are labelled out of the load balancers and still stand in a backend pool. */
export const excludedNodeIsMember = defineRule(
  {
    id: 'backend/excluded-node-is-member',
    title: 'Excluded node is still in a backend pool',
    why: 'The label suggests that the node gets no traffic, but it does until the next successful pool update.',
    remedy: 'Trigger a reconcile, or remove the label.',
    severity: 'low',
    source: "Azure's cloud provider and the service controller: which nodes become backends",
  },
  { needs: ['nodes', membership], helps: ['managedCluster'], fixes: [safeReconcile] },
  ({ nodes, membership: members, managedCluster, safeReconcile: isSafe, cluster }) => {
    const { found, unjudged } = membersAmong(
      members,
      nodes.filter((node) => excludeLabel(node).serviceController),
    );
    return {
      faults: found.map(({ node, pools }): Fault => {
        const names = distinct(pools.map(poolText));
        return {
          subject: { kind: 'Node', name: node.name },
          title: `Node ${node.name} has the exclude label but is still in ${named('pool', names)}`,
          message: `${node.name} still receives new connections from ${named('pool', names)} although it has the exclude label. ${isAddedAtBirth(node, pools) ? whyAdded : whyStill}`,
          causes: [isAddedAtBirth(node, pools) ? 'node-auto-provisioning' : 'pool-not-updated'],
          evidence: {
            nodePool: poolNameOf(node) ?? 'none',
            label: `${excludeLabelKey}=${node.labels.get(excludeLabelKey) ?? ''}`,
            pools: names,
          },
          fixes: compacted([
            isSafe(pools) &&
              reconcileUser(
                pools,
                `Remove the node from ${listed(names)} now (trigger a reconcile)`,
                ['pods on the node no longer get traffic from Local Services'],
              ),
            !isVirtualNode(node) && removeExcludeLabel(cluster, managedCluster, [node]),
          ]),
        };
      }),
      unknown: unjudged,
    };
  },
);

const whyStill =
  'Pools change only when a Service is reconciled: the label may be newer than the last update, the update may have failed, or every member has the label and the cloud provider never empties a pool.';
const whyAdded =
  'Node auto-provisioning adds each node that it creates to the NIC-based pools, whatever its labels; the cloud provider removes it at the next reconcile of a Service, and the next new node is added again.';

/** A node of node auto-provisioning in a pool by NIC. */
function isAddedAtBirth({ labels }: Node, pools: readonly InboundPool[]): boolean {
  return (
    labels.has('karpenter.sh/nodepool') &&
    pools.some(({ pool }) => pool.members.some(({ kind }) => kind === 'nic'))
  );
}
