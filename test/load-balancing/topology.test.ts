import { describe, expect, test } from '@jest/globals';
import {
  clusterTopology,
  machineInventory,
  machineKind,
  poolMembers,
  type ClusterTopology,
} from '../../shared/load-balancing/index.ts';
import {
  armId,
  nodeName,
  read,
  unread,
  type NetworkInterface,
  type Node,
  type VirtualMachine,
} from '../../shared/model/index.ts';
import {
  ipMember,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  nodeGroup,
  nodePool,
  staleMember,
  subscription,
} from '../builders/index.ts';

const compute = `/subscriptions/${subscription}/resourceGroups/${nodeGroup}/providers/Microsoft.Compute`;
const network = `/subscriptions/${subscription}/resourceGroups/${nodeGroup}/providers/Microsoft.Network`;

/** A node on a VM of its own, as of an availability set, a Virtual Machines pool or a Flexible set. */
function standalone(name: string, vm: string, changes: Partial<Node> = {}): Node {
  const { labels = new Map([['kubernetes.azure.com/agentpool', 'pool']]), ...rest } = changes;
  return {
    ...node(name, { providerId: `azure://${compute}/virtualMachines/${vm}`, ...rest }),
    labels,
  };
}

function nic(name: string, vm: string): NetworkInterface {
  return {
    id: armId(`${network}/networkInterfaces/${name}`),
    name,
    resourceGroup: nodeGroup,
    virtualMachineId: armId(`${compute}/virtualMachines/${vm}`),
    ipConfigurations: [],
  };
}

function machine(name: string, refs: Partial<VirtualMachine> = {}): VirtualMachine {
  return { id: armId(`${compute}/virtualMachines/${name}`), name, ...refs };
}

function topologyOf(
  nodes: readonly Node[],
  changes: Partial<Parameters<typeof clusterTopology>[0]> = {},
): ClusterTopology {
  return clusterTopology({
    nodes,
    networkInterfaces: read([]),
    virtualMachines: read([]),
    managedCluster: read(managedCluster()),
    loadBalancers: read([]),
    ...changes,
  });
}

function nicEntry(name: string) {
  return { kind: 'nic', ipConfigurationId: armId(configuration(name)) } as const;
}

function configuration(name: string): string {
  return `${network}/networkInterfaces/${name}/ipConfigurations/c`;
}

