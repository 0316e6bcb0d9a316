import {
  armIdParts,
  compacted,
  lacking,
  reasonOf,
  valueOr,
  type ArmId,
  type ManagedCluster,
  type NetworkInterface,
  type Node,
  type Read,
  type Reason,
  type SecurityGroup,
} from '../../model/index.ts';
import { machineIdOf, machineKey } from '../machine-id.ts';
import type { ClusterTopology } from '../topology.ts';

/** The network security groups that are known to stand before a node: of its subnet, of its NIC. */
export interface NodeGroups {
  readonly groups: readonly SecurityGroup[];
  /** Why groups that stand before it are not among them: those of its NIC by name, or that of its subnet. */
  readonly unread: readonly Reason[];
}

/** Why the packets to a node cannot be judged by these alone; `undefined` = they are all there are. */
export function groupsNotRead({ groups, unread }: NodeGroups): Reason | undefined {
  if (unread[0] !== undefined) return unread[0];
  return groups.length > 0
    ? undefined
    : { why: 'no network security group of the node subnet was read' };
}

export interface GuardInputs {
  readonly topology: ClusterTopology;
  readonly managedCluster: Read<ManagedCluster>;
  readonly securityGroups: readonly SecurityGroup[];
}

/**
 * Finds the groups of nodes. A subnet is known by the node's NIC, else by its pool; a pool that names
 * none is in the network that AKS made in the node resource group.
 */
export function groupsOfNodes(inputs: GuardInputs): (node: Node) => NodeGroups {
  const { topology, managedCluster, securityGroups } = inputs;
  const cluster = valueOr(managedCluster, undefined);
  const byId = new Map(securityGroups.map((group) => [group.id, group]));
  const bySubnet = groupsByKey(securityGroups, ({ subnetIds }) => subnetIds);
  const byInterface = groupsByKey(securityGroups, ({ networkInterfaceIds }) =>
    networkInterfaceIds.map(machineOrInterface),
  );
  const ownSubnet = managedSubnet(cluster, [...bySubnet.keys()]);
  const subnetOfPool = new Map(
    (cluster?.nodePools ?? []).map((pool) => [pool.name, pool.subnetId ?? ownSubnet]),
  );
  const subnetUnread = reasonOf(
    managedCluster.kind === 'unread' ? lacking('managedCluster', managedCluster) : { why: '' },
    'network security group of the node subnet was not read',
  );
  return (node) => {
    const interfaces = topology.interfacesOf(node);
    const subnets = new Set(
      interfaces.flatMap((nic) => nic.ipConfigurations.flatMap(({ subnetId }) => subnetId ?? [])),
    );
    const pool = subnetOfPool.get(topology.poolOf(node) ?? '');
    if (subnets.size === 0 && pool !== undefined) subnets.add(pool);
    const machine = machineIdOf(node.providerId);
    const keys = compacted([
      machine !== undefined && machineKey(machine),
      ...interfaces.map(({ id }) => machineOrInterface(id)),
    ]);
    const attached = interfaces.flatMap(({ securityGroupId }) => securityGroupId ?? []);
    const subnetUnknown = subnets.size === 0 && cluster === undefined && bySubnet.size > 0;
    const groups = [
      ...[...subnets].flatMap((id) => bySubnet.get(id) ?? []),
      ...keys.flatMap((key) => byInterface.get(key) ?? []),
      ...attached.flatMap((id) => byId.get(id) ?? []),
    ];
    return {
      groups: [...new Set(groups)],
      unread: compacted([
        ...attached
          .filter((id) => !byId.has(id))
          .map((id) => ({ why: `network security group ${armIdParts(id).name} was not read` })),
        subnetUnknown && subnetUnread,
      ]),
    };
  };
}

function groupsByKey<K extends string>(
  groups: readonly SecurityGroup[],
  keysOf: (group: SecurityGroup) => readonly K[],
): ReadonlyMap<K, readonly SecurityGroup[]> {
  const result = new Map<K, SecurityGroup[]>();
  for (const group of groups)
    for (const key of keysOf(group)) result.set(key, [...(result.get(key) ?? []), group]);
  return result;
}

/** The NIC of a scale set's instance stands for its machine: it is in no list of NICs. */
function machineOrInterface(id: NetworkInterface['id']): string {
  const machine = machineIdOf(id);
  return machine === undefined ? id : machineKey(machine);
}

/** Among subnets with a group: the one of the nodes in the network that AKS made. */
function managedSubnet(
  cluster: ManagedCluster | undefined,
  subnets: readonly ArmId[],
): ArmId | undefined {
  const group = cluster?.nodeResourceGroup?.toLowerCase();
  if (group === undefined) return undefined;
  const own = subnets.filter((id) => id.includes(`/resourcegroups/${group}/`));
  const [first, ...rest] = own.filter((id) => id.endsWith('/subnets/aks-subnet'));
  const found = rest.length === 0 ? first : undefined;
  return found ?? (own.length === 1 ? own[0] : undefined);
}
