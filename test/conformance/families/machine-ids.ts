import {
  availabilitySetName,
  clusterTopology,
  instanceOfNodeName,
  isUnmanagedProviderId,
  machineIdOf,
  machineInventory,
  machineKind,
  nodeNameOf,
  scaleSetOfNodeName,
  scaleSetOfProviderId,
  virtualMachineOf,
} from '../../../shared/load-balancing/index.ts';
import { armId, armIdParts, read } from '../../../shared/model/index.ts';
import { objectOf, textOf, type FamilyRunner, type Json, type JsonObject } from '../family.ts';
import { inventoryOf, nodesOf, scaleSetsOf } from './machine-inventory.ts';

/** Families `providerIdParsing` and `backendIpConfigParsing`: one product function per `op`. */
export const providerIdParsing: FamilyRunner = ({ input }) => answer(ofProviderId(input));
export const backendIpConfigParsing: FamilyRunner = ({ input }) => answer(ofIpConfiguration(input));

/** Where the source words its refusal, the words; else that there is no answer. */
type Tristate = Json | { readonly error: string } | undefined;

function answer(value: Tristate): JsonObject {
  if (value === undefined) return { error: 'no answer' };
  return 'error' in objectOf(value) ? objectOf(value) : { value };
}

const notScaleSet = { error: 'not a vmss instance' };
const notFound = { error: 'instance not found' };

function ofProviderId(input: JsonObject): Tristate {
  const id = textOf(input['id']);
  const machine = machineIdOf(id);
  const instance = machine?.kind === 'scale-set-instance' ? machine : undefined;
  switch (textOf(input['op'])) {
    case 'vmName':
      return machine?.kind === 'virtual-machine' ? machine.name : undefined;
    case 'scaleSetName':
      return instance?.scaleSet ?? notScaleSet;
    case 'resourceGroup':
      return instance?.resourceGroup ?? notScaleSet;
    case 'nodeVMSet':
      return scaleSetOfProviderId(id)?.scaleSet ?? notScaleSet;
    case 'scaleSetAndGroup':
      return groupAndSet(scaleSetOfProviderId(id));
    case 'unmanaged':
      return isUnmanagedProviderId(id);
    case 'lowerGroup':
      return withLowerCasedGroup(id);
    case 'vmKind':
      return kindOf(id, input);
    case 'flexNodeName': {
      if (machine?.kind !== 'virtual-machine') return { error: 'error splitting providerID' };
      const found = virtualMachineOf(machine, indexed(inventoryOf(input['inventory'], machine)));
      return found === undefined ? notFound : nodeNameOf(found);
    }
    case 'instanceIdFromNodeName': {
      const number = instanceOfNodeName(id);
      return number === undefined ? notScaleSet : String(number);
    }
    case 'scaleSetFromNodeName': {
      if (instanceOfNodeName(id) === undefined) return notScaleSet;
      const inventory = objectOf(input['inventory']);
      const found = scaleSetOfNodeName(id, scaleSetsOf(inventory));
      const resourceGroup = textOf(inventory['resourceGroup']);
      return found === undefined ? notFound : { resourceGroup, vmSet: found.name };
    }
    default:
      return undefined;
  }
}

function ofIpConfiguration(input: JsonObject): Tristate {
  const id = textOf(input['id']);
  const machine = machineIdOf(id);
  const instance = machine?.kind === 'scale-set-instance' ? machine : undefined;
  switch (textOf(input['op'])) {
    case 'nodeAndVMSet':
      return nodeAndVmSet(id, input);
    case 'scaleSetAndGroup':
      return groupAndSet(instance);
    case 'resourceGroupOfScaleSetNic':
      return instance?.resourceGroup;
    case 'resourceGroupOfNic':
      return machine?.kind === 'network-interface' ? machine.resourceGroup : undefined;
    case 'vmKind':
      return kindOf(id, input);
    case 'availabilitySetName':
      return (
        availabilitySetName(id) ?? {
          error: `getAvailabilitySetNameByID: failed to parse the VMAS ID ${id}`,
        }
      );
    default:
      return undefined;
  }
}

function indexed({ virtualMachines, networkInterfaces }: ReturnType<typeof inventoryOf>) {
  return machineInventory(virtualMachines, networkInterfaces);
}

/** The id with its group as the product compares it. */
function withLowerCasedGroup(id: string): string | undefined {
  const { subscriptionId, resourceGroup } = armIdParts(armId(id));
  if (subscriptionId === undefined || resourceGroup === undefined) return undefined;
  return id.replace(/(\/resourcegroups\/)[^/]+/iu, `$1${resourceGroup}`);
}

function groupAndSet(instance: ReturnType<typeof scaleSetOfProviderId>): Tristate {
  return instance === undefined
    ? notScaleSet
    : { resourceGroup: instance.resourceGroup, vmSet: instance.scaleSet };
}

function kindOf(id: string, input: JsonObject): Tristate {
  const settings = objectOf(input['settings']);
  const uniformOnly =
    settings['disableAvailabilitySetNodes'] === true && settings['enableVmssFlexNodes'] !== true;
  return machineKind(id, indexed(inventoryOf(input['inventory'], machineIdOf(id))), uniformOnly);
}

/** The way of a backend pool entry in an audit: to the node with that machine, and its VM set. */
function nodeAndVmSet(id: string, input: JsonObject): Tristate {
  const owner = machineIdOf(id);
  if (owner === undefined) return undefined;
  const inventory = inventoryOf(input['inventory'], owner);
  const unread = { kind: 'unread', why: 'not in the vector' } as const;
  const topology = clusterTopology({
    nodes: nodesOf(input['inventory'], owner),
    networkInterfaces: read(inventory.networkInterfaces),
    virtualMachines: read(inventory.virtualMachines),
    managedCluster: unread,
    loadBalancers: unread,
  });
  const found = topology.resolve({ kind: 'nic', ipConfigurationId: armId(id) });
  if (found.kind === 'node') {
    const set = topology.vmSetOf(found.node);
    return { node: found.node.name, vmSet: set.kind === 'set' ? set.name : '' };
  }
  const attached = inventory.attachedTo.get(owner.kind === 'network-interface' ? owner.name : '');
  return attached === undefined
    ? notFound
    : { error: `failed to map VM Name to NodeName: VM Name ${attached}: instance not found` };
}
