import { hasAutoscalerTaint } from '../../load-balancing/index.ts';
import { poolNameOf } from '../../placement/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { distinct, named } from '../../fixes/text.ts';
import { poolText } from '../../facts/inbound-pools.ts';
import { membersAmong, membership } from '../../facts/membership.ts';
import { reconcileUser } from '../../fixes/pool-fixes.ts';

/** Finds nodes on their way out that still stand in a backend pool: expected for a while, until the next update. */
export const leavingNodeIsMember = defineRule(
  {
    id: 'backend/leaving-node-is-member',
    title: 'A node on its way out is still a backend',
    why: 'New connections go on arriving there until the next pool update or until its probe fails; the autoscaler’s taint alone starts no update.',
    remedy: 'Nothing, usually; any change of a Service takes the node out at once.',
    severity: 'info',
    source: 'Kubernetes: service controller, KEP-3458 and KEP-3836',
  },
  { needs: ['nodes', membership] },
  ({ nodes, membership: members }) => {
    const { found, unjudged } = membersAmong(
      members,
      nodes.filter((node) => node.deleting || hasAutoscalerTaint(node)),
    );
    return {
      faults: found.map(({ node, pools }): Fault => {
        const names = distinct(pools.map(poolText));
        return {
          subject: { kind: 'Node', name: node.name },
          title: `Node ${node.name} is on its way out and still a backend`,
          message: `${node.name} ${node.deleting ? 'is being deleted' : 'is about to be deleted by the cluster autoscaler'} and is still a member of ${named('pool', names)}. ${node.deleting ? 'The deletion of the node brings the next update.' : 'The taint of the autoscaler starts no update: the node leaves when the pool is updated for another reason, when it is deleted, or when its probe fails.'} A shared health probe drops it at once.`,
          causes: [node.deleting ? 'being-deleted' : 'autoscaler-taint'],
          evidence: { nodePool: poolNameOf(node) ?? 'none', pools: names },
          fixes: [
            reconcileUser(pools, 'Take it out at once, by touching a Service', [
              'none beyond one more reconcile; by itself it leaves with the next one',
            ]),
          ],
        };
      }),
      unknown: unjudged,
    };
  },
);
