import {
  excludeLabel,
  isUnmanaged,
  machineIdOf,
  nodeEligibility,
  type MachineId,
} from '../../load-balancing/index.ts';
import {
  armId,
  sameName,
  valueOr,
  type ArmId,
  type ManagedCluster,
  type NetworkInterface,
  type Node,
  type Read,
  type SliceName,
  type VirtualMachine,
} from '../../model/index.ts';
import { isVirtualNode } from '../../placement/index.ts';
import { clusterView, type ClusterView, type Reason, type Unjudged } from '../../facts/index.ts';
import { nodeGroup, severalLoadBalancers } from '../../facts/cluster-sku.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { distinct, listed, quoted } from '../../fixes/text.ts';
import { inboundPools, type InboundPool } from '../../facts/inbound-pools.ts';

/**
 * Finds Ready nodes that Azure's cloud provider would put into a backend pool and that are in none
 * of the pools they belong to. Several Standard load balancers have a rule of their own.
 */
export const eligibleNodeMissing = defineRule(
  {
    id: 'backend/eligible-node-missing',
    title: 'A node that may be a backend is in no backend pool',
    why: 'Under Local its pods get no new connections; under Cluster one way in is missing.',
    remedy: 'Make the cloud provider reconcile a Service, and look for a failed update, VM or NIC.',
    severity: 'medium',
    source: "Azure's cloud provider: which nodes become backends; Kubernetes: KEP-3458",
  },
  {
    needs: ['nodes', 'loadBalancers', 'services', clusterView, severalLoadBalancers],
    helps: ['managedCluster', nodeGroup, 'virtualMachines', 'networkInterfaces'],
  },
  ({
    nodes,
    loadBalancers,
    services,
    clusterView: view,
    severalLoadBalancers: several,
    ...helps
  }) => {
    if (several) return { faults: [] };
    const inbound = inboundPools(loadBalancers, services);
    const unresolved = distinct(inbound.flatMap(({ pool }) => view.members(pool).unknown));
    if (unresolved.length > 0) return { faults: [], unknown: unresolved };
    const pools = inbound.map((each) => ({
      ...each,
      nodes: new Set(view.members(each.pool).nodes.map((member) => member.node)),
    }));
    const going = machinesOnTheirWayOut(helps.virtualMachines);
    const faults: Fault[] = [];
    const unjudged: Unjudged[] = [];
    for (const node of nodes) {
      if (node.ready !== 'true' || hasReasonOfItsOwn(node) || going.has(machineOf(node))) continue;
      const judged = judge(node, pools, view, helps);
      if ('why' in judged) unjudged.push({ subject: node, ...judged });
      else if (judged.length > 0)
        faults.push(faultOf(node, judged, view, statesNotRead(node, helps)));
    }
    return { faults, unknown: unjudged };
  },
);

interface Helps {
  readonly managedCluster: Read<ManagedCluster>;
  readonly nodeGroup: Read<string>;
  readonly virtualMachines: Read<readonly VirtualMachine[]>;
  readonly networkInterfaces: Read<readonly NetworkInterface[]>;
}

/** Labels that keep a node out, or in and out by turns, are other faults. */
function hasReasonOfItsOwn(node: Node): boolean {
  return isVirtualNode(node) || excludeLabel(node).present || isUnmanaged(node);
}

/** Machines that the cloud provider leaves out by their state, where it was read. */
function machinesOnTheirWayOut(virtualMachines: Helps['virtualMachines']): ReadonlySet<ArmId> {
  return new Set(
    valueOr(virtualMachines, [])
      .filter(({ provisioningState = '' }) =>
        ['deleting', 'unknown'].includes(provisioningState.toLowerCase()),
      )
      .map(({ id }) => id),
  );
}

function machineOf({ providerId }: Node): ArmId {
  return armId(providerId.replace(/^azure:\/\//iu, ''));
}

/** Lists that would say of a machine of its own whether its state keeps it out: it may be on its way out. */
function statesNotRead({ providerId }: Node, helps: Helps): readonly SliceName[] {
  if (machineIdOf(providerId)?.kind !== 'virtual-machine') return [];
  return (['networkInterfaces', 'virtualMachines'] as const).filter(
    (slice) => helps[slice].kind === 'unread',
  );
}

interface PoolWithNodes extends InboundPool {
  readonly nodes: ReadonlySet<Node>;
}

/** The pools that a node belongs to where it is in none of them; why it cannot be told. */
function judge(
  node: Node,
  pools: readonly PoolWithNodes[],
  { topology }: ClusterView,
  { managedCluster, nodeGroup: group }: Helps,
): readonly InboundPool[] | Reason {
  const own: InboundPool[] = [];
  let undecided = false;
  for (const each of pools) {
    const { answer } = nodeEligibility(node, {
      ...each,
      topology,
      managedCluster,
    });
    if (answer !== 'no' && each.nodes.has(node)) return [];
    if (answer === 'yes') own.push(each);
    else if (answer === 'unknown') undecided = true;
  }
  if (undecided) return { why: 'whether it may be a backend could not be decided' };
  if (!own.some(({ pool }) => pool.members[0]?.kind === 'nic')) return own;
  const machine = machineIdOf(node.providerId);
  if (machine === undefined)
    return { why: 'its providerID names no machine of Azure, so it cannot be found in the pools' };
  return isOfCluster(machine, managedCluster, group) ? own : [];
}

/** The provider looks for machines in the node resource group: those that AKS keeps elsewhere it never finds. */
function isOfCluster(
  { subscriptionId, resourceGroup }: MachineId,
  managedCluster: Read<ManagedCluster>,
  group: Read<string>,
): boolean {
  const own = managedCluster.kind === 'read' ? managedCluster.value.subscriptionId : subscriptionId;
  return (
    group.kind === 'unread' ||
    (sameName(group.value, resourceGroup) && sameName(own, subscriptionId))
  );
}

function faultOf(
  node: Node,
  pools: readonly InboundPool[],
  { topology }: ClusterView,
  notRead: readonly SliceName[],
): Fault {
  const names = distinct(
    pools.map(({ loadBalancer, pool }) => `${loadBalancer.name}/${pool.name}`),
  );
  return {
    subject: { kind: 'Node', name: node.name },
    ...(notRead.length > 0 && { severity: 'low' }),
    title: `Node ${node.name} is in no backend pool`,
    message: `Pods on ${node.name} get no new connections from Services with Local. The node is Ready and nothing that could be read keeps it out, yet ${listed(names)} ${names.length === 1 ? 'does' : 'do'} not hold it. A pool update that failed or is still to come, a stopped VM or a failed NIC are the usual causes.`,
    causes: ['node-missing-from-pool'],
    evidence: {
      nodePool: topology.poolOf(node) ?? 'none',
      pools: names,
      ...(notRead.length > 0 && { notRead }),
    },
    fixes: [
      {
        title: 'Look for failed updates, then touch a Service',
        steps: [
          {
            tool: 'kubectl',
            text: 'kubectl get events -A --field-selector type=Warning,involvedObject.kind=Service',
          },
          { tool: 'kubectl', text: `kubectl describe node ${quoted(node.name)}` },
        ],
        price: ['none: it only reads; any change of a Service then starts a new reconcile'],
      },
    ],
  };
}