describe('a pool entry leads to a node', () => {
  const uniform = node('user-3');
  const onVm = standalone('aks-pool-1', 'AKS-POOL-1');
  const flex = standalone('aksflex000001', 'pool_df53ee36');
  const topology = topologyOf([uniform, onVm, flex], {
    networkInterfaces: read([
      nic('a-nic', 'aks-pool-1'),
      nic('b-nic', 'Pool_DF53ee36'),
      nic('c-nic', 'gone'),
    ]),
  });

  test.each([
    { what: 'the NIC of a scale set instance', entry: nicMember(uniform), to: 'user-3' },
    { what: 'the NIC of a VM, through its VM', entry: nicEntry('A-NIC'), to: 'aks-pool-1' },
    { what: 'the NIC of a Flexible instance', entry: nicEntry('b-nic'), to: 'aksflex000001' },
    { what: 'an address', entry: ipMember(uniform), to: 'user-3' },
  ])('$what', ({ entry, to }) => {
    expect(topology.resolve(entry)).toMatchObject({ kind: 'node', node: { name: to } });
  });

  test.each([
    { what: 'an instance that no node has', entry: staleMember() },
    { what: 'a NIC whose VM is no node', entry: nicEntry('c-nic') },
    { what: 'a NIC that is not there', entry: nicEntry('d-nic') },
    { what: 'an address of nobody', entry: { kind: 'ip', ip: '10.9.9.9' } as const },
    { what: 'an id that is none', entry: { kind: 'nic', ipConfigurationId: armId('x') } as const },
  ])('$what is stale', ({ entry }) => {
    expect(topology.resolve(entry).kind).toBe('stale');
  });

  test('NICs that were not read leave VMs unknown, and scale sets as they are', () => {
    const blind = topologyOf([uniform, onVm], { networkInterfaces: unread('403') });
    expect(blind.resolve(nicEntry('a-nic'))).toEqual({
      kind: 'unknown',
      reason: { slices: ['networkInterfaces'], why: 'networkInterfaces: 403' },
    });
    expect(blind.resolve(nicMember(uniform)).kind).toBe('node');
  });

  test('a node without a providerID yet is found by the computer name of its VM', () => {
    const young = node('aksflex000002', { providerId: '' });
    const vm = { ...machine('pool_1234abcd'), computerName: 'AKSFLEX000002' };
    const inputs = {
      networkInterfaces: read([nic('e-nic', 'pool_1234abcd')]),
      virtualMachines: read([vm]),
    };
    expect(topologyOf([young], inputs).resolve(nicEntry('e-nic'))).toMatchObject({
      kind: 'node',
      node: { name: 'aksflex000002' },
    });
    const other = { ...young, providerId: node('user-9').providerId };
    expect(topologyOf([other], inputs).resolve(nicEntry('e-nic')).kind).toBe('stale');
  });

  test('an IPv6 address in other letters', () => {
    const dual = node('user-4', { internalIps: ['10.0.0.4', 'FD00::4'] });
    expect(topologyOf([dual]).resolve({ kind: 'ip', ip: 'fd00::4' }).kind).toBe('node');
  });

  test('a node counts once, by NIC and by address', () => {
    const [pool] = loadBalancer({
      members: [nicMember(uniform), ipMember(uniform), staleMember()],
    }).backendPools;
    if (pool === undefined) throw new Error('no pool');
    const members = poolMembers(topologyOf([uniform]), pool);
    expect(members.nodes.map((each) => each.node.name)).toEqual([nodeName('user-3')]);
    expect(members.stale).toHaveLength(1);
  });
});

