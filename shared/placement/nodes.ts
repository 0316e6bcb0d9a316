import type { ManagedCluster, Node } from '../model/index.ts';

/** Name of a node's pool by label, the new one before the old; node auto-provisioning groups by its own. */
export function poolNameOf(node: Pick<Node, 'labels'>): string | undefined {
  return (
    node.labels.get('kubernetes.azure.com/agentpool') ||
    node.labels.get('agentpool') ||
    node.labels.get('karpenter.sh/nodepool') ||
    undefined
  );
}

/** A virtual node (Azure Container Instances): no machine, no kube-proxy, no DaemonSets. */
export function isVirtualNode(node: Pick<Node, 'labels'>): boolean {
  return node.labels.get('type') === 'virtual-kubelet';
}

/** Whether node auto-provisioning (Karpenter) makes nodes on demand, by its profile or by nodes that it made. */
export function hasAutoProvisioning(
  { nodeAutoProvisioning }: Pick<ManagedCluster, 'nodeAutoProvisioning'>,
  nodes: readonly Pick<Node, 'labels'>[],
): boolean {
  return (
    nodeAutoProvisioning === true || nodes.some(({ labels }) => labels.has('karpenter.sh/nodepool'))
  );
}
