import { excludeLabel, excludeLabelKey } from '../../load-balancing/index.ts';
import { poolNameOf } from '../../placement/index.ts';
import { defineRule } from '../define-rule.ts';
import { removeExcludeLabel, setExcludeLabel } from '../../fixes/node-fixes.ts';
import type { Fault } from '../rule.ts';
import { cited } from '../../fixes/text.ts';

/** Finds the exclude label with a value that says no: its two readers take it in opposite ways. */
export const excludeLabelFalse = defineRule(
  {
    id: 'backend/exclude-label-false',
    title: 'The exclude label of a node says false, which only one reader believes',
    why: 'The service controller keeps the node, the cloud provider looks at the key alone and drops it: in pools by NIC the node is out, in pools by address it goes out and in again.',
    remedy: 'Remove the label, not its value; set it to true where the node should stay out.',
    severity: 'low',
    source:
      "Azure's cloud provider (kubernetes-sigs/cloud-provider-azure#1643), service controller",
  },
  { needs: ['nodes'], helps: ['managedCluster'] },
  ({ nodes, managedCluster, cluster }) => ({
    faults: nodes
      .filter((node) => {
        const { present, serviceController } = excludeLabel(node);
        return present && !serviceController;
      })
      .map((node): Fault => {
        const value = node.labels.get(excludeLabelKey) ?? '';
        return {
          subject: { kind: 'Node', name: node.name },
          title: `The exclude label of node ${node.name} says false`,
          message: `${node.name} has ${excludeLabelKey} with the value ${cited(value)}. The service controller takes that for "not excluded"; Azure's cloud provider looks at the key alone and leaves the node out of pools by NIC, and takes it out of pools by address at every reconcile before it is put back.`,
          causes: ['label-value-ignored'],
          evidence: { nodePool: poolNameOf(node) ?? 'none', value },
          fixes: [
            removeExcludeLabel(cluster, managedCluster, [node]),
            setExcludeLabel(
              cluster,
              managedCluster,
              [node],
              'Or say that it stays out: the label with the value true',
            ),
          ],
        };
      }),
  }),
);
