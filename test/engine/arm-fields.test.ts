import { describe, expect, test } from '@jest/globals';
import { mapNetwork, mapNodePools, valueOf } from './recorded/mapping.ts';

/** Fields of which no recording shows every form. */

async function poolOf(properties: Readonly<Record<string, unknown>>) {
  const { rows, problems } = await mapNodePools([{ id: 'work', name: 'work', properties }]);
  expect(problems).toEqual([]);
  return rows[0];
}

async function ruleOf(properties: Readonly<Record<string, unknown>>) {
  const group = {
    id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/n',
    name: 'n',
    properties: { securityRules: [{ name: 'r', properties }] },
  };
  const { rows } = await mapNetwork('networksecuritygroups', [group]);
  return valueOf(rows.securityGroups)[0]?.rules[0];
}

describe('a probe', () => {
  test.each([
    ['AllProbedUp', true],
    ['allprobedup', true],
    ['AllProbedDown', undefined],
    [undefined, undefined],
  ])('with noHealthyBackendsBehavior %s', async (noHealthyBackendsBehavior, upWhenAllDown) => {
    const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/loadBalancers/lb';
    const properties = { protocol: 'Tcp', port: 30_080, noHealthyBackendsBehavior };
    const probes = [{ id: `${id}/probes/p`, name: 'p', properties }];
    const { rows } = await mapNetwork('loadbalancers', [
      { id, name: 'lb', sku: { name: 'Standard' }, properties: { probes } },
    ]);
    const [probe] = valueOf(rows.loadBalancers)[0]?.probes ?? [];
    expect(probe?.upWhenAllDown).toBe(upWhenAllDown);
  });
});

describe('a node pool', () => {
  test('says its subnet where it has one of its own', async () => {
    const id = '/subscriptions/S/resourceGroups/Net/providers/x/virtualNetworks/v/subnets/Nodes';
    expect(await poolOf({ vnetSubnetID: id })).toHaveProperty('subnetId', id.toLowerCase());
    for (const vnetSubnetID of [undefined, null, ''])
      expect(await poolOf({ vnetSubnetID })).not.toHaveProperty('subnetId');
  });

  test('of virtual machines is scaled size by size', async () => {
    const autoscale = [
      { size: 'Standard_D4s_v5', minCount: 1, maxCount: 5 },
      { size: 'Standard_D8s_v5', minCount: 0, maxCount: 3 },
    ];
    const pool = await poolOf({
      type: 'VirtualMachines',
      count: null,
      virtualMachinesProfile: { scale: { autoscale } },
      virtualMachineNodesStatus: [{ size: 'Standard_D4s_v5', count: 2 }],
    });
    expect(pool).toMatchObject({ autoscaling: true, minCount: 1, maxCount: 8, count: 2 });
  });

  test('of virtual machines is of a fixed size where nothing is said of scaling', async () => {
    const manual = [{ size: 'Standard_D4s_v5', count: 2 }];
    for (const scale of [{ manual }, { manual, autoscale: null }, { manual, autoscale: [] }]) {
      const pool = await poolOf({ count: null, virtualMachinesProfile: { scale } });
      expect(pool).toMatchObject({ autoscaling: false });
      expect(pool).not.toHaveProperty('maxCount');
    }
  });
});

describe('a security rule', () => {
  test.each([
    { sourcePortRange: '*' },
    { sourcePortRange: '*', sourcePortRanges: [] },
    { sourcePortRanges: ['*'] },
    {},
  ])('of every source port: %j', async (properties) => {
    expect(await ruleOf(properties)).not.toHaveProperty('sourcePorts');
  });

  test.each([
    { properties: { sourcePortRange: '4000-4010' }, sourcePorts: ['4000-4010'] },
    { properties: { sourcePortRanges: ['53', '123'] }, sourcePorts: ['53', '123'] },
  ])('of source ports $sourcePorts', async ({ properties, sourcePorts }) => {
    expect(await ruleOf(properties)).toMatchObject({ sourcePorts });
  });
});
