import type { MachineId } from '../../../shared/load-balancing/index.ts';
import {
  armId,
  nodeName,
  type NetworkInterface,
  type Node,
  type VirtualMachine,
} from '../../../shared/model/index.ts';
import { listOf, objectOf, textOf, type Json, type JsonObject } from '../family.ts';

/** VMs and NICs of a vector, which names them only, as the model has them: in the group of the id that is asked for. */
export function inventoryOf(value: Json | undefined, owner: MachineId | undefined) {
  const nics = listOf(objectOf(value)['nics']).map(objectOf);
  return {
    virtualMachines: vmsOf(value).map((vm) => virtualMachine(vm, owner)),
    networkInterfaces: nics.map((nic): NetworkInterface => ({
      id: armId(`${network(owner)}/networkInterfaces/${textOf(nic['name'])}`),
      name: textOf(nic['name']),
      resourceGroup: owner?.resourceGroup ?? '',
      virtualMachineId: armId(`${compute(owner)}/virtualMachines/${textOf(nic['vm'])}`),
      ipConfigurations: [],
    })),
    attachedTo: new Map(nics.map((nic) => [textOf(nic['name']), textOf(nic['vm'])])),
  };
}

export function scaleSetsOf(inventory: JsonObject) {
  return listOf(inventory['scaleSets'])
    .map(objectOf)
    .map((set) => ({
      name: textOf(set['name']),
      computerNamePrefix: textOf(set['computerNamePrefix']) || undefined,
    }));
}

/** The nodes that the machines of a vector are: instance n of a scale set is the n-th of its list. */
export function nodesOf(value: Json | undefined, owner: MachineId): readonly Node[] {
  const ofScaleSets = listOf(objectOf(value)['scaleSets'])
    .map(objectOf)
    .flatMap((set) =>
      listOf(set['computerNames']).map((name, instance) =>
        node(
          textOf(name),
          `${compute(owner)}/virtualMachineScaleSets/${textOf(set['name'])}/virtualMachines/${instance}`,
        ),
      ),
    );
  const ofVms = vmsOf(value).map((vm) =>
    node(
      textOf(vm['computerName']) || textOf(vm['name']),
      `${compute(owner)}/virtualMachines/${textOf(vm['name'])}`,
    ),
  );
  return [...ofScaleSets, ...ofVms];
}

function vmsOf(value: Json | undefined): readonly JsonObject[] {
  return listOf(Array.isArray(value) ? value : objectOf(value)['vms']).map(objectOf);
}

function virtualMachine(vm: JsonObject, owner: MachineId | undefined): VirtualMachine {
  const ref = (type: string, field: string) => {
    const name = textOf(vm[field]);
    return name === '' ? undefined : armId(`${compute(owner)}/${type}/${name}`);
  };
  const scaleSetId = ref('virtualMachineScaleSets', 'scaleSet');
  const availabilitySetId = ref('availabilitySets', 'availabilitySet');
  return {
    id: armId(`${compute(owner)}/virtualMachines/${textOf(vm['name'])}`),
    name: textOf(vm['name']),
    computerName: textOf(vm['computerName']) || textOf(vm['name']),
    ...(scaleSetId !== undefined && { scaleSetId }),
    ...(availabilitySetId !== undefined && { availabilitySetId }),
  };
}

function node(name: string, id: string): Node {
  return {
    name: nodeName(name.toLowerCase()),
    labels: new Map(),
    taints: [],
    unschedulable: false,
    deleting: false,
    ready: 'true',
    providerId: `azure://${id}`,
    internalIps: [],
  };
}

function group(owner: MachineId | undefined): string {
  return `/subscriptions/${owner?.subscriptionId ?? 'sub'}/resourceGroups/${owner?.resourceGroup ?? 'rg'}`;
}

function compute(owner: MachineId | undefined): string {
  return `${group(owner)}/providers/Microsoft.Compute`;
}

function network(owner: MachineId | undefined): string {
  return `${group(owner)}/providers/Microsoft.Network`;
}
