import { describe, expect } from '@jest/globals';
import { recordedBody } from './recorded/bodies.ts';
import { mapClusters, mapNodePools } from './recorded/mapping.ts';
import { testRecorded } from './recorded/test-recorded.ts';

/** Facts that were read off single bodies: what an auditor most easily gets wrong. */

async function clusterOf(file: string) {
  const [cluster] = (await mapClusters(recordedBody(file).resources)).rows;
  if (cluster === undefined) throw new Error(`${file} holds no cluster`);
  return cluster;
}

async function poolsOf(file: string) {
  return (await mapNodePools(recordedBody(file).resources)).rows;
}

describe('clusters', () => {
  testRecorded('ids are folded once, the spelling of the group stays for display', async () => {
    const cluster = await clusterOf('azure-service-operator/managed-cluster.api-2025-08-01.json');
    expect(cluster).toMatchObject({
      id: '/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/asotest-rg-spwmkd/providers/microsoft.containerservice/managedclusters/asotest-mc-ulxvvb',
      resourceGroup: 'asotest-rg-spwmkd',
      subscriptionId: '00000000-0000-0000-0000-000000000000',
      nodeResourceGroup: 'MC_asotest-rg-spwmkd_asotest-mc-ulxvvb_westus3',
      kubernetesVersion: '1.32.7',
      location: 'westus3',
      outbound: {
        managedIpCount: 1,
        effectiveIpIds: [expect.stringMatching(/^\/subscriptions\/[^A-Z]+$/u)],
      },
      nodePools: [
        { name: 'ap1', maxSurge: '10%', vmSizes: ['Standard_DS2_v2'], autoscaling: false },
      ],
    });
  });

  testRecorded('a node resource group may have any name', async () => {
    const { nodeResourceGroup } = await clusterOf(
      'azure-cli/managed-cluster.custom-node-resource-group.json',
    );
    expect(nodeResourceGroup).toBe('cliaksnrg000003');
  });

  testRecorded('effective outbound addresses may be prefixes', async () => {
    const { outbound } = await clusterOf('azure-cli/managed-cluster.outbound-prefixes.json');
    expect(outbound).toMatchObject({ allocatedOutboundPorts: 0 });
    expect(outbound?.effectiveIpIds).toEqual([
      expect.stringMatching(/\/publicipprefixes\/cliaksslbipp1000002$/u),
      expect.stringMatching(/\/publicipprefixes\/cliaksslbipp2000003$/u),
    ]);
  });

  testRecorded('allocated ports and idle timeout', async () => {
    const { outbound } = await clusterOf('azure-cli/managed-cluster.lb-idle-timeout.json');
    expect(outbound).toMatchObject({
      allocatedOutboundPorts: 1024,
      managedIpCount: 2,
    });
  });

  testRecorded('Basic has no profile of its load balancer', async () => {
    const cluster = await clusterOf('azure-cli/managed-cluster.basic-lb-availability-set.json');
    expect(cluster).toMatchObject({
      loadBalancerSku: 'basic',
      nodePools: [{ type: 'AvailabilitySet' }],
    });
    expect(cluster).not.toHaveProperty('outbound');
    expect(cluster).not.toHaveProperty('backendPoolType');
  });

  testRecorded('another way out leaves part of the profile', async () => {
    const cluster = await clusterOf(
      'azure-cli-extensions/managed-cluster.outbound-nat-gateway.json',
    );
    expect(cluster).toMatchObject({
      outboundType: 'managedNATGateway',
      outbound: { effectiveIpIds: [] },
    });
  });

  testRecorded('two families, two outbound addresses', async () => {
    const cluster = await clusterOf('azure-cli-extensions/managed-cluster.dualstack.json');
    expect(cluster.ipFamilies).toEqual(['IPv4', 'IPv6']);
    expect(cluster.outbound?.effectiveIpIds).toHaveLength(2);
  });

  testRecorded('Automatic: only the system pool is a pool', async () => {
    const cluster = await clusterOf('azure-cli-extensions/managed-cluster.automatic-first.json');
    expect(cluster).toMatchObject({
      nodeAutoProvisioning: true,
      networkDataplane: 'cilium',
      access: { entra: true, azureRbac: true, tenantId: '72f988bf-86f1-41af-91ab-2d7cd011db47' },
    });
    expect(cluster.nodePools.map(({ name, mode }) => [name, mode])).toEqual([
      ['nodepool1', 'system'],
    ]);
  });

  testRecorded('not saying how nodes are provisioned is not saying that they are not', async () => {
    const cluster = await clusterOf('azure-service-operator/managed-cluster.api-2023-10-01.json');
    expect(cluster).not.toHaveProperty('nodeAutoProvisioning');
  });

  testRecorded('a private cluster has two names', async () => {
    const { access } = await clusterOf('azure-cli/managed-cluster.private-dns-zone.json');
    expect(access).toMatchObject({
      privateCluster: true,
      fqdn: 'cliakstest000004-9of2rnrw.hcp.westus2.azmk8s.io',
      privateFqdn: 'cliakstest000004.privatelink.westus2.azmk8s.io',
    });
  });

  testRecorded('a body of 2019 lacks mode, power state and outbound type', async () => {
    const cluster = await clusterOf('cloud-custodian/managed-clusters-list.json');
    for (const key of ['powerState', 'outboundType', 'sku', 'nodeAutoProvisioning'])
      expect(cluster).not.toHaveProperty(key);
    expect(cluster.nodePools[0]).not.toHaveProperty('mode');
  });
});

