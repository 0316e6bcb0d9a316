import type { Node } from './kubernetes.ts';

/** Name of a node's pool by label, the new one before the old; node auto-provisioning groups by its own. */
export function poolNameOf({ labels }: Pick<Node, 'labels'>): string | undefined {
  return (
    labels.get('kubernetes.azure.com/agentpool') ||
    labels.get('agentpool') ||
    labels.get('karpenter.sh/nodepool') ||
    undefined
  );
}

/** A virtual node (Azure Container Instances): no machine, no kube-proxy, no DaemonSets. */
export function isVirtualNode({ labels }: Pick<Node, 'labels'>): boolean {
  return labels.get('type') === 'virtual-kubelet';
}
