import type { ManagedCluster, NodePool } from './azure.ts';
import type { Node } from './kubernetes.ts';
import type { Read } from './read.ts';

type Labelled = Pick<Node, 'labels'>;

/** The label that each node has for itself. */
export const hostnameLabel = 'kubernetes.io/hostname';

/** Name of a node's pool by label, the new one before the old; node auto-provisioning groups by its own. */
export function poolNameOf({ labels }: Labelled): string | undefined {
  return armPoolNameOf({ labels }) ?? (labels.get('karpenter.sh/nodepool') || undefined);
}

function armPoolNameOf({ labels }: Labelled): string | undefined {
  return labels.get('kubernetes.azure.com/agentpool') || labels.get('agentpool') || undefined;
}

/** What the node's pool is for, by its own label: `system`, `user`, `gateway`; absent in clusters of before modes. */
export function modeLabelOf({ labels }: Labelled): string | undefined {
  return labels.get('kubernetes.azure.com/mode')?.toLowerCase();
}

/** By ARM's mode of the node's pool; by the node's own label where ARM knows no such pool, or no mode of it. */
export function isSystemNode(node: Labelled, pools: readonly NodePool[]): boolean {
  const name = armPoolNameOf(node);
  const mode = pools.find((pool) => pool.name === name)?.mode ?? modeLabelOf(node);
  return mode === 'system';
}

/** The node pools that ARM lists; none where the cluster was not read: for display and precision only. */
export function nodePoolsOf(managedCluster: Read<ManagedCluster>): readonly NodePool[] {
  return managedCluster.kind === 'read' ? managedCluster.value.nodePools : [];
}

/** A virtual node (Azure Container Instances): no machine, no kube-proxy, no DaemonSets. */
export function isVirtualNode({ labels }: Labelled): boolean {
  return labels.get('type') === 'virtual-kubelet';
}
