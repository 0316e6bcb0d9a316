import { sameName, type Node } from '../model/index.ts';

/** Why a node may not be a backend (load-balancing.md §3.1, §3.2). */
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
  if (node.taints.some((taint) => taint.key === 'ToBeDeletedByClusterAutoscaler'))
    return 'autoscaler-taint';
  return undefined;
}

/** The provider's cache of labels: nodes it leaves out of NIC pools. `undefined` = it keeps the node. */
export function providerExcludes(
  node: Pick<Node, 'labels'>,
  nodeResourceGroup?: string,
): ExclusionReason | undefined {
  if (node.labels.get('kubernetes.azure.com/managed')?.toLowerCase() === 'false')
    return 'unmanaged';
  if (excludeLabel(node).cloudProvider) return 'exclude-label';
  const group = node.labels.get('kubernetes.azure.com/resource-group');
  if (group !== undefined && nodeResourceGroup !== undefined && !sameName(group, nodeResourceGroup))
    return 'other-resource-group';
  return undefined;
}

export function isControlPlane(node: Pick<Node, 'labels'>): boolean {
  return (
    node.labels.has('node-role.kubernetes.io/control-plane') ||
    node.labels.has('node-role.kubernetes.io/master') ||
    node.labels.get('kubernetes.io/role') === 'master'
  );
}
