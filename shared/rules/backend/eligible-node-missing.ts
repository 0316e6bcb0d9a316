import {
  armId,
  isVirtualNode,
  sameName,
  subjectText,
  valueOr,
  type ArmId,
  type ManagedCluster,
  type NetworkInterface,
  type Node,
  type Read,
  type Reason,
  type ServiceEvent,
  type SliceName,
  type VirtualMachine,
} from '../../model/index.ts';
import {
  excludeLabel,
  isUnmanaged,
  machineIdOf,
  nodeEligibility,
  type MachineId,
} from '../../load-balancing/index.ts';
import { clusterView, type ClusterView } from '../../facts/index.ts';
import { nodeGroup, severalLoadBalancers } from '../../facts/cluster-sku.ts';
import { safeReconcile, type SafeReconcile } from '../../fixes/safe-reconcile.ts';
import { defineRule, type Fault } from '../rule.ts';
import { distinct, excerpt, named, reasonsBySubjects } from '../../fixes/text.ts';
import { inboundPools, poolText, type InboundPool } from '../../facts/inbound-pools.ts';
import { unresolvedIn } from '../../facts/membership.ts';
import { findFailedUpdate } from '../../fixes/pool-fixes.ts';
import { openFailures } from '../../facts/open-failures.ts';
import { isRecentNode } from '../../facts/recent-changes.ts';
import { updateCauseText, effectText } from './missing-node-texts.ts';

/**
 * Finds Ready nodes that Azure's cloud provider would put into a backend pool and that are in none
 * of the pools they belong to: one finding for each load balancer lists them. Several Standard load
 * balancers have a rule of their own.
 */
export const eligibleNodeMissing = defineRule(
  {
    id: 'backend/eligible-node-missing',
    title: 'Eligible node is missing from the backend pools',
    why: 'With Local, its pods get no new connections; with Cluster, the Service has one fewer entry node.',
    remedy: 'Trigger a reconcile, and check for a failed update, VM or NIC.',
    severity: 'medium',
    source: "Azure's cloud provider: which nodes become backends; Kubernetes: KEP-3458",
  },
  {
    needs: ['nodes', 'loadBalancers', 'services', clusterView, severalLoadBalancers],
    helps: ['managedCluster', nodeGroup, 'virtualMachines', 'networkInterfaces', 'serviceEvents'],
    fixes: [safeReconcile],
  },
  ({ nodes, clusterView: view, cluster, serviceEvents, safeReconcile: isSafe, ...helps }) => {
    if (helps.severalLoadBalancers) return { faults: [] };
    const inbound = inboundPools(helps.loadBalancers, helps.services);
    const unresolved = unresolvedIn(
      view,
      inbound.map(({ pool }) => pool),
    );
    if (unresolved !== undefined) return { faults: [], unknown: [unresolved] };
    const pools = inbound.map((each) => ({
      ...each,
      nodes: new Set(view.members(each.pool).nodes.map((member) => member.node)),
    }));
    const going = leavingMachines(helps.virtualMachines);
    const judged = nodes
      .filter(({ ready }) => ready === 'true')
      .filter((node) => !hasReasonOfItsOwn(node) && !going.has(machineOf(node)))
      .map((node) => ({ node, result: judge(node, pools, view, helps) }));
    const missing = judged.flatMap(({ node, result }) => {
      const notRead = statesNotRead(node, helps);
      const recent = isRecentNode(cluster, node);
      return 'why' in result ? [] : result.map((pool) => ({ node, pool, notRead, recent }));
    });
    const unjudged = judged.flatMap(({ node, result }) =>
      'why' in result ? [{ subject: node, ...result }] : [],
    );
    const failed = openFailures(valueOr(serviceEvents, []));
    const byLoadBalancer = Map.groupBy(missing, ({ pool }) => pool.loadBalancer.name);
    return {
      faults: [...byLoadBalancer].map(([name, each]) =>
        faultOf(name, each, { view, failed, isSafe }),
      ),
      unknown: reasonsBySubjects(unjudged),
    };
  },
);

interface MachineStates {
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
function leavingMachines(virtualMachines: MachineStates['virtualMachines']): ReadonlySet<ArmId> {
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
function statesNotRead({ providerId }: Node, helps: MachineStates): readonly SliceName[] {
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
  { managedCluster, nodeGroup: group }: MachineStates,
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
  if (undecided) return { why: 'whether it is eligible as a backend is not known' };
  if (!own.some(({ pool }) => pool.members[0]?.kind === 'nic')) return own;
  const machine = machineIdOf(node.providerId);
  if (machine === undefined)
    return { why: 'its providerID is not an Azure VM, so it cannot be matched with pool members' };
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

/** A node that a pool lacks. */
interface MissingNode {
  readonly node: Node;
  readonly pool: InboundPool;
  readonly notRead: readonly SliceName[];
  /** The controllers have not had the time to add it. */
  readonly recent: boolean;
}

interface PoolSurroundings {
  readonly view: ClusterView;
  readonly failed: ReadonlyMap<string, ServiceEvent>;
  readonly isSafe: SafeReconcile;
}

function faultOf(
  name: string,
  missing: readonly MissingNode[],
  { view, failed, isSafe }: PoolSurroundings,
): Fault {
  const { topology } = view;
  const nodes = distinct(missing.map(({ node }) => node.name));
  const pools = distinct(missing.map(({ pool }) => poolText(pool)));
  const notRead = distinct(missing.flatMap((each) => each.notRead));
  const users = missing.flatMap(({ pool }) => pool.users.map(({ service }) => service));
  const update = distinct(users.map(subjectText)).flatMap((user) => failed.get(user) ?? [])[0];
  const recent = missing.every((each) => each.recent);
  const one = nodes.length === 1;
  const severity = missing.every((each) => each.notRead.length > 0) ? 'low' : 'medium';
  const what = `${effectText(distinctPools(missing), nodes, view)} ${one ? 'The node is' : 'The nodes are'} Ready and eligible as far as could be read, but not in ${named('pool', pools)}.`;
  const message = `${what} ${updateCauseText(update)}`;
  return {
    subject: { kind: 'LoadBalancer', name },
    severity: recent ? 'info' : severity,
    ...(recent && { young: { severity, names: nodes, message } }),
    title: one
      ? `Node ${nodes[0]} is in no backend pool of ${name}`
      : `${nodes.length} nodes are in no backend pool of ${name}`,
    message: recent
      ? `${what} The controllers have had less than five minutes to add it.`
      : message,
    causes: [update === undefined ? 'node-missing-from-pool' : 'update-failed'],
    evidence: {
      nodes,
      nodePools: distinct(missing.map(({ node }) => topology.poolOf(node) ?? 'none')),
      pools,
      ...(notRead.length > 0 && { notRead }),
      ...(update !== undefined && { event: `${update.reason}: ${excerpt(update.message)}` }),
    },
    fixes: [findFailedUpdate(nodes, update !== undefined, isSafe(missing.map(({ pool }) => pool)))],
  };
}

function distinctPools(missing: readonly MissingNode[]): readonly InboundPool[] {
  return [...new Map(missing.map(({ pool }) => [pool.pool.id, pool])).values()];
}
