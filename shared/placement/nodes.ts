import type { ManagedCluster, Node } from '../model/index.ts';

/** Whether node auto-provisioning (Karpenter) makes nodes on demand, by its profile or by nodes that it made. */
export function hasAutoProvisioning(
  { nodeAutoProvisioning }: Pick<ManagedCluster, 'nodeAutoProvisioning'>,
  nodes: readonly Pick<Node, 'labels'>[],
): boolean {
  return (
    nodeAutoProvisioning === true || nodes.some(({ labels }) => labels.has('karpenter.sh/nodepool'))
  );
}
