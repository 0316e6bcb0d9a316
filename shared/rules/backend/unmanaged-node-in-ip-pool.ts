import {
  excludeLabel,
  isUnmanaged,
  serviceControllerExcludes,
} from '../../load-balancing/index.ts';
import { poolNameOf } from '../../placement/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { setExcludeLabel } from '../../fixes/node-fixes.ts';
import { distinct, listed, named } from '../../fixes/text.ts';
import { poolText } from '../../facts/inbound-pools.ts';
import { membersAmong, membership } from '../../facts/membership.ts';

/** Finds nodes labelled unmanaged in pools by address, where that label alone does not keep them out. */
export const unmanagedNodeInIpPool = defineRule(
  {
    id: 'backend/unmanaged-node-in-ip-pool',
    title: 'An unmanaged node is a backend of a pool by address',
    why: 'For such pools the label kubernetes.azure.com/managed=false alone does not count: every reconcile takes the node out and puts it back.',
    remedy: 'Set the exclude label as well.',
    severity: 'low',
    source: "Azure's cloud provider: cross resource group nodes",
  },
  { needs: ['nodes', membership], helps: ['managedCluster'] },
  ({ nodes, membership: members, managedCluster, cluster }) => {
    const { found, unjudged } = membersAmong(
      members,
      nodes.filter(
        (node) =>
          isUnmanaged(node) &&
          !excludeLabel(node).present &&
          serviceControllerExcludes(node) === undefined,
      ),
      ({ pool }) => pool.members.some((member) => member.kind === 'ip'),
    );
    return {
      faults: found.map(({ node, pools }): Fault => {
        const names = distinct(pools.map(poolText));
        return {
          subject: { kind: 'Node', name: node.name },
          title: `Unmanaged node ${node.name} is a backend of ${listed(names)}`,
          message: `${node.name} carries kubernetes.azure.com/managed=false and takes new connections from ${named('pool', names)} all the same. The label keeps a node out of pools by NIC; from pools by address it is removed and added again at every reconcile of a Service.`,
          causes: ['exclude-label-not-set'],
          evidence: { nodePool: poolNameOf(node) ?? 'none', pools: names },
          fixes: [
            setExcludeLabel(
              cluster,
              managedCluster,
              [node],
              'Keep the node out with the exclude label as well',
            ),
          ],
        };
      }),
      unknown: unjudged,
    };
  },
);