describe('node pools', () => {
  testRecorded('Windows and Linux', async () => {
    const { nodePools } = await clusterOf(
      'azure-cli-extensions/managed-cluster.windows-two-pools.json',
    );
    expect(nodePools).toMatchObject([
      { name: 'nodepool1', mode: 'system', osType: 'Linux', osSku: 'Ubuntu' },
      { name: 'npwin', mode: 'user', osType: 'Windows', osSku: 'Windows2022' },
    ]);
  });

  testRecorded('labels and soft taints', async () => {
    const { nodePools } = await clusterOf('azure-cli/managed-cluster.labels-taints.json');
    expect([...(nodePools[0]?.labels ?? [])]).toEqual([
      ['label1', 'value1'],
      ['label2', 'value2'],
    ]);
  });

  testRecorded('cleared taints are no taints', async () => {
    const { nodePools } = await clusterOf(
      'azure-cli-extensions/managed-cluster.taint-cleared.json',
    );
    expect(nodePools[0]?.taints).toEqual([]);
  });

  testRecorded('sizes of a Virtual Machines pool are added up, count being null', async () => {
    const [wished] = await poolsOf(
      'azure-cli-extensions/vms-pool-cluster/agent-pool.two-sizes.json',
    );
    expect(wished).toMatchObject({
      type: 'VirtualMachines',
      count: 5,
      vmSizes: ['Standard_D2s_v3', 'Standard_D4s_v3'],
    });
    const [example] = await poolsOf(
      'spec-examples/2025-10-01/AgentPoolsCreate_TypeVirtualMachines.json',
    );
    expect(example).toMatchObject({
      count: 5,
      taints: [{ key: 'Key1', value: 'Value1', effect: 'NoSchedule' }],
    });
  });

  testRecorded('a stopped pool has no nodes, a spot pool its taint', async () => {
    const [stopped] = await poolsOf('azure-cli/agent-pool.stopped.json');
    expect(stopped).toMatchObject({ powerState: 'Stopped', count: 0 });
    const [spot] = await poolsOf('azure-cli/agent-pool.spot.json');
    expect(spot).toMatchObject({
      spot: true,
      taints: [{ key: 'kubernetes.azure.com/scalesetpriority' }],
    });
  });
});
