import type { Cursor } from '../input/index.ts';
import {
  armId,
  armIdParts,
  parseTaint,
  present,
  type ClusterAccess,
  type IngressProfile,
  type ManagedCluster,
  type NodePool,
  type OutboundProfile,
} from '../model/index.ts';

/** From the container service client's flattened object to our row; `undefined` = it has no id. */
export function parseManagedCluster(item: Cursor): ManagedCluster | undefined {
  const idText = item.text('id', 2048);
  if (idText === undefined || idText === '') return undefined;
  const id = armId(idText);
  const network = item.at('networkProfile');
  const profile = network.at('loadBalancerProfile');
  const sku = network.text('loadBalancerSku', 64)?.toLowerCase();
  if (sku !== undefined && sku !== 'basic' && sku !== 'standard')
    network.at('loadBalancerSku').fault('basic or standard', 'what depends on the SKU is unknown');
  const provisioning = item.at('nodeProvisioningProfile').text('mode', 64)?.toLowerCase();
  return {
    id,
    name: item.text('name', 253) ?? armIdParts(id).name,
    subscriptionId: armIdParts(id).subscriptionId ?? '',
    resourceGroup: armIdParts(id).resourceGroup ?? '',
    location: item.text('location', 64) ?? '',
    tags: item.map('tags'),
    ...present({
      kubernetesVersion:
        item.text('currentKubernetesVersion', 64) ?? item.text('kubernetesVersion', 64),
      nodeResourceGroup: item.text('nodeResourceGroup', 128),
      provisioningState: item.text('provisioningState', 64),
      powerState: item.at('powerState').text('code', 64),
      loadBalancerSku: sku,
      outboundType: network.text('outboundType', 64),
      backendPoolType: profile.text('backendPoolType', 64)?.toLowerCase(),
      multipleLoadBalancers: profile.flag('enableMultipleStandardLoadBalancers'),
      outbound: profile.absent ? undefined : parseOutbound(profile),
      networkDataplane: network.text('networkDataplane', 64)?.toLowerCase(),
      networkPolicy: network.text('networkPolicy', 64)?.toLowerCase(),
      networkPlugin: network.text('networkPlugin', 64)?.toLowerCase(),
      nodeAutoProvisioning: provisioning === undefined ? undefined : provisioning === 'auto',
      hostedSystemPools: item.at('hostedSystemProfile').flag('enabled'),
      ingress: parseIngressProfile(item),
    }),
    ipFamilies: network.at('ipFamilies').absent ? [] : network.texts('ipFamilies', 64),
    access: parseAccess(item),
    nodePools: item.objects('agentPoolProfiles').flatMap((each) => parseNodePool(each)),
  };
}

/** `undefined` where ARM names no managed way in at all. */
function parseIngressProfile(item: Cursor): IngressProfile | undefined {
  const profile = item.at('ingressProfile');
  if (profile.absent) return undefined;
  const routing = profile.at('webAppRouting');
  return present({
    applicationRouting: routing.flag('enabled'),
    defaultNginx: routing.at('nginx').text('defaultIngressControllerType', 64),
    routingIstio: routing.at('gatewayAPIImplementations').at('appRoutingIstio').text('mode', 64),
  });
}

function parseOutbound(profile: Cursor): OutboundProfile {
  return {
    ...present({
      allocatedOutboundPorts: profile.count('allocatedOutboundPorts'),
      managedIpCount: profile.at('managedOutboundIPs').count('count'),
    }),
    effectiveIpIds: profile.objects('effectiveOutboundIPs').flatMap((each) => {
      const id = each.text('id', 2048);
      return id === undefined ? [] : [armId(id)];
    }),
  };
}

function parseAccess(item: Cursor): ClusterAccess {
  const api = item.at('apiServerAccessProfile');
  const entra = item.at('aadProfile');
  return {
    privateCluster: api.flag('enablePrivateCluster') ?? false,
    entra: !entra.absent,
    azureRbac: entra.flag('enableAzureRbac') ?? false,
    ...present({
      fqdn: item.text('fqdn', 253),
      privateFqdn: item.text('privateFqdn', 253),
      tenantId: entra.text('tenantID', 64),
      legacyServerAppId: entra.text('serverAppID', 64),
    }),
  };
}

/** A pool without a name is no pool; `count` is null for Virtual Machines pools, whose sizes are counted apart. */
function parseNodePool(item: Cursor): readonly NodePool[] {
  const name = item.text('name', 64);
  if (name === undefined || name === '') {
    item.at('name').fault('a name', 'the pool is left out');
    return [];
  }
  const taints = item.list('nodeTaints').flatMap((element) => {
    const taint = parseTaint(typeof element.value === 'string' ? element.value.slice(0, 512) : '');
    if (taint === undefined)
      element.fault('key=value:Effect with an effect that is known', 'it counts for nothing');
    return taint ?? [];
  });
  const machines = item.objects('virtualMachineNodesStatus');
  const sizes = machines.flatMap((each) => each.text('size', 64) ?? []);
  const vmSize = item.text('vmSize', 64);
  const counted = machines.reduce((sum, each) => sum + (each.count('count') ?? 0), 0);
  const ranges = item.at('virtualMachinesProfile').at('scale').objects('autoscale', true);
  const subnetId = item.text('vnetSubnetID', 2048);
  const count = item.count('count') ?? (machines.length > 0 ? counted : undefined);
  return [
    {
      name,
      ...present({
        mode: item.text('mode', 64)?.toLowerCase(),
        type: item.text('type', 64) ?? item.text('typePropertiesType', 64),
        count,
        minCount: item.count('minCount') ?? sumOf(ranges, 'minCount'),
        maxCount: item.count('maxCount') ?? sumOf(ranges, 'maxCount'),
        maxSurge: item.at('upgradeSettings').text('maxSurge', 64),
        osType: item.text('osType', 64),
        osSku: item.text('osSKU', 64),
        powerState: item.at('powerState').text('code', 64),
        nodeImageVersion: item.text('nodeImageVersion', 253),
        subnetId: subnetId === undefined || subnetId === '' ? undefined : armId(subnetId),
      }),
      autoscaling: (item.flag('enableAutoScaling') ?? false) || ranges.length > 0,
      vmSizes: vmSize === undefined || vmSize === '' ? [...new Set(sizes)] : [vmSize],
      labels: item.map('nodeLabels'),
      taints,
      zones: item.at('availabilityZones').absent ? [] : item.texts('availabilityZones', 64),
      spot: item.text('scaleSetPriority', 64)?.toLowerCase() === 'spot',
    },
  ];
}

/** Virtual Machines pools are scaled size by size; `undefined` where none says. */
function sumOf(ranges: readonly Cursor[], field: string): number | undefined {
  const counts = ranges.flatMap((each) => each.count(field) ?? []);
  return counts.length === 0 ? undefined : counts.reduce((sum, each) => sum + each, 0);
}
