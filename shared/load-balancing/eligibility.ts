import {
  armIdParts,
  sameName,
  valueOr,
  type Answer,
  type BackendPool,
  type LoadBalancer,
  type ManagedCluster,
  type Node,
  type Read,
} from '../model/index.ts';
import { machineIdOf } from './machine-id.ts';
import { baseName, isIpv6PoolName, isOutboundPool, sameLoadBalancer } from './names.ts';
import { memberVmSet } from './pool-members.ts';
import type { ClusterTopology } from './topology.ts';

/** Why a node may not be a backend (load-balancing.md §3.1, §3.2). */
export type ExclusionReason =
  | 'deleting'
  | 'exclude-label'
  | 'autoscaler-taint'
  | 'unmanaged'
  | 'other-resource-group'
  | 'control-plane'
  | 'other-vm-set'
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

/**
 * The exclude label as its two readers take it: the service controller honours the value (Go's
 * ParseBool), the cloud provider the key alone. They disagree for `"false"`.
 */
export function excludeLabel(node: Pick<Node, 'labels'>): {
  readonly present: boolean;
  readonly serviceController: boolean;
  readonly cloudProvider: boolean;
} {
  const value = node.labels.get(excludeLabelKey);
  const present = value !== undefined;
  const keeps = present && ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value);
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

export interface EligibilityInputs {
  readonly loadBalancer: LoadBalancer;
  /** The pool in question; the kind of its entries decides which filter applies. */
  readonly pool?: BackendPool;
  readonly topology: ClusterTopology;
  readonly managedCluster: Read<ManagedCluster>;
}

/**
 * May a node become a backend of a load balancer? Every reason against it that can be read; states
 * of VMs and NICs that were not read do not count against it, a VM set that cannot be derived (the
 * node's, or the one that the load balancer takes) makes the answer for Basic `unknown`.
 */
export function nodeEligibility(
  node: Node,
  inputs: EligibilityInputs,
): { readonly answer: Answer; readonly reasons: readonly ExclusionReason[] } {
  const reasons: ExclusionReason[] = [];
  const first = serviceControllerExcludes(node);
  if (first !== undefined) reasons.push(first);
  if (isVirtual(node)) reasons.push('virtual-node');
  const cluster = inputs.managedCluster.kind === 'read' ? inputs.managedCluster.value : undefined;
  if (isIpPool(inputs, cluster)) reasons.push(...ipPoolReasons(node, inputs.pool));
  else reasons.push(...nicPoolReasons(node, inputs, cluster));
  const distinct = [...new Set(reasons)];
  if (distinct.length > 0) return { answer: 'no', reasons: distinct };
  const unsure =
    inputs.loadBalancer.sku === 'basic' &&
    (inputs.topology.vmSetOf(node).kind === 'unknown' ||
      lbVmSet(inputs.topology, inputs.loadBalancer) === undefined);
  return { answer: unsure ? 'unknown' : 'yes', reasons: [] };
}

function isIpPool({ pool }: EligibilityInputs, cluster: ManagedCluster | undefined): boolean {
  const [member] = pool?.members ?? [];
  if (member !== undefined) return member.kind === 'ip';
  return cluster?.backendPoolType === 'nodeip';
}

/** An unmanaged node, or one with the exclude label `"false"`, is taken out and put back at each reconcile: in effect it stays. */
function ipPoolReasons(node: Node, pool: BackendPool | undefined): readonly ExclusionReason[] {
  if (isControlPlane(node)) return ['control-plane'];
  const ipv6 = pool !== undefined && isIpv6PoolName(pool.name);
  return node.internalIps.some((ip) => ip.includes(':') === ipv6) ? [] : ['no-address-of-family'];
}

