import {
  lacking,
  poolNameOf,
  valueOr,
  type ArmId,
  type BackendMember,
  type LoadBalancer,
  type ManagedCluster,
  type NetworkInterface,
  type Node,
  type NodeName,
  type Read,
  type Reason,
  type VirtualMachine,
} from '../model/index.ts';
import { canonicalAddress } from './ip-address.ts';
import { machineIdOf, machineKey, scaleSetOfProviderId, type NamedScaleSet } from './machine-id.ts';
import {
  keyOfId,
  machineInventory,
  machineKind,
  nodeNameOf,
  type MachineInventory,
  type MachineKind,
} from './machine-kind.ts';
import { vmSetOfNode, type VmSet } from './vm-sets.ts';

export interface TopologyInputs {
  readonly nodes: readonly Node[];
  readonly networkInterfaces: Read<readonly NetworkInterface[]>;
  readonly virtualMachines: Read<readonly VirtualMachine[]>;
  readonly managedCluster: Read<ManagedCluster>;
  readonly loadBalancers: Read<readonly LoadBalancer[]>;
}

/** What a backend pool entry leads to. `stale` = no node of the cluster; `name` tells entries of one machine apart from others. */
type Resolution =
  | { readonly kind: 'node'; readonly node: Node }
  | { readonly kind: 'stale'; readonly name: string }
  | { readonly kind: 'unknown'; readonly reason: Reason };

/** Azure's machines and Kubernetes' nodes joined, in any letter case; built once, answers at once. */
export interface ClusterTopology {
  readonly inputs: TopologyInputs;
  resolve(member: BackendMember): Resolution;
  vmSetOf(node: Node): VmSet;
  /** Node pool by label, or the NodePool of node auto-provisioning; `undefined` = its labels name none. */
  poolOf(node: Node): string | undefined;
  /** `undefined` = not an instance of a Uniform scale set, and its VM was not read. */
  kindOf(node: Node): MachineKind | undefined;
  interfacesOf(node: Node): readonly NetworkInterface[];
}

/** The topology of a cluster, as far as its lists were read. */
export function clusterTopology(inputs: TopologyInputs): ClusterTopology {
  const nics = valueOr(inputs.networkInterfaces, []);
  const unread =
    inputs.networkInterfaces.kind === 'unread'
      ? lacking('networkInterfaces', inputs.networkInterfaces)
      : undefined;
  const inventory = machineInventory(valueOr(inputs.virtualMachines, []), nics);
  const nicsByMachine = Map.groupBy(nics, (nic) => keyOfId(nic.virtualMachineId ?? ''));
  const index = nodeIndex(inputs.nodes);
  const sets = new Map<NodeName, VmSet>();
  const setInputs = {
    managedCluster: valueOr(inputs.managedCluster, undefined),
    inventory,
    scaleSets: scaleSetsOf(inputs.nodes),
    loadBalancers: valueOr(inputs.loadBalancers, []),
    poolOf: poolNameOf,
  };
  return {
    inputs,
    resolve: (member) => resolve(member, index, inventory, unread),
    vmSetOf(node) {
      const known = sets.get(node.name) ?? vmSetOfNode(node, setInputs);
      sets.set(node.name, known);
      return known;
    },
    poolOf: poolNameOf,
    kindOf: (node) => machineKind(node.providerId, inventory),
    interfacesOf(node) {
      const id = machineIdOf(node.providerId);
      return id === undefined ? [] : (nicsByMachine.get(machineKey(id)) ?? []);
    },
  };
}

/** Nodes by what pool entries say of them. */
interface NodeIndex {
  /** By the key of the machine that `spec.providerID` names. */
  readonly byMachine: ReadonlyMap<string, Node>;
  readonly byIp: ReadonlyMap<string, Node>;
  /** A node that has no providerID yet is known by its name: the computer name of its VM. */
  readonly byName: ReadonlyMap<string, Node>;
}

function nodeIndex(nodes: readonly Node[]): NodeIndex {
  const byMachine = new Map<string, Node>();
  const byIp = new Map<string, Node>();
  const byName = new Map<string, Node>();
  for (const node of nodes) {
    const id = machineIdOf(node.providerId);
    if (id !== undefined) byMachine.set(machineKey(id), node);
    if (node.providerId === '') byName.set(node.name.toLowerCase(), node);
    for (const ip of node.internalIps) byIp.set(canonicalAddress(ip), node);
  }
  return { byMachine, byIp, byName };
}

function resolve(
  member: BackendMember,
  index: NodeIndex,
  inventory: MachineInventory,
  unread: Reason | undefined,
): Resolution {
  if (member.kind === 'ip')
    return nodeOrStale(index.byIp.get(canonicalAddress(member.ip)), member.ip);
  const id = machineIdOf(member.ipConfigurationId);
  if (id === undefined) return { kind: 'stale', name: member.ipConfigurationId };
  if (id.kind !== 'network-interface')
    return nodeOrStale(index.byMachine.get(machineKey(id)), nameOf(id));
  if (unread !== undefined) return { kind: 'unknown', reason: unread };
  const attached = inventory.networkInterfaces.get(machineKey(id))?.virtualMachineId;
  return nodeOrStale(
    attached === undefined ? undefined : nodeOfMachine(attached, index, inventory),
    id.name,
  );
}

function nodeOfMachine(
  id: ArmId,
  { byMachine, byName }: NodeIndex,
  { virtualMachines }: MachineInventory,
): Node | undefined {
  const key = keyOfId(id);
  const machine = virtualMachines.get(key);
  return (
    byMachine.get(key) ?? (machine === undefined ? undefined : byName.get(nodeNameOf(machine)))
  );
}

function nodeOrStale(node: Node | undefined, name: string): Resolution {
  return node === undefined ? { kind: 'stale', name } : { kind: 'node', node };
}

function nameOf(id: NonNullable<ReturnType<typeof machineIdOf>>): string {
  return (
    id.kind === 'scale-set-instance' ? `${id.scaleSet}/${id.instance}` : id.name
  ).toLowerCase();
}

/** The scale sets of nodes that have a providerID. */
function scaleSetsOf(nodes: readonly Node[]): readonly NamedScaleSet[] {
  const names = nodes.flatMap(({ providerId }) => scaleSetOfProviderId(providerId)?.scaleSet ?? []);
  return [...new Set(names)].map((name) => ({ name }));
}
