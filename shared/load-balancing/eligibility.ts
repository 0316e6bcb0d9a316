import {
  armId,
  isVirtualNode,
  valueOr,
  type Tristate,
  type BackendPool,
  type LoadBalancer,
  type ManagedCluster,
  type Node,
  type Read,
} from '../model/index.ts';
import {
  excludeLabel,
  isControlPlane,
  providerExcludes,
  serviceControllerExcludes,
  type ExclusionReason,
} from './exclusions.ts';
import { poolsHolding } from './held-by-other.ts';
import { nicObstacles, type NicFacts } from './nic-pools.ts';
import { backendPoolId, isIpv6PoolName, isNicPool } from './pool-names.ts';
import type { ClusterTopology } from './topology.ts';
import { lbVmSet } from './vm-set-of-load-balancer.ts';

export interface EligibilityInputs {
  readonly loadBalancer: LoadBalancer;
  /** The pool in question; the kind of its entries decides which filter applies. */
  readonly pool?: BackendPool;
  readonly topology: ClusterTopology;
  readonly managedCluster: Read<ManagedCluster>;
}

interface Eligibility {
  readonly answer: Tristate;
  readonly reasons: readonly ExclusionReason[];
}

/**
 * May a node become a backend of a load balancer? Every reason against it that can be read; states
 * of VMs and NICs that were not read do not count against it. What makes the answer `unknown`: a VM
 * set that cannot be derived on Basic (the node's, or the one that the load balancer takes), a virtual
 * node without the exclude label in a pool by address, and a cluster profile that was not read where the
 * kind of an empty pool or the group of a node rests on it.
 */
export function nodeEligibility(node: Node, inputs: EligibilityInputs): Eligibility {
  if (!profileDecides(node, inputs)) return eligibility(node, inputs, isPoolByAddress(inputs));
  const [byNic, byAddress] = [eligibility(node, inputs, false), eligibility(node, inputs, true)];
  const both = inputs.pool?.members.length ? [byNic] : [byNic, byAddress];
  return both.every(({ answer }) => answer === 'no') ? byNic : { answer: 'unknown', reasons: [] };
}

/** Whether the answer rests on a profile that was not read. */
function profileDecides(node: Node, { pool, managedCluster }: EligibilityInputs): boolean {
  if (managedCluster.kind === 'read') return false;
  const [member] = pool?.members ?? [];
  if (member === undefined) return true;
  return member.kind === 'nic' && node.labels.has('kubernetes.azure.com/resource-group');
}

function eligibility(node: Node, inputs: EligibilityInputs, byAddress: boolean): Eligibility {
  const reasons: ExclusionReason[] = [];
  const first = serviceControllerExcludes(node);
  if (first !== undefined) reasons.push(first);
  if (isVirtualNode(node) && !(byAddress && !excludeLabel(node).present))
    reasons.push('virtual-node');
  const cluster = valueOr(inputs.managedCluster, undefined);
  if (byAddress) reasons.push(...ipPoolObstacles(node, inputs.pool));
  else reasons.push(...nicPoolObstacles(node, inputs, cluster));
  const distinct = [...new Set(reasons)];
  if (distinct.length > 0) return { answer: 'no', reasons: distinct };
  const unsure =
    isVirtualNode(node) ||
    (inputs.loadBalancer.sku === 'basic' &&
      (inputs.topology.vmSetOf(node).kind === 'unknown' ||
        lbVmSet(inputs.topology, inputs.loadBalancer) === undefined));
  return { answer: unsure ? 'unknown' : 'yes', reasons: [] };
}

/** By the entries of the pool, and for an empty one by what the cluster says; by NIC where nobody does. */
export function isPoolByAddress({
  pool,
  managedCluster,
}: Pick<EligibilityInputs, 'pool' | 'managedCluster'>): boolean {
  const addresses = (pool?.members ?? []).map((each) => (each.kind === 'ip' ? each.ip : undefined));
  const all = pool?.byNic === true ? [...addresses, undefined] : addresses;
  if (all.length > 0) return !isNicPool(all);
  return managedCluster.kind === 'read' && managedCluster.value.backendPoolType === 'nodeip';
}

/** An unmanaged node, or one with the exclude label `"false"`, is taken out and put back at each reconcile: in effect it stays. */
function ipPoolObstacles(node: Node, pool: BackendPool | undefined): readonly ExclusionReason[] {
  if (isControlPlane(node)) return ['control-plane'];
  const ipv6 = pool !== undefined && isIpv6PoolName(pool.name);
  return node.internalIps.some((ip) => ip.includes(':') === ipv6) ? [] : ['no-address-of-family'];
}

function nicPoolObstacles(
  node: Node,
  { loadBalancer, pool, topology }: EligibilityInputs,
  cluster: ManagedCluster | undefined,
): readonly ExclusionReason[] {
  const reasons: ExclusionReason[] = [];
  const label = providerExcludes(node, cluster?.nodeResourceGroup);
  if (label !== undefined) reasons.push(label);
  const basic = loadBalancer.sku === 'basic';
  if (!basic && isControlPlane(node)) reasons.push('control-plane');
  const own = topology.vmSetOf(node).kind;
  if (basic && own === 'none') reasons.push('other-vm-set');
  const target = {
    id: pool?.id ?? armId(backendPoolId(loadBalancer.id, 'any')),
    sku: loadBalancer.sku,
    vmSet: basic && own === 'set' ? lbVmSet(topology, loadBalancer) : undefined,
  };
  return [...reasons, ...nicObstacles(nicFacts(node, topology), target)];
}

function nicFacts(node: Node, topology: ClusterTopology): NicFacts {
  const set = topology.vmSetOf(node);
  const failed = topology.interfacesOf(node).some((nic) => nic.provisioningState === 'failed');
  return {
    kind: topology.kindOf(node) ?? 'availabilitySet',
    vmSet: set.kind === 'set' ? set.name : undefined,
    nicProvisioningState: failed ? 'failed' : undefined,
    poolIds: poolsHolding(topology, node),
  };
}
