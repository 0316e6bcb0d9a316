import { describe, expect, test } from '@jest/globals';
import { clusterTopology, groupsOfNodes } from '../../../shared/load-balancing/index.ts';
import {
  armId,
  read,
  unread,
  type NetworkInterface,
  type Node,
  type NodePool,
  type SecurityGroup,
} from '../../../shared/model/index.ts';
import {
  managedCluster,
  nicOf,
  node,
  nodePool,
  nodeSubnet,
  securityGroup,
  vmNode,
} from '../../builders/index.ts';

const ownSubnet = armId('/subscriptions/s/resourceGroups/net/virtualNetworks/v/subnets/nodes');

/** Names of the groups before a node, and of those that were not read. */
function groupsOf(
  of: Node,
  groups: readonly SecurityGroup[],
  {
    pools = [nodePool('user')],
    nics = [],
  }: { readonly pools?: readonly NodePool[]; readonly nics?: readonly NetworkInterface[] } = {},
) {
  const cluster = read(managedCluster({ nodePools: pools }));
  const topology = clusterTopology({
    nodes: [of],
    networkInterfaces: read(nics),
    virtualMachines: unread(''),
    managedCluster: cluster,
    loadBalancers: read([]),
  });
  const found = groupsOfNodes({ topology, managedCluster: cluster, securityGroups: groups })(of);
  return [...found.groups.map(({ name }) => name), ...found.unread.map(({ why }) => why)];
}

const inOwnSubnet = nodePool('user', { subnetId: ownSubnet });
const ofOwnSubnet = securityGroup([], { name: 'own', subnetIds: [ownSubnet] });
const ofManagedSubnet = securityGroup([], { name: 'managed' });
const user = node('user-0');
const machine = vmNode('user-1', { pool: 'user' });

function nicIn(subnetId: NetworkInterface['id'], changes: Partial<NetworkInterface> = {}) {
  const nic = nicOf(machine);
  return {
    ...nic,
    ipConfigurations: nic.ipConfigurations.map((each) => ({ ...each, subnetId })),
    ...changes,
  };
}

describe('the group of the subnet', () => {
  test('that the pool names', () => {
    const pools = [inOwnSubnet];
    expect(groupsOf(user, [ofOwnSubnet, ofManagedSubnet], { pools })).toEqual(['own']);
  });

  test('that AKS made, where the pool names none', () => {
    expect(groupsOf(user, [ofOwnSubnet, ofManagedSubnet])).toEqual(['managed']);
  });

  test('that AKS made under another name, where there is no other', () => {
    const odd = armId(nodeSubnet.replace('aks-subnet', 'odd'));
    const group = securityGroup([], { name: 'odd', subnetIds: [odd] });
    expect(groupsOf(user, [group, ofOwnSubnet])).toEqual(['odd']);
    expect(groupsOf(user, [group, ofManagedSubnet])).toEqual(['managed']);
  });

  test('of a NIC, whatever the pool says', () => {
    const nics = [nicIn(ownSubnet)];
    expect(groupsOf(machine, [ofOwnSubnet, ofManagedSubnet], { nics })).toEqual(['own']);
  });

  test('none for a machine that is not known', () => {
    expect(groupsOf(user, [ofOwnSubnet])).toEqual([]);
    expect(groupsOf(user, [])).toEqual([]);
    expect(groupsOf(node('gone-0'), [ofManagedSubnet])).toEqual([]);
  });

  test('of a cluster that was not read', () => {
    const topology = clusterTopology({
      nodes: [user],
      networkInterfaces: read([]),
      virtualMachines: unread(''),
      managedCluster: unread('403'),
      loadBalancers: read([]),
    });
    const inputs = { topology, managedCluster: unread('403'), securityGroups: [ofManagedSubnet] };
    expect(groupsOfNodes(inputs)(user)).toEqual({
      groups: [],
      unread: [
        expect.objectContaining({
          why: 'network security group of the node subnet was not read',
          slices: ['managedCluster'],
        }),
      ],
    });
  });
});

describe('the group of the NIC', () => {
  test('of a scale set’s instance, in any letter case', () => {
    const nic = `${user.providerId.replace('azure://', '')}/networkInterfaces/aks-user`;
    for (const id of [nic, nic.toUpperCase()]) {
      const group = securityGroup([], {
        name: 'nic',
        subnetIds: [],
        networkInterfaceIds: [armId(id)],
      });
      expect(groupsOf(user, [group])).toEqual(['nic']);
      expect(groupsOf(node('user-7'), [group])).toEqual([]);
    }
  });

  test('of a machine of its own, named by either', () => {
    const nic = nicIn(ownSubnet);
    const listed = securityGroup([], {
      name: 'listed',
      subnetIds: [],
      networkInterfaceIds: [nic.id],
    });
    expect(groupsOf(machine, [listed], { nics: [nic] })).toEqual(['listed']);
    const named = { ...nic, securityGroupId: listed.id };
    expect(groupsOf(machine, [listed], { nics: [named] })).toEqual(['listed']);
    expect(groupsOf(machine, [ofOwnSubnet, listed], { nics: [named] })).toEqual(['own', 'listed']);
  });

  test('that the NIC names and nobody read', () => {
    const nic = nicIn(ownSubnet, { securityGroupId: armId('/x/networkSecurityGroups/elsewhere') });
    expect(groupsOf(machine, [ofOwnSubnet], { nics: [nic] })).toEqual([
      'own',
      'network security group elsewhere was not read',
    ]);
  });
});
