import { compacted, isVirtualNode, poolNameOf } from '../../model/index.ts';
import { excludeLabel, excludeLabelKey } from '../../load-balancing/index.ts';
import { defineRule, type Fault } from '../rule.ts';
import { removeExcludeLabel, setExcludeLabel } from '../../fixes/node-fixes.ts';
import { cited } from '../../fixes/text.ts';

/** Finds the exclude label with a value that says no: its two readers take it in opposite ways. */
export const excludeLabelFalse = defineRule(
  {
    id: 'backend/exclude-label-false',
    title: 'exclude-from-external-load-balancers=false may still exclude the node',
    why: 'The service controller keeps the node, but the cloud provider checks only the label key: it excludes the node from NIC-based pools and repeatedly removes and re-adds it in IP-based pools.',
    remedy: 'Remove the label, or set it to true if the node should stay excluded.',
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
          title: `Node ${node.name} has the exclude label with the value ${cited(value)}`,
          message: `${node.name} has ${excludeLabelKey} with the value ${cited(value)}. The service controller treats it as not excluded; Azure's cloud provider checks only the key, keeps the node out of NIC-based pools, and removes and re-adds it in IP-based pools at every reconcile.`,
          causes: ['label-value-ignored'],
          evidence: { nodePool: poolNameOf(node) ?? 'none', value },
          fixes: compacted([
            !isVirtualNode(node) && removeExcludeLabel(cluster, managedCluster, [node]),
            setExcludeLabel(
              cluster,
              managedCluster,
              [node],
              'Keep the node excluded: set the label to true',
            ),
          ]),
        };
      }),
  }),
);