describe('the VM set of a node', () => {
  const asCluster = read(
    managedCluster({
      nodePools: [
        nodePool('Pool', { type: 'AvailabilitySet' }),
        nodePool('vms', { type: 'VirtualMachines' }),
      ],
    }),
  );
  const asNode = standalone('aks-Pool-27255451-0', 'aks-pool-27255451-0', {
    labels: new Map([['kubernetes.azure.com/agentpool', 'Pool']]),
  });

  test.each([
    {
      what: 'a scale set, from the providerID',
      of: node('user-0'),
      changes: {},
      set: { kind: 'set', name: 'aks-user-12345678-vmss' },
    },
    {
      what: 'an availability set by habit',
      of: asNode,
      changes: { managedCluster: asCluster },
      set: { kind: 'set', name: 'pool-availabilityset-27255451' },
    },
    {
      what: 'an availability set as a load balancer spells it',
      of: asNode,
      changes: {
        managedCluster: asCluster,
        loadBalancers: read([loadBalancer({ name: 'Pool-availabilitySet-999-internal' })]),
      },
      set: { kind: 'set', name: 'pool-availabilityset-999' },
    },
    {
      what: 'an availability set from its VM',
      of: asNode,
      changes: {
        managedCluster: asCluster,
        virtualMachines: read([
          machine('aks-pool-27255451-0', {
            availabilitySetId: armId(`${compute}/availabilitySets/Mine`),
          }),
        ]),
      },
      set: { kind: 'set', name: 'mine' },
    },
    {
      what: 'a Flexible set from its VM',
      of: asNode,
      changes: {
        virtualMachines: read([
          machine('aks-pool-27255451-0', {
            scaleSetId: armId(`${compute}/virtualMachineScaleSets/Flex`),
          }),
        ]),
      },
      set: { kind: 'set', name: 'flex' },
    },
    {
      what: 'a VM of its own',
      of: asNode,
      changes: {
        managedCluster: asCluster,
        virtualMachines: read([machine('aks-pool-27255451-0')]),
      },
      set: { kind: 'none' },
    },
    {
      what: 'a Virtual Machines pool',
      of: standalone('aks-vms-0', 'aks-vms-0', { labels: new Map([['agentpool', 'vms']]) }),
      changes: { managedCluster: asCluster },
      set: { kind: 'none' },
    },
    {
      what: 'node auto-provisioning',
      of: standalone('aks-default-x7k2p', 'aks-default-x7k2p', {
        labels: new Map([['karpenter.sh/nodepool', 'default']]),
      }),
      changes: {},
      set: { kind: 'none' },
    },
    {
      what: 'a pool that ARM does not list',
      of: standalone('a', 'a'),
      changes: {},
      set: { kind: 'unknown' },
    },
    {
      what: 'a cluster that was not read',
      of: asNode,
      changes: { managedCluster: unread('403') },
      set: { kind: 'unknown' },
    },
    {
      what: 'a name without the digits',
      of: { ...asNode, name: nodeName('by-hand') },
      changes: { managedCluster: asCluster },
      set: { kind: 'unknown' },
    },
    {
      what: 'no providerID',
      of: node('user-0', { providerId: '' }),
      changes: {},
      set: { kind: 'unknown' },
    },
    {
      what: 'an availability set whose id is none',
      of: asNode,
      changes: {
        virtualMachines: read([
          machine('aks-pool-27255451-0', { availabilitySetId: armId('/mine') }),
        ]),
      },
      set: { kind: 'unknown' },
    },
  ])('$what: $set', ({ of, changes, set }) => {
    expect(topologyOf([of], changes).vmSetOf(of)).toEqual(set);
  });

  test.each([
    { name: 'aks-user-12345678-vmss00000b', set: { kind: 'set', name: 'aks-user-12345678-vmss' } },
    { name: 'aks-other-12345678-vmss00000b', set: { kind: 'unknown' } },
  ])('without a providerID yet, $name is in the scale set it is called after', ({ name, set }) => {
    const young = node(name, { providerId: '' });
    expect(topologyOf([node('user-0'), young], {}).vmSetOf(young)).toEqual(set);
  });
});

function providerId(name: string): string {
  return `azure://${compute}/virtualMachines/${name}`;
}

describe('what kind of machine', () => {
  const inventory = machineInventory(
    [
      machine('plain'),
      machine('inset', { availabilitySetId: armId(`${compute}/availabilitySets/as`) }),
      machine('flex_1', { scaleSetId: armId(`${compute}/virtualMachineScaleSets/flex`) }),
    ],
    [nic('odd-name', 'flex_1'), nic('plain-nic', 'flex_1')],
  );

  test.each([
    { id: node('user-0').providerId, kind: 'vmss', only: 'vmss' },
    { id: providerId('PLAIN'), kind: 'availabilitySet', only: 'availabilitySet' },
    { id: providerId('inset'), kind: 'availabilitySet', only: 'availabilitySet' },
    { id: providerId('flex_1'), kind: 'vmssflex', only: 'availabilitySet' },
    { id: providerId('gone'), kind: undefined, only: 'availabilitySet' },
    { id: configuration('odd-name'), kind: 'vmssflex', only: 'availabilitySet' },
    { id: configuration('plain-nic'), kind: 'vmssflex', only: 'availabilitySet' },
    { id: configuration('inset-nic'), kind: 'availabilitySet', only: 'availabilitySet' },
    { id: configuration('nobody'), kind: undefined, only: 'availabilitySet' },
    { id: 'x', kind: undefined, only: 'availabilitySet' },
  ])('$id: $kind, and $only where only Uniform sets are known', ({ id, kind, only }) => {
    expect(machineKind(id, inventory)).toBe(kind);
    expect(machineKind(id, inventory, true)).toBe(only);
  });
});
