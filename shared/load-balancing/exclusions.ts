import { isVirtualNode, sameName, type Node } from '../model/index.ts';

/** Why a node may not be a backend (source: cloud-provider-azure). */
export type ExclusionReason =
  | 'deleting'
  | 'exclude-label'
  | 'autoscaler-taint'
  | 'unmanaged'
  | 'other-resource-group'
  | 'control-plane'
  | 'other-vm-set'
  | 'flex-on-basic'
  | 'vm-not-found'
  | 'vm-inactive'
  | 'nic-failed'
  | 'no-network-configuration'
  | 'held-by-other-load-balancer'
  | 'no-address-of-family'
  | 'windows-2019'
  | 'not-scale-set'
  | 'virtual-node';

/** Keeps a node out of load balancers; what its value means see {@link excludeLabel}. */
export const excludeLabelKey = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** What Go's ParseBool takes for false. */
const falseTexts = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

/**
 * The exclude label as its two readers take it: the service controller honours the value, the cloud
 * provider the key alone. They disagree for `"false"`.
 */
export function excludeLabel(node: Pick<Node, 'labels'>): {
  readonly present: boolean;
  readonly serviceController: boolean;
  readonly cloudProvider: boolean;
} {
  const value = node.labels.get(excludeLabelKey);
  const present = value !== undefined;
  const keeps = present && falseTexts.includes(value);
  return { present, serviceController: present && !keeps, cloudProvider: present };
}

/** Filter A: does the service controller hand the node to the provider? `undefined` = yes. */
export function serviceControllerExcludes(
  node: Pick<Node, 'labels' | 'taints' | 'deleting'>,
): ExclusionReason | undefined {
  if (node.deleting) return 'deleting';
  if (excludeLabel(node).serviceController) return 'exclude-label';
  return hasAutoscalerTaint(node) ? 'autoscaler-taint' : undefined;
}

/** The cluster autoscaler is about to delete the node. */
export function hasAutoscalerTaint({ taints }: Pick<Node, 'taints'>): boolean {
  return taints.some((taint) => taint.key === 'ToBeDeletedByClusterAutoscaler');
}

/** The label by which somebody says that the node is none of AKS's own. */
export function isUnmanaged(node: Pick<Node, 'labels'>): boolean {
  return node.labels.get('kubernetes.azure.com/managed')?.toLowerCase() === 'false';
}

/** The provider's cache of labels: nodes it leaves out of NIC pools. `undefined` = it keeps the node. */
export function providerExcludes(
  node: Pick<Node, 'labels'>,
  nodeResourceGroup?: string,
): ExclusionReason | undefined {
  if (isUnmanaged(node)) return 'unmanaged';
  if (excludeLabel(node).cloudProvider) return 'exclude-label';
  const group = node.labels.get('kubernetes.azure.com/resource-group');
  if (group !== undefined && nodeResourceGroup !== undefined && !sameName(group, nodeResourceGroup))
    return 'other-resource-group';
  return undefined;
}

/**
 * Why a node can be a backend of no load balancer of the cluster, whatever its machine is: its labels,
 * its role, or that it is leaving. `undefined` = nothing of the kind stands in the way.
 */
export function barredFromPools(
  node: Pick<Node, 'labels' | 'taints' | 'deleting'>,
  pools: {
    readonly byAddress: boolean;
    readonly basic: boolean;
    readonly nodeResourceGroup?: string | undefined;
    /** Virtual nodes without the exclude label are taken, by their address. */
    readonly virtualNodes?: boolean;
  },
): ExclusionReason | undefined {
  const first = serviceControllerExcludes(node);
  if (first !== undefined) return first;
  if (isVirtualNode(node) && pools.virtualNodes !== true) return 'virtual-node';
  const label = pools.byAddress ? undefined : providerExcludes(node, pools.nodeResourceGroup);
  if (label !== undefined) return label;
  return !pools.basic && isControlPlane(node) ? 'control-plane' : undefined;
}

/** By its role labels, the old one included. */
export function isControlPlane(node: Pick<Node, 'labels'>): boolean {
  return (
    node.labels.has('node-role.kubernetes.io/control-plane') ||
    node.labels.has('node-role.kubernetes.io/master') ||
    node.labels.get('kubernetes.io/role') === 'master'
  );
}
