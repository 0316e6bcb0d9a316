import { describe, expect, test } from '@jest/globals';
import {
  availabilitySetName,
  instanceOfNodeName,
  isUnmanagedProviderId,
  machineIdOf,
  machineKey,
  scaleSetOfNodeName,
  scaleSetOfProviderId,
} from '../../shared/load-balancing/index.ts';

const group = '/subscriptions/s-1/resourceGroups/MC_rg/providers';
const uniform = `${group}/Microsoft.Compute/virtualMachineScaleSets/aks-Pool/virtualMachines/7`;
const machine = `${group}/Microsoft.Compute/virtualMachines/aks-pool-1`;
const nic = `${group}/Microsoft.Network/networkInterfaces/aks-pool-1-nic`;

describe('what an id says about the machine', () => {
  test.each([
    {
      id: `azure://${uniform}`,
      says: {
        kind: 'scale-set-instance',
        scaleSet: 'aks-Pool',
        instance: '7',
        resourceGroup: 'MC_rg',
      },
    },
    {
      id: `${uniform}/networkInterfaces/nic/ipConfigurations/c`,
      says: { kind: 'scale-set-instance', instance: '7' },
    },
    { id: `azure://${machine}`, says: { kind: 'virtual-machine', name: 'aks-pool-1' } },
    {
      id: `${nic}/ipConfigurations/ipconfig1`,
      says: { kind: 'network-interface', name: 'aks-pool-1-nic' },
    },
    {
      id: `AZURE://${machine.toUpperCase()}`,
      says: { kind: 'virtual-machine', name: 'AKS-POOL-1' },
    },
    { id: `${machine}  `, says: { kind: 'virtual-machine', name: 'aks-pool-1' } },
    {
      id: uniform.replace('resourceGroups', 'resourcegroups'),
      says: { kind: 'scale-set-instance' },
    },
  ])('$id', ({ id, says }) => {
    expect(machineIdOf(id)).toMatchObject(says);
  });

  test.each([
    { id: '' },
    { id: 'azure://' },
    { id: 'aks-pool-1' },
    { id: 'kind://docker/kind/node' },
    { id: `${group}/Microsoft.Compute/virtualMachineScaleSets/aks-pool` },
    { id: `${group}/Microsoft.Compute/virtualMachines/` },
    { id: '/subscriptions//resourceGroups//providers/Microsoft.Compute/virtualMachines/vm' },
    { id: `${group}/Microsoft.Compute/disks/d` },
    { id: '/subscriptions/'.repeat(10_000) },
  ])('nothing in $id', ({ id }) => {
    expect(machineIdOf(id)).toBeUndefined();
  });

  test('a machine has one key, however it is spelt and asked for', () => {
    const keys = [
      `azure://${uniform.replace('MC_rg', 'mc_rg')}`,
      `${uniform.toUpperCase()}/networkInterfaces/nic/ipConfigurations/c`,
      uniform,
    ].map((id) => {
      const found = machineIdOf(id);
      return found === undefined ? id : machineKey(found);
    });
    expect(new Set(keys).size).toBe(1);
  });

  test('machines of two groups, or of two scale sets, differ', () => {
    const keys = [uniform, uniform.replace('MC_rg', 'other'), uniform.replace('aks-Pool', 'b')].map(
      (id) => {
        const found = machineIdOf(id);
        return found === undefined ? '' : machineKey(found);
      },
    );
    expect(new Set(keys).size).toBe(3);
  });
});

describe('providerIDs', () => {
  test.each([
    { id: `azure://${machine}`, unmanaged: false },
    { id: `azure://${machine}`.toUpperCase(), unmanaged: false },
    { id: machine, unmanaged: true },
    { id: `aws://${machine}`, unmanaged: true },
    { id: `azure://${nic}`, unmanaged: true },
    { id: '', unmanaged: true },
  ])('$id is outside Azure: $unmanaged', ({ id, unmanaged }) => {
    expect(isUnmanagedProviderId(id)).toBe(unmanaged);
  });

  test.each([
    { id: `azure://${uniform}`, scaleSet: 'aks-Pool' },
    { id: uniform, scaleSet: undefined },
    { id: `azure://${machine}`, scaleSet: undefined },
    { id: `azure://${uniform.replace(/7$/u, 'x')}`, scaleSet: undefined },
  ])('$id is of scale set $scaleSet', ({ id, scaleSet }) => {
    expect(scaleSetOfProviderId(id)?.scaleSet).toBe(scaleSet);
  });
});

describe('names', () => {
  test.each([
    { name: 'aks-pool-12345678-vmss00000z', instance: 35 },
    { name: 'aks-pool-12345678-vmss00000Z', instance: 35 },
    { name: '000010', instance: 36 },
    { name: 'vmsszzzzzz', instance: 36 ** 6 - 1 },
    { name: 'vmvm', instance: undefined },
    { name: 'aks-pool-1-0000-1', instance: undefined },
    { name: '', instance: undefined },
  ])('$name is instance $instance', ({ name, instance }) => {
    expect(instanceOfNodeName(name)).toBe(instance);
  });

  test.each([
    { name: 'aks-pool-vmss000001', set: 'aks-pool-vmss' },
    { name: 'AKS-POOL-VMSS000001', set: 'aks-pool-vmss' },
    { name: 'akswin000001', set: 'windows' },
    { name: 'windows000001', set: undefined },
    { name: 'aks-pool-vmss00001', set: undefined },
    { name: 'short', set: undefined },
  ])('$name is of $set', ({ name, set }) => {
    const sets = [{ name: 'aks-pool-vmss' }, { name: 'windows', computerNamePrefix: 'akswin' }];
    expect(scaleSetOfNodeName(name, sets)?.name).toBe(set);
  });

  test.each([
    { id: '', name: '' },
    { id: `${group}/Microsoft.Compute/availabilitySets/Pool-AS`, name: 'Pool-AS' },
    { id: `${group}/microsoft.compute/AVAILABILITYSETS/as`, name: 'as' },
    { id: machine, name: undefined },
  ])('availability set $id is $name', ({ id, name }) => {
    expect(availabilitySetName(id)).toBe(name);
  });
});
