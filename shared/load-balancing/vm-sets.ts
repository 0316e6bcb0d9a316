import { armIdParts, type LoadBalancer, type ManagedCluster, type Node } from '../model/index.ts';
import {
  availabilitySetName,
  machineIdOf,
  scaleSetOfNodeName,
  type NamedScaleSet,
} from './machine-id.ts';
import { virtualMachineOf, type MachineInventory } from './machine-kind.ts';
import { baseName } from './names.ts';

/** The scale set or availability set that a node belongs to, lower-cased; standalone VMs have none. */
export type VmSet =
  | { readonly kind: 'set'; readonly name: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

export interface VmSetInputs {
  readonly managedCluster: ManagedCluster | undefined;
  readonly inventory: MachineInventory;
  /** Those that other nodes' providerIDs name. */
  readonly scaleSets: readonly NamedScaleSet[];
  readonly loadBalancers: readonly LoadBalancer[];
  readonly poolOf: (node: Node) => string | undefined;
}

/**
 * Derives a node's VM set: the scale set from its providerID; an availability set from the VM where
 * VMs were read, else as an existing Basic load balancer spells it, else by AKS's naming habit.
 */
export function vmSetOfNode(node: Node, inputs: VmSetInputs): VmSet {
  const id = machineIdOf(node.providerId);
  if (id === undefined) return byNodeName(node, inputs);
  if (id.kind === 'scale-set-instance') return { kind: 'set', name: id.scaleSet.toLowerCase() };
  const machine = virtualMachineOf(id, inputs.inventory);
  if (machine === undefined) return byHabit(node, inputs);
  const { scaleSetId, availabilitySetId = '' } = machine;
  const set =
    scaleSetId === undefined ? availabilitySetName(availabilitySetId) : armIdParts(scaleSetId).name;
  if (set === undefined) return { kind: 'unknown' };
  return set === '' ? { kind: 'none' } : { kind: 'set', name: set };
}

/** A node without a providerID yet: the scale set whose instances are called like it. */
function byNodeName({ name, providerId }: Node, { scaleSets }: VmSetInputs): VmSet {
  const found = providerId === '' ? scaleSetOfNodeName(name, scaleSets) : undefined;
  return found === undefined
    ? { kind: 'unknown' }
    : { kind: 'set', name: found.name.toLowerCase() };
}

function byHabit(node: Node, { managedCluster, loadBalancers, poolOf }: VmSetInputs): VmSet {
  // Node auto-provisioning makes single VMs.
  if (node.labels.has('karpenter.sh/nodepool')) return { kind: 'none' };
  const poolName = poolOf(node);
  const pool = managedCluster?.nodePools.find((each) => each.name === poolName);
  const type = pool?.type?.toLowerCase();
  if (type === 'virtualmachines') return { kind: 'none' };
  if (poolName === undefined || type !== 'availabilityset') return { kind: 'unknown' };
  const prefix = `${poolName}-availabilityset-`.toLowerCase();
  const spelt = loadBalancers
    .map((each) => baseName(each.name).toLowerCase())
    .find((name) => name.startsWith(prefix));
  if (spelt !== undefined) return { kind: 'set', name: spelt };
  const hash = new RegExp(String.raw`^aks-${escaped(poolName)}-(\d+)-`, 'iu').exec(node.name)?.[1];
  return hash === undefined ? { kind: 'unknown' } : { kind: 'set', name: `${prefix}${hash}` };
}

/** Pool names reach here from a cluster: nothing in them may act as a pattern. */
function escaped(text: string): string {
  return text.replaceAll(
    /[^\w-]/gu,
    (char) => String.raw`\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}
