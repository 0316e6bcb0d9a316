import { isVirtualNode, poolNameOf } from '../../model/index.ts';
import {
  excludeLabel,
  isUnmanaged,
  serviceControllerExcludes,
} from '../../load-balancing/index.ts';
import { defineRule, type Fault } from '../rule.ts';
import { setExcludeLabel } from '../../fixes/node-fixes.ts';
import { distinct, named } from '../../fixes/text.ts';
import { poolText } from '../../facts/inbound-pools.ts';
import { membersAmong, membership } from '../../facts/membership.ts';

/** Finds nodes labelled unmanaged in pools by address, where that label alone does not keep them out. */
export const unmanagedNodeInIpPool = defineRule(
  {
    id: 'backend/unmanaged-node-in-ip-pool',
    title: 'Unmanaged node is in an IP-based backend pool',
    why: 'In IP-based pools the label kubernetes.azure.com/managed=false is not enough: every reconcile removes and re-adds the node.',
    remedy: 'Add the exclude label too.',
    severity: 'low',
    source: "Azure's cloud provider: cross resource group nodes",
  },
  { needs: ['nodes', membership], helps: ['managedCluster'] },
  ({ nodes, membership: members, managedCluster, cluster }) => {
    const { found, unjudged } = membersAmong(
      members,
      nodes.filter(
        (node) =>
          (isUnmanaged(node) || isVirtualNode(node)) &&
          !excludeLabel(node).present &&
          serviceControllerExcludes(node) === undefined,
      ),
      ({ pool }) => pool.members.some((member) => member.kind === 'ip'),
    );
    return {
      faults: found.map(({ node, pools }): Fault => {
        const where = distinct(pools.map(poolText));
        const isVirtual = isVirtualNode(node);
        return {
          subject: { kind: 'Node', name: node.name },
          title: `${isVirtual ? 'Virtual' : 'Unmanaged'} node ${node.name} is in ${named('pool', where)}`,
          message: isVirtual
            ? `${node.name} is a virtual node in ${named('pool', where)} without the exclude label. It has no kube-proxy: a health probe keeps connections away from it, and a rule without a probe loses its share of them.`
            : `${node.name} has the label kubernetes.azure.com/managed=false but still receives new connections from ${named('pool', where)}. The label keeps a node out of NIC-based pools; in IP-based pools every reconcile removes and re-adds the node.`,
          causes: [isVirtual ? 'virtual-node' : 'exclude-label-not-set'],
          evidence: { nodePool: poolNameOf(node) ?? 'none', pools: where },
          fixes: [
            setExcludeLabel(cluster, managedCluster, [node], 'Add the exclude label to the node'),
          ],
        };
      }),
      unknown: unjudged,
    };
  },
);
