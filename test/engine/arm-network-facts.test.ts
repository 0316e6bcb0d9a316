import { describe, expect } from '@jest/globals';
import { machineIdOf, machineKey } from '../../shared/load-balancing/index.ts';
import { compareText } from '../../shared/model/index.ts';
import { recordedBody } from './recorded/bodies.ts';
import { mapLoadBalancerPart, mapNetwork, valueOf } from './recorded/mapping.ts';
import { testRecorded } from './recorded/test-recorded.ts';

/** Facts that were read off single bodies: what an auditor most easily gets wrong. */

async function networkOf(file: string) {
  const { kind, resources } = recordedBody(file);
  return (await mapNetwork(kind, resources)).rows;
}

describe('load balancers', () => {
  testRecorded('members by address, each with a network or a subnet', async () => {
    const { resources } = recordedBody('azure-cli/lb.backend-pool-ip-addresses.json');
    const { rows } = await mapLoadBalancerPart('backendAddressPools', resources);
    expect(rows.backendPools[0]?.members).toEqual(
      [6, 7, 8].map((last) => ({ kind: 'ip', ip: `10.0.0.${last}`, name: `addr${last}` })),
    );
  });

  testRecorded('members of a scale set, and the machine each is', async () => {
    const [found] = valueOf(
      (await networkOf('azure-cli/vmss-ilb.load-balancer.json')).loadBalancers,
    );
    expect(found).toMatchObject({
      name: 'vmss1LB',
      sku: 'basic',
      frontends: [
        { privateIp: '10.0.0.4', subnetId: expect.stringContaining('/subnets/vmss1subnet') },
      ],
      inboundNatRuleCount: 3,
    });
    expect(found?.natFrontendIds).toEqual([found?.frontends[0]?.id]);
    const machines = found?.backendPools[0]?.members.map((member) =>
      member.kind === 'nic' ? machineIdOf(member.ipConfigurationId) : undefined,
    );
    expect(machines).toMatchObject(
      [0, 1].map((instance) => ({
        kind: 'scale-set-instance',
        scaleSet: 'vmss1',
        instance: String(instance),
      })),
    );
  });

  testRecorded('a rule without a probe, and one that names its own', async () => {
    const found = valueOf(
      (await networkOf('cloud-custodian/load-balancers-list.json')).loadBalancers,
    );
    const [internal, external] = ['k8s-master-internal-lb-C02B7042', 'k8s-master-lb-C02B7042'].map(
      (name) => found.find((each) => each.name === name),
    );
    expect(internal?.rules).toMatchObject([
      { name: 'InternalLBRuleHTTPS', frontendPort: 443, protocol: 'tcp' },
    ]);
    expect(internal?.rules[0]).not.toHaveProperty('probeId');
    expect(external?.rules[0]?.probeId).toBe(external?.probes[0]?.id);
    expect(external?.probes[0]).toMatchObject({ protocol: 'tcp', port: 443, intervalSeconds: 5 });
    // `numberOfProbes` is not the setting.
    expect(external?.probes[0]).not.toHaveProperty('threshold');
  });

  testRecorded('outbound rules and the frontends they hold', async () => {
    const [found] = valueOf((await networkOf('azure-cli/lb.outbound-rules.json')).loadBalancers);
    expect(found?.outboundRules).toMatchObject([
      { name: 'rule1' },
      { name: 'rule2', allocatedOutboundPorts: 1024 },
    ]);
  });

  testRecorded('a rule, its probe and its pool, as the specification shows them', async () => {
    const [found] = valueOf(
      (await networkOf('spec-examples/2024-01-01/LoadBalancerGet.json')).loadBalancers,
    );
    expect(found).toMatchObject({
      sku: 'basic',
      rules: [
        {
          frontendPort: 80,
          backendPort: 80,
          protocol: 'tcp',
          floatingIp: true,
          loadDistribution: 'Default',
          idleTimeoutMinutes: 15,
        },
      ],
      probes: [
        {
          protocol: 'http',
          port: 80,
          path: 'healthcheck.aspx',
          intervalSeconds: 15,
          threshold: 1,
        },
      ],
    });
    expect(found?.rules[0]?.backendPoolIds).toEqual([found?.backendPools[0]?.id]);
  });
});

describe('interfaces, addresses, groups', () => {
  testRecorded('an interface in three pools', async () => {
    const [nic] = valueOf(
      (await networkOf('azure-cli/nic.in-backend-pools.json')).networkInterfaces,
    );
    expect(nic).toMatchObject({
      name: 'cli-test-nic',
      provisioningState: 'succeeded',
      ipConfigurations: [{ family: 'IPv4' }],
    });
    expect(nic?.ipConfigurations[0]?.backendPoolIds.map((id) => id.split('/').at(-1))).toEqual([
      'mylbbepool',
      'bap1',
      'bap2',
    ]);
  });

  testRecorded('interfaces of a scale set share one name, and are told apart by id', async () => {
    const nics = valueOf((await networkOf('azure-cli/vmss-nics.list.json')).networkInterfaces);
    expect(new Set(nics.map(({ name }) => name)).size).toBe(1);
    const machines = nics.map(({ virtualMachineId }) => machineIdOf(virtualMachineId ?? ''));
    expect(machines.map((machine) => machine && machineKey(machine)).toSorted(byText)).toEqual(
      nics
        .map(({ id }) => machineIdOf(id))
        .map((machine) => machine && machineKey(machine))
        .toSorted(byText),
    );
  });

  testRecorded('interfaces of machines that stand alone', async () => {
    const nics = valueOf(
      (await networkOf('cloud-custodian/network-interfaces-list.json')).networkInterfaces,
    );
    const agent = nics.find(({ name }) => name === 'k8s-agent-C02B7042-nic-0');
    expect(machineIdOf(agent?.virtualMachineId ?? '')).toMatchObject({
      kind: 'virtual-machine',
      name: 'k8s-agent-c02b7042-0',
    });
    expect(nics.find(({ name }) => name === 'cctestnic')).not.toHaveProperty('virtualMachineId');
  });

  testRecorded('an address that is attached to nothing', async () => {
    const [address] = valueOf(
      (await networkOf('azure-cli/public-ip.zones.json')).publicIpAddresses,
    );
    expect(address).toMatchObject({ sku: 'Standard', address: '20.22.72.82' });
    expect(address).not.toHaveProperty('ipConfigurationId');
  });

  testRecorded('own and default security rules in one order', async () => {
    const groups = valueOf(
      (await networkOf('cloud-custodian/network-security-groups-list.json')).securityGroups,
    );
    const group = groups.find(({ name }) => name === 'c7n-nsg');
    const inbound = group?.rules.filter((rule) => rule.inbound) ?? [];
    expect(inbound.slice(0, 3)).toMatchObject([
      { name: 'test3', allow: false, inbound: true, priority: 290, destinationPorts: ['8086'] },
      { name: 'test1', allow: true, priority: 300, destinationPorts: ['80'] },
      { name: 'test2', allow: true, priority: 310, destinationPorts: ['8080-8084', '8086'] },
    ]);
    expect(inbound.at(-1)).toMatchObject({
      name: 'DenyAllInBound',
      allow: false,
    });
  });
});

function byText(a: string | undefined, b: string | undefined): number {
  return compareText(a ?? '', b ?? '');
}
