import { excludeLabel, excludeLabelKey } from '../../load-balancing/index.ts';
import { poolNameOf } from '../../placement/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { removeExcludeLabel } from '../../fixes/node-fixes.ts';
import { distinct, listed, named } from '../../fixes/text.ts';
import { poolText } from '../../facts/inbound-pools.ts';
import { membersAmong, membership } from '../../facts/membership.ts';
import { reconcileUser } from '../../fixes/pool-fixes.ts';

/** Finds nodes that are labelled out of the load balancers and still stand in a backend pool. */
export const excludedNodeIsMember = defineRule(
  {
    id: 'backend/excluded-node-is-member',
    title: 'A node that is labelled out of the load balancers is still a backend',
    why: 'Whoever set the label believes that the node takes no traffic; it does until the next successful pool update.',
    remedy: 'Make the cloud provider reconcile a Service, or take the label away.',
    severity: 'low',
    source: "Azure's cloud provider and the service controller: which nodes become backends",
  },
  { needs: ['nodes', membership], helps: ['managedCluster'] },
  ({ nodes, membership: members, managedCluster, cluster }) => {
    const { found, unjudged } = membersAmong(
      members,
      nodes.filter((node) => excludeLabel(node).serviceController),
    );
    return {
      faults: found.map(({ node, pools }): Fault => {
        const names = distinct(pools.map(poolText));
        return {
          subject: { kind: 'Node', name: node.name },
          title: `Node ${node.name} is labelled out of the load balancers and is still a backend`,
          message: `${node.name} goes on taking new connections from ${named('pool', names)} although it carries the exclude label. Pools change only when a Service is reconciled: the label may be newer than the last update, the update may have failed, or nothing was taken out because every member is labelled and a pool is never emptied.`,
          causes: ['pool-not-updated'],
          evidence: {
            nodePool: poolNameOf(node) ?? 'none',
            label: `${excludeLabelKey}=${node.labels.get(excludeLabelKey) ?? ''}`,
            pools: names,
          },
          fixes: [
            reconcileUser(pools, `Take the node out of ${listed(names)} now`, [
              'pods on the node get nothing any more from Services with Local',
            ]),
            removeExcludeLabel(cluster, managedCluster, [node]),
          ],
        };
      }),
      unknown: unjudged,
    };
  },
);
