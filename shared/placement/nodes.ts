import { sameName, type Node, type NodePool } from '../model/index.ts';

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

/** A node of a system pool: by ARM's mode of its pool, else by its own label. */
export function isSystemNode(
  node: Pick<Node, 'labels'>,
  pools: readonly NodePool[] | undefined,
): boolean {
  const pool = pools?.find((each) => each.name === poolNameOf(node));
  const mode = pool?.mode ?? node.labels.get('kubernetes.azure.com/mode') ?? '';
  return sameName(mode, 'system');
}
