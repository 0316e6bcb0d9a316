import {
  valueOr,
  type ArmId,
  type BackendMember,
  type LoadBalancer,
  type ManagedCluster,
  type NetworkInterface,
  type Node,
  type NodeName,
  type Read,
  type VirtualMachine,
} from '../model/index.ts';
import { machineIdOf, machineKey, scaleSetOfProviderId, type NamedScaleSet } from './machine-id.ts';
import {
  keyOfId,
  machineInventory,
  machineKind,
  nodeNameOf,
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
  | { readonly kind: 'unknown'; readonly why: string };

/** Azure's machines and Kubernetes' nodes joined, in any letter case; built once, answers at once. */
export interface ClusterTopology {
  readonly inputs: TopologyInputs;
  resolve(member: BackendMember): Resolution;
  vmSetOf(node: Node): VmSet;
  /** Node pool by label; `undefined` for nodes of node auto-provisioning, whose labels are empty. */
  poolOf(node: Node): string | undefined;
  /** `undefined` = not an instance of a Uniform scale set, and its VM was not read. */
  kindOf(node: Node): MachineKind | undefined;
  interfacesOf(node: Node): readonly NetworkInterface[];
}

export function clusterTopology(inputs: TopologyInputs): ClusterTopology {
  const byMachine = new Map<string, Node>();
  const byIp = new Map<string, Node>();
  const machineOf = new Map<NodeName, string>();
  for (const node of inputs.nodes) {
    const id = machineIdOf(node.providerId);
    if (id !== undefined) {
      byMachine.set(machineKey(id), node);
      machineOf.set(node.name, machineKey(id));
    }
    for (const ip of node.internalIps) byIp.set(canonicalIp(ip), node);
  }
  const nics = valueOr(inputs.networkInterfaces, []);
  const inventory = machineInventory(valueOr(inputs.virtualMachines, []), nics);
  const nicsByMachine = Map.groupBy(nics, (nic) => keyOfId(nic.virtualMachineId ?? ''));
  const sets = new Map<NodeName, VmSet>();
  const setInputs = {
    managedCluster: inputs.managedCluster.kind === 'read' ? inputs.managedCluster.value : undefined,
    inventory,
    scaleSets: scaleSetsOf(inputs.nodes),
    loadBalancers: valueOr(inputs.loadBalancers, []),
    poolOf: nodePoolOf,
  };
  // A node that has no providerID yet is known by the computer name of its VM.
  const unnumbered = new Map(
    inputs.nodes
      .filter(({ providerId }) => providerId === '')
      .map((node) => [node.name.toLowerCase(), node]),
  );
  const nodeOfMachine = (id: ArmId): Node | undefined => {
    const machine = inventory.virtualMachines.get(keyOfId(id));
    return (
      byMachine.get(keyOfId(id)) ??
      (machine === undefined ? undefined : unnumbered.get(nodeNameOf(machine)))
    );
  };
  return {
    inputs,
    resolve(member) {
      if (member.kind === 'ip') {
        const node = byIp.get(canonicalIp(member.ip));
        return node === undefined ? { kind: 'stale', name: member.ip } : { kind: 'node', node };
      }
      const id = machineIdOf(member.ipConfigurationId);
      if (id === undefined) return { kind: 'stale', name: member.ipConfigurationId };
      if (id.kind !== 'network-interface') return found(byMachine.get(machineKey(id)), nameOf(id));
      if (inputs.networkInterfaces.kind === 'unread')
        return { kind: 'unknown', why: `networkInterfaces: ${inputs.networkInterfaces.why}` };
      const machine = inventory.networkInterfaces.get(machineKey(id))?.virtualMachineId;
      return found(machine === undefined ? undefined : nodeOfMachine(machine), id.name);
    },
    vmSetOf(node) {
      const known = sets.get(node.name) ?? vmSetOfNode(node, setInputs);
      sets.set(node.name, known);
      return known;
    },
    poolOf: nodePoolOf,
    kindOf: (node) => machineKind(node.providerId, inventory),
    interfacesOf(node) {
      const key = machineOf.get(node.name);
      return key === undefined ? [] : (nicsByMachine.get(key) ?? []);
    },
  };
}

/** IPv6 addresses have many spellings, and Azure and Kubernetes need not choose the same. */
function canonicalIp(ip: string): string {
  if (!ip.includes(':')) return ip.trim();
  return URL.parse(`http://[${ip.trim()}]`)?.hostname ?? ip.trim().toLowerCase();
}

function found(node: Node | undefined, name: string): Resolution {
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

/** `kubernetes.azure.com/agentpool`, else its old twin; node auto-provisioning leaves both empty. */
function nodePoolOf(node: Node): string | undefined {
  return (
    node.labels.get('kubernetes.azure.com/agentpool') ||
    node.labels.get('agentpool') ||
    node.labels.get('karpenter.sh/nodepool') ||
    undefined
  );
}
