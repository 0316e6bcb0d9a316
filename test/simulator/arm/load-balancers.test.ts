import { describe, expect, test } from '@jest/globals';
import {
  loadBalancer,
  pool,
  service,
  systemPool,
  type ClusterChanges,
} from '../../../simulator/build.ts';
import type { MembersDescription } from '../../../simulator/description.ts';
import { lists, type Json } from '../ask.ts';
import { oneCluster } from '../one.ts';

const digits = '12345678';
const pools = [systemPool(), pool('user', { count: 2 })];

async function balancers(changes: ClusterChanges): Promise<readonly Json[]> {
  return await oneCluster({ digits, pools, ...changes }).arm(lists.loadBalancers);
}

async function only(changes: ClusterChanges): Promise<Json> {
  const [balancer, ...more] = await balancers(changes);
  expect(more).toEqual([]);
  return balancer;
}

function poolNamed(balancer: Json, name: string): Json {
  return balancer.properties.backendAddressPools.find((each: Json) => each.name === name)
    .properties;
}

/** Members as `pool/instance` of a scale set, or by address. */
function membersOf(balancer: Json, name: string): readonly string[] {
  const { backendIPConfigurations = [], loadBalancerBackendAddresses } = poolNamed(balancer, name);
  return [
    ...backendIPConfigurations.map(({ id }: Json) => {
      const [, set, instance] = /\/aks-(\w+)-\d+-vmss\/virtualMachines\/(\d+)\//u.exec(id) ?? [];
      return `${set}/${instance}`;
    }),
    ...loadBalancerBackendAddresses.flatMap(({ properties }: Json) => properties.ipAddress ?? []),
  ];
}

function rulesOf(balancer: Json): readonly Json[] {
  return balancer.properties.loadBalancingRules.map(({ name, properties }: Json) => ({
    name: name.replace(/^a[0-9a-f]{31}/u, 'KEY'),
    ...properties,
  }));
}

function probesOf(balancer: Json): readonly Json[] {
  return balancer.properties.probes.map(({ properties }: Json) => properties);
}

describe('who is in a pool is what the description says', () => {
  const all = ['system/0', 'system/1', 'user/0', 'user/1'];
  test.each<[string, MembersDescription, readonly string[]]>([
    ['nothing said', {}, all],
    ['pools', { pools: ['user'] }, ['user/0', 'user/1']],
    ['nodes', { nodes: ['user-1'] }, ['user/1']],
    ['pools and nodes', { pools: ['user'], nodes: ['system-0'] }, ['system/0', 'user/0', 'user/1']],
    ['all without some', { without: ['system-0', 'user-1'] }, ['system/1', 'user/0']],
    ['none', { nodes: [] }, []],
    ['one that is gone', { nodes: ['user-0'], stale: ['10.224.0.9'] }, ['user/0', 'system/9']],
    [
      'one by address as well',
      { nodes: ['user-0'], alsoByAddress: ['user-0'] },
      ['user/0', '10.224.0.6'],
    ],
  ])('%s', async (_, inbound, expected) => {
    const balancer = await only({ loadBalancers: [loadBalancer({ inbound })] });
    expect(membersOf(balancer, 'kubernetes')).toEqual(expected);
    expect(membersOf(balancer, 'aksOutboundBackendPool')).toEqual(all);
  });

  test('a NIC pool lists addresses without an address beside its NICs', async () => {
    const { loadBalancerBackendAddresses, backendIPConfigurations } = poolNamed(
      await only({}),
      'kubernetes',
    );
    expect(loadBalancerBackendAddresses.map(({ properties }: Json) => properties)).toEqual(
      backendIPConfigurations.map(({ id }: Json) => ({ networkInterfaceIPConfiguration: { id } })),
    );
  });

  test('a pool by address has no NICs, and the outbound one stays as it was', async () => {
    const balancer = await only({
      backendPoolType: 'nodeIP',
      loadBalancers: [loadBalancer({ inbound: { pools: ['user'], stale: ['10.224.0.77'] } })],
    });
    const inbound = poolNamed(balancer, 'kubernetes');
    expect(inbound.backendIPConfigurations).toBeUndefined();
    expect(membersOf(balancer, 'kubernetes')).toEqual(['10.224.0.6', '10.224.0.7', '10.224.0.77']);
    expect(membersOf(balancer, 'aksOutboundBackendPool')).toHaveLength(4);
  });

  test('virtual nodes are in none unless they are named', async () => {
    const withVirtual = [...pools, pool('aci', { kind: 'VirtualNode', count: 1 })];
    const balancer = await only({
      backendPoolType: 'nodeIP',
      pools: withVirtual,
      loadBalancers: [loadBalancer({ inbound: { nodes: ['user-0', 'aci-0'] } })],
    });
    expect(membersOf(balancer, 'kubernetes')).toEqual(['10.224.0.6', '10.224.0.8']);
    const ordinary = await only({ backendPoolType: 'nodeIP', pools: withVirtual });
    expect(membersOf(ordinary, 'kubernetes')).toHaveLength(4);
  });

  test('NICs of single machines point back at the pools that they are in', async () => {
    const one = oneCluster({
      digits,
      pools: [systemPool(), pool('vms', { kind: 'VirtualMachines', count: 2 })],
      loadBalancers: [loadBalancer({ inbound: { nodes: ['vms-0'] } })],
    });
    const nics = await one.arm(lists.networkInterfaces);
    const poolsOf = nics.map(({ properties }) =>
      properties.ipConfigurations[0].properties.loadBalancerBackendAddressPools.map(
        ({ id }: Json) => id.split('/').at(-1),
      ),
    );
    expect(poolsOf).toEqual([['aksOutboundBackendPool', 'kubernetes'], ['aksOutboundBackendPool']]);
    // Azure spells the same group in capitals here.
    expect(nics[0].properties.virtualMachine.id).toContain('/MC_RG-PLAIN_PLAIN_WESTEUROPE/');
  });
});