function nicPoolReasons(
  node: Node,
  { loadBalancer, topology }: EligibilityInputs,
  cluster: ManagedCluster | undefined,
): readonly ExclusionReason[] {
  const reasons: ExclusionReason[] = [];
  const label = providerExcludes(node, cluster?.nodeResourceGroup);
  if (label !== undefined) reasons.push(label);
  const basic = loadBalancer.sku === 'basic';
  if (!basic && isControlPlane(node)) reasons.push('control-plane');
  if (basic) {
    const held = lbVmSet(topology, loadBalancer);
    const own = topology.vmSetOf(node);
    const isOther = own.kind === 'set' && held !== undefined && own.name !== held;
    if (isOther || own.kind === 'none') reasons.push('other-vm-set');
  }
  const machine = machineIdOf(node.providerId);
  const nics = topology.interfacesOf(node);
  if (machine?.kind === 'virtual-machine' && nics.some((nic) => nic.provisioningState === 'failed'))
    reasons.push('nic-failed');
  if (!basic && heldByOther(topology, node, loadBalancer) !== undefined)
    reasons.push('held-by-other-load-balancer');
  return reasons;
}

function isVirtual(node: Node): boolean {
  return node.labels.get('type') === 'virtual-kubelet';
}

/**
 * Basic: the VM set whose nodes a load balancer takes, lower-cased. The one its members belong to;
 * an empty load balancer is judged by its name, the primary set being that of the first system pool.
 */
export function lbVmSet(topology: ClusterTopology, loadBalancer: LoadBalancer): string | undefined {
  const known = lbVmSets.get(topology) ?? new Map<LoadBalancer, string | undefined>();
  lbVmSets.set(topology, known);
  if (known.has(loadBalancer)) return known.get(loadBalancer);
  const name = baseName(loadBalancer.name).toLowerCase();
  const sets = new Set(
    topology.inputs.nodes.flatMap((node) => {
      const set = topology.vmSetOf(node);
      return set.kind === 'set' ? [set.name] : [];
    }),
  );
  const result = sets.has(name)
    ? name
    : (memberVmSet(topology, loadBalancer) ?? primaryVmSet(topology));
  known.set(loadBalancer, result);
  return result;
}

const lbVmSets = new WeakMap<ClusterTopology, Map<LoadBalancer, string | undefined>>();

/** The VM set of the first system pool: AKS's primary set as far as is known (unverified). */
export function primaryVmSet(topology: ClusterTopology): string | undefined {
  const cluster = topology.inputs.managedCluster;
  if (cluster.kind === 'unread') return undefined;
  const system = cluster.value.nodePools.find((pool) => pool.mode === 'system');
  for (const node of topology.inputs.nodes) {
    const set = topology.vmSetOf(node);
    if (set.kind === 'set' && topology.poolOf(node) === system?.name) return set.name;
  }
  return undefined;
}

/**
 * The unrelated load balancer that holds a NIC of the node: one with another base name. Read from
 * the NIC where it is listed, else from the pools of every load balancer that was read.
 */
export function heldByOther(
  topology: ClusterTopology,
  node: Node,
  loadBalancer: LoadBalancer,
): string | undefined {
  for (const nic of topology.interfacesOf(node))
    for (const configuration of nic.ipConfigurations) {
      const inbound = configuration.backendPoolIds.filter(
        (id) => !isOutboundPool(armIdParts(id).name),
      );
      const answer = sameLoadBalancer(`${loadBalancer.id}/backendaddresspools/x`, inbound);
      if (answer !== undefined && !answer.same) return answer.other;
    }
  return holders(topology)
    .get(node)
    ?.find((name) => !sameName(baseName(name), baseName(loadBalancer.name)));
}

const holdersOf = new WeakMap<ClusterTopology, ReadonlyMap<Node, readonly string[]>>();

/** Load balancers with a NIC entry for each node. */
function holders(topology: ClusterTopology): ReadonlyMap<Node, readonly string[]> {
  const known = holdersOf.get(topology);
  if (known !== undefined) return known;
  const result = new Map<Node, string[]>();
  for (const loadBalancer of valueOr(topology.inputs.loadBalancers, []))
    for (const pool of loadBalancer.backendPools) {
      if (isOutboundPool(pool.name)) continue;
      for (const member of pool.members) {
        if (member.kind !== 'nic') continue;
        const resolved = topology.resolve(member);
        if (resolved.kind !== 'node') continue;
        const list = result.get(resolved.node);
        if (list === undefined) result.set(resolved.node, [loadBalancer.name]);
        else list.push(loadBalancer.name);
      }
    }
  holdersOf.set(topology, result);
  return result;
}
