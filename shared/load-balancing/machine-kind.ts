import type { NetworkInterface, VirtualMachine } from '../model/index.ts';
import { machineIdOf, machineKey, type MachineId } from './machine-id.ts';

export type MachineKind = 'vmss' | 'vmssflex' | 'availabilitySet';

/** VMs and NICs by the key of their ids. */
export interface MachineInventory {
  readonly virtualMachines: ReadonlyMap<string, VirtualMachine>;
  readonly networkInterfaces: ReadonlyMap<string, NetworkInterface>;
}

/** VMs and NICs of a cluster to look up by their ids. */
export function machineInventory(
  virtualMachines: readonly VirtualMachine[],
  networkInterfaces: readonly NetworkInterface[],
): MachineInventory {
  return { virtualMachines: byKey(virtualMachines), networkInterfaces: byKey(networkInterfaces) };
}

function byKey<T extends { readonly id: string }>(all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(all.map((each) => [keyOfId(each.id), each]));
}

/** What kind of machine an id belongs to; ids of nothing that is known stand for themselves. */
export function keyOfId(id: string): string {
  const machine = machineIdOf(id);
  return machine === undefined ? id : machineKey(machine);
}

/**
 * What kind of machine a providerID or an ipConfiguration id belongs to (source: cloud-provider-azure): a
 * scale set's instance shows it in the id, others by what their VM refers to; a standalone VM counts
 * with the availability sets. `undefined` = the VM is not among those that were read.
 * @param uniformOnly The controller knows of no other scale sets: all the rest is one kind.
 */
export function machineKind(
  id: string,
  inventory: MachineInventory,
  uniformOnly = false,
): MachineKind | undefined {
  const machine = machineIdOf(id);
  if (machine?.kind === 'scale-set-instance') return 'vmss';
  if (uniformOnly) return 'availabilitySet';
  const found = machine === undefined ? undefined : virtualMachineOf(machine, inventory);
  if (found === undefined) return undefined;
  return found.scaleSetId === undefined ? 'availabilitySet' : 'vmssflex';
}

/** The VM of an id: its own, or the one that its NIC is attached to. */
export function virtualMachineOf(
  machine: MachineId,
  { virtualMachines, networkInterfaces }: MachineInventory,
): VirtualMachine | undefined {
  if (machine.kind !== 'network-interface') return virtualMachines.get(machineKey(machine));
  const attached = networkInterfaces.get(machineKey(machine))?.virtualMachineId;
  if (attached !== undefined) return virtualMachines.get(keyOfId(attached));
  // A NIC that was not read: the habit `<vm>-nic` is all there is.
  const name = machine.name.replace(/-nic$/iu, '');
  return virtualMachines.get(machineKey({ ...machine, kind: 'virtual-machine', name }));
}

/** The node that a VM becomes: its computer name, which for Flexible scale sets is not the VM's own. */
export function nodeNameOf(machine: VirtualMachine): string {
  return (machine.computerName ?? machine.name).toLowerCase();
}
