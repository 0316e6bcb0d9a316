import { sameName, type NetworkInterface, type VirtualMachine } from '../model/index.ts';
import { machineIdOf, machineKey, type MachineId } from './machine-id.ts';

export type MachineKind = 'vmss' | 'vmssflex' | 'availabilitySet';

export interface MachineInventory {
  readonly virtualMachines: readonly VirtualMachine[];
  readonly networkInterfaces: readonly NetworkInterface[];
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
  if (machine === undefined) return undefined;
  const found = virtualMachineOf(machine, inventory);
  if (found === undefined) return undefined;
  return found.scaleSetId === undefined ? 'availabilitySet' : 'vmssflex';
}

/** The VM of an id: its own, or the one that its NIC is attached to. */
export function virtualMachineOf(
  machine: MachineId,
  { virtualMachines, networkInterfaces }: MachineInventory,
): VirtualMachine | undefined {
  if (machine.kind !== 'network-interface') return byId(machine, virtualMachines);
  const nic = networkInterfaces.find((each) => isSame(each.id, machine));
  const attached = nic?.virtualMachineId;
  if (attached !== undefined) {
    const id = machineIdOf(attached);
    return id === undefined ? undefined : byId(id, virtualMachines);
  }
  // A NIC that was not read: the habit `<vm>-nic` is all there is.
  const habit = machine.name.replace(/-nic$/iu, '');
  return virtualMachines.find((each) => sameName(each.name, habit));
}

function byId(
  machine: MachineId,
  virtualMachines: readonly VirtualMachine[],
): VirtualMachine | undefined {
  return virtualMachines.find((each) => isSame(each.id, machine));
}

function isSame(id: string, machine: MachineId): boolean {
  const other = machineIdOf(id);
  return other !== undefined && machineKey(other) === machineKey(machine);
}

/** The node that a VM becomes: its computer name, which for Flexible scale sets is not the VM's own. */
export function nodeNameOf(machine: VirtualMachine): string {
  return (machine.computerName ?? machine.name).toLowerCase();
}