describe('rules and probes', () => {
  test('Local: one probe on the health check port for all ports', async () => {
    const one = oneCluster({
      services: [service('shop/web', { ports: [{ port: 80 }, { port: 443 }] })],
    });
    const [balancer] = await one.arm(lists.loadBalancers);
    const { body } = await one.kubernetes('/api/v1/namespaces/shop/services/web');
    expect(rulesOf(balancer).map(({ name }) => name)).toEqual(['KEY-TCP-80', 'KEY-TCP-443']);
    expect(probesOf(balancer)).toMatchObject([
      {
        protocol: 'Http',
        port: body.spec.healthCheckNodePort,
        requestPath: '/healthz',
        intervalInSeconds: 5,
        probeThreshold: 2,
        numberOfProbes: 1,
      },
    ]);
    const key = `a${body.metadata.uid.replaceAll('-', '')}`.slice(0, 32);
    expect(balancer.properties.probes[0].name).toBe(`${key}-TCP-${body.spec.healthCheckNodePort}`);
    const [address] = (await one.arm(lists.publicIPAddresses)).filter(({ tags }) =>
      Object.hasOwn(tags, 'k8s-azure-service'),
    );
    expect(address).toMatchObject({
      name: `kubernetes-${key}`,
      tags: { 'k8s-azure-service': 'shop/web' },
      properties: { ipAddress: body.status.loadBalancer.ingress[0].ip },
    });
  });

  test('Cluster: a probe on each node port, none for UDP', async () => {
    const one = oneCluster({
      services: [
        service('shop/dns', {
          policy: 'Cluster',
          ports: [{ port: 53, protocol: 'UDP' }, { port: 53 }],
        }),
      ],
    });
    const [balancer] = await one.arm(lists.loadBalancers);
    const { body } = await one.kubernetes('/api/v1/namespaces/shop/services/dns');
    expect(rulesOf(balancer)).toMatchObject([
      { name: 'KEY-UDP-53', protocol: 'Udp', enableTcpReset: false },
      { name: 'KEY-TCP-53', protocol: 'Tcp', enableTcpReset: true },
    ]);
    expect(rulesOf(balancer)[0].probe).toBeUndefined();
    expect(probesOf(balancer)).toMatchObject([
      { protocol: 'Tcp', port: body.spec.ports[1].nodePort },
    ]);
  });

  test('a probe that is not what the Service asks for, and a rule without one', async () => {
    const balancer = await only({
      services: [
        service('shop/odd', {
          ports: [
            { port: 80, probe: { protocol: 'Http', port: 30_001, path: '/live', threshold: 5 } },
            { port: 81, probe: 'none' },
          ],
        }),
      ],
    });
    expect(probesOf(balancer)).toMatchObject([
      { protocol: 'Http', port: 30_001, requestPath: '/live', probeThreshold: 5 },
    ]);
    expect(rulesOf(balancer).map(({ probe }) => probe !== undefined)).toEqual([true, false]);
  });

  test('sessions that stick, idle times, floating addresses', async () => {
    const balancer = await only({
      services: [service('shop/web', { sessionAffinity: 'ClientIP', idleTimeoutMinutes: 15 })],
    });
    expect(rulesOf(balancer)).toMatchObject([
      {
        loadDistribution: 'SourceIP',
        idleTimeoutInMinutes: 15,
        enableFloatingIP: true,
        frontendPort: 80,
        backendPort: 80,
        disableOutboundSnat: true,
      },
    ]);
  });

  test('an internal Service sits on the internal load balancer, with a private address', async () => {
    const found = await balancers({
      loadBalancers: [loadBalancer(), loadBalancer({ internal: true })],
      services: [service('shop/in', { internal: true }), service('shop/out')],
    });
    expect(found.map(({ name }) => name)).toEqual(['kubernetes', 'kubernetes-internal']);
    expect(found.map((each) => rulesOf(each).length)).toEqual([1, 1]);
    expect(found[1].properties.frontendIPConfigurations[0].properties).toMatchObject({
      privateIPAddress: expect.stringMatching(/^10\.224\./u),
      subnet: { id: expect.stringMatching(/subnets\/aks-subnet$/u) },
    });
    expect(found[1].properties.outboundRules).toEqual([]);
  });

  test('a Local Service under several load balancers has a pool of its own', async () => {
    const balancer = await only({
      backendPoolType: 'nodeIP',
      loadBalancers: [loadBalancer({ localPools: { 'Shop/Web': { nodes: ['user-0'] } } })],
      services: [service('Shop/Web')],
    });
    expect(membersOf(balancer, 'shop-web')).toEqual(['10.224.0.6']);
    expect(rulesOf(balancer)[0].backendAddressPool.id).toMatch(/backendAddressPools\/shop-web$/u);
  });

  test('a Service that Azure made nothing for is on none', async () => {
    const balancer = await only({ services: [service('shop/new', { loadBalancer: undefined })] });
    expect(rulesOf(balancer)).toEqual([]);
  });
});

test('Basic: no egress of its own, no resets', async () => {
  const balancer = await only({
    loadBalancerSku: 'basic',
    loadBalancers: [loadBalancer({ sku: 'Basic' })],
    services: [service('shop/web')],
  });
  expect(balancer.sku).toEqual({ name: 'Basic', tier: 'Regional' });
  expect(balancer.properties.outboundRules).toEqual([]);
  expect(balancer.properties.backendAddressPools.map(({ name }: Json) => name)).toEqual([
    'kubernetes',
  ]);
  expect(balancer.properties.loadBalancingRules[0].properties).toMatchObject({
    enableTcpReset: false,
    disableOutboundSnat: false,
  });
});

test.each(['userDefinedRouting', 'managedNATGateway'] as const)(
  'egress by %s: no outbound pool and no addresses',
  async (type) => {
    const balancer = await only({ outbound: { type } });
    expect(balancer.properties.backendAddressPools.map(({ name }: Json) => name)).toEqual([
      'kubernetes',
    ]);
    expect(balancer.properties.frontendIPConfigurations).toEqual([]);
  },
);
