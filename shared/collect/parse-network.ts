import {
  armIdParts,
  compareText,
  present,
  type IpConfiguration,
  type NetworkInterface,
  type PublicIpAddress,
  type SecurityGroup,
  type SecurityRule,
} from '../model/index.ts';
import { isProviderTag } from '../input/arm-shapes.ts';
import type { Cursor } from '../input/cursor.ts';
import { byId, armIdentityOf, partOf, referenceId, referenceIds } from './parse-identity.ts';

/** A network interface of ARM with its load balancer pools; `undefined` without an id. */
export function parseNetworkInterface(item: Cursor): NetworkInterface | undefined {
  const own = armIdentityOf(item);
  if (own === undefined) return undefined;
  const virtualMachineId = referenceId(item, 'virtualMachine');
  const securityGroupId = referenceId(item, 'networkSecurityGroup');
  const provisioningState = item.text('provisioningState', 64)?.toLowerCase();
  return {
    ...own,
    resourceGroup: armIdParts(own.id).resourceGroup ?? '',
    ...present({ virtualMachineId, securityGroupId, provisioningState }),
    ipConfigurations: item
      .objects('ipConfigurations')
      .flatMap((each): readonly IpConfiguration[] => {
        const identity = partOf(own, 'ipConfigurations', each);
        if (identity === undefined) return [];
        const subnetId = referenceId(each, 'subnet');
        return [
          {
            id: identity.id,
            family: each.text('privateIPAddressVersion', 64) === 'IPv6' ? 'IPv6' : 'IPv4',
            ...(subnetId !== undefined && { subnetId }),
            backendPoolIds: referenceIds(each, 'loadBalancerBackendAddressPools'),
          },
        ];
      })
      .toSorted(byId),
  };
}

/** A public IP address of ARM; `undefined` without an id. */
export function parsePublicIpAddress(item: Cursor): PublicIpAddress | undefined {
  const own = armIdentityOf(item);
  if (own === undefined) return undefined;
  const sku = item.at('sku').text('name', 64);
  const address = item.text('ipAddress', 64);
  const ipConfigurationId = referenceId(item, 'ipConfiguration');
  return {
    ...own,
    resourceGroup: armIdParts(own.id).resourceGroup ?? '',
    ...present({ sku, address, ipConfigurationId }),
    tags: item.map('tags', isProviderTag),
  };
}

/** A network security group of ARM, default rules included; `undefined` without an id. */
export function parseSecurityGroup(item: Cursor): SecurityGroup | undefined {
  const own = armIdentityOf(item);
  if (own === undefined) return undefined;
  const rules = [...item.objects('securityRules'), ...item.objects('defaultSecurityRules')];
  return {
    ...own,
    resourceGroup: armIdParts(own.id).resourceGroup ?? '',
    subnetIds: referenceIds(item, 'subnets'),
    networkInterfaceIds: referenceIds(item, 'networkInterfaces'),
    rules: rules
      .map(parseSecurityRule)
      .toSorted((a, b) => a.priority - b.priority || compareText(a.name, b.name)),
  };
}

function parseSecurityRule(item: Cursor): SecurityRule {
  const both = (one: string, several: string): readonly string[] => {
    const single = item.text(one, 256);
    const list = item.at(several).absent ? [] : item.texts(several, 256);
    return single === undefined || single === '' ? list : [single, ...list];
  };
  const sourcePorts = both('sourcePortRange', 'sourcePortRanges');
  return {
    name: item.text('name', 260) ?? '',
    allow: item.text('access', 64)?.toLowerCase() === 'allow',
    inbound: item.text('direction', 64)?.toLowerCase() === 'inbound',
    priority: item.count('priority') ?? Number.MAX_SAFE_INTEGER,
    protocol: item.text('protocol', 64)?.toLowerCase() ?? '*',
    sources: both('sourceAddressPrefix', 'sourceAddressPrefixes'),
    ...(sourcePorts.length > 0 && !sourcePorts.includes('*') && { sourcePorts }),
    destinations: both('destinationAddressPrefix', 'destinationAddressPrefixes'),
    destinationPorts: both('destinationPortRange', 'destinationPortRanges'),
    usesApplicationGroups:
      item.list('sourceApplicationSecurityGroups').length > 0 ||
      item.list('destinationApplicationSecurityGroups').length > 0,
  };
}
