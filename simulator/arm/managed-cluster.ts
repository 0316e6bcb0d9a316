import { networkId } from '../names.ts';
import type { Layout } from '../layout.ts';
import type { PoolDescription } from '../description.ts';
import { canary } from '../canaries.ts';
import { outboundIpNames } from './public-ip.ts';

/** A cluster as `managedClusters` lists it, letter case included: `resourcegroups`, `ManagedClusters`. */
export function managedCluster(layout: Layout): object {
  const { cluster, names } = layout;
  const [major, minor] = cluster.kubernetesVersion.split('.');
  return {
    id: names.id,
    location: cluster.location,
    name: cluster.name,
    tags: { ...cluster.tags, 'deploy-secret': canary('cluster tag') },
    type: 'Microsoft.ContainerService/ManagedClusters',
    sku: { name: cluster.sku, tier: 'Standard' },
    identity: {
      type: 'SystemAssigned',
      principalId: '6c1b6a52-8f2c-4d0e-8a54-2f0b9d7a1c11',
      tenantId: layout.tenantId,
    },
    properties: {
      provisioningState: 'Succeeded',
      powerState: { code: cluster.powerState },
      kubernetesVersion: `${major}.${minor}`,
      currentKubernetesVersion: cluster.kubernetesVersion,
      dnsPrefix: cluster.name,
      ...(cluster.access.privateCluster
        ? { privateFQDN: names.host }
        : { fqdn: names.host, azurePortalFQDN: names.host.replace('.hcp.', '.portal.hcp.') }),
      agentPoolProfiles: cluster.pools.flatMap((pool) => poolProfile(layout, pool)),
      servicePrincipalProfile: { clientId: 'msi' },
      addonProfiles: {
        azureKeyvaultSecretsProvider: { enabled: false, config: null },
        aciConnectorLinux: cluster.pools.some(({ kind }) => kind === 'VirtualNode')
          ? { enabled: true, config: { SubnetName: 'virtual-nodes' } }
          : undefined,
      },
      nodeResourceGroup: names.nodeResourceGroup,
      enableRBAC: true,
      networkProfile: networkProfile(layout),
      ...accessProfiles(layout),
      hostedSystemProfile: cluster.hostedSystem ? { enabled: true } : undefined,
      ...cluster.routing.profiles,
      nodeProvisioningProfile: { mode: cluster.nodeAutoProvisioning ? 'Auto' : 'Manual' },
      disableLocalAccounts: cluster.access.entra,
    },
  };
}

function accessProfiles({ cluster: { access }, tenantId }: Layout): object {
  return {
    aadProfile: access.entra
      ? {
          managed: true,
          adminGroupObjectIDs: null,
          enableAzureRBAC: access.azureRbac,
          tenantID: tenantId,
        }
      : undefined,
    apiServerAccessProfile: access.privateCluster
      ? {
          enablePrivateCluster: true,
          privateDNSZone: 'system',
          enablePrivateClusterPublicFQDN: false,
        }
      : undefined,
  };
}

function networkProfile(layout: Layout): object {
  const { cluster, names } = layout;
  const { outbound } = cluster;
  const basic = cluster.loadBalancerSku.toLowerCase() === 'basic';
  return {
    networkPlugin: 'azure',
    networkPluginMode: 'overlay',
    networkDataplane: cluster.cilium === undefined ? 'azure' : 'cilium',
    networkPolicy: cluster.policyEngine,
    loadBalancerSku: cluster.loadBalancerSku,
    podCidr: '10.244.0.0/16',
    serviceCidr: '10.0.0.0/16',
    dnsServiceIP: '10.0.0.10',
    outboundType: outbound.type,
    podCidrs: ['10.244.0.0/16'],
    serviceCidrs: ['10.0.0.0/16'],
    ipFamilies: ['IPv4'],
    ...(basic
      ? {}
      : {
          loadBalancerProfile: {
            ...(outbound.type === 'loadBalancer'
              ? {
                  managedOutboundIPs: { count: outbound.managedIps },
                  effectiveOutboundIPs: outboundIpNames(layout).map((name) => ({
                    id: networkId(names, 'publicIPAddresses', name),
                  })),
                  allocatedOutboundPorts: outbound.allocatedPorts,
                  idleTimeoutInMinutes: outbound.idleTimeoutMinutes,
                }
              : {}),
            enableMultipleStandardLoadBalancers:
              cluster.configurations.length > 0 ? true : undefined,
            backendPoolType: cluster.backendPoolType,
          },
        }),
  };
}

/** Nodes of auto-provisioning and virtual nodes are in no profile. */
function poolProfile({ cluster, names }: Layout, pool: PoolDescription): readonly object[] {
  if (pool.kind === 'NodeAutoProvisioning' || pool.kind === 'VirtualNode') return [];
  const stopped = cluster.powerState === 'Stopped';
  const machines = pool.kind === 'VirtualMachines';
  const taints = pool.spot
    ? ['kubernetes.azure.com/scalesetpriority=spot:NoSchedule', ...pool.taints]
    : pool.taints;
  const labels = Object.entries(pool.labels);
  return [
    {
      name: pool.name,
      // A Virtual Machines pool says null and an empty size, not nothing.
      count: machines ? null : stopped ? 0 : pool.count,
      vmSize: machines ? '' : pool.vmSize,
      osDiskSizeGB: 128,
      osDiskType: 'Managed',
      kubeletDiskType: 'OS',
      vnetSubnetID: names.subnetId,
      maxPods: 110,
      type: pool.kind,
      availabilityZones: pool.zones.length > 0 ? pool.zones : undefined,
      ...(pool.autoscaler === undefined
        ? { enableAutoScaling: false }
        : {
            maxCount: pool.autoscaler.max,
            minCount: pool.autoscaler.min,
            enableAutoScaling: true,
          }),
      ...(machines
        ? {
            virtualMachinesProfile: {
              scale: { manual: [{ size: pool.vmSize, sizes: [pool.vmSize], count: pool.count }] },
            },
            virtualMachineNodesStatus: [{ size: pool.vmSize, count: pool.count }],
          }
        : {}),
      provisioningState: 'Succeeded',
      powerState: { code: stopped ? 'Stopped' : 'Running' },
      orchestratorVersion: cluster.kubernetesVersion,
      currentOrchestratorVersion: cluster.kubernetesVersion,
      enableNodePublicIP: false,
      nodeLabels: labels.length > 0 ? Object.fromEntries(labels) : undefined,
      // A pool without taints has no such key at all.
      nodeTaints: taints.length > 0 ? taints : undefined,
      ...(pool.spot ? { scaleSetPriority: 'Spot', scaleSetEvictionPolicy: 'Delete' } : {}),
      mode: pool.mode,
      osType: pool.os,
      osSKU: pool.os === 'Windows' ? 'Windows2022' : 'Ubuntu',
      nodeImageVersion:
        pool.os === 'Windows'
          ? 'AKSWindows-2022-containerd-20348.4405.251112'
          : 'AKSUbuntu-2404gen2containerd-202611.10.0',
      upgradeSettings: { maxSurge: '10%' },
      enableFIPS: false,
    },
  ];
}
