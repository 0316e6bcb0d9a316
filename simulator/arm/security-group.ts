import type { SecurityRuleDescription } from '../description.ts';
import { isPublic, type Layout } from '../layout.ts';
import { canary } from '../canaries.ts';
import { etag, networkId } from '../names.ts';
import { seededHex, seededUid } from '../seed.ts';

/** As AKS names the group of the node subnet. */
export function securityGroupName({ names }: Layout): string {
  return `aks-agentpool-${names.digits}-nsg`;
}

/** The group of the node subnet: own rules, an allow rule per public Service, Azure's defaults. */
export function securityGroups(layout: Layout): readonly object[] {
  const { cluster, names, services } = layout;
  const described = cluster.securityGroup;
  if (described === undefined) return [];
  const id = networkId(names, 'networkSecurityGroups', securityGroupName(layout));
  const withoutAllow = new Set(described.withoutAllow);
  const allowed = services.filter(
    ({ service, key }) => isPublic(service) && !withoutAllow.has(key),
  );
  return [
    {
      name: securityGroupName(layout),
      id,
      etag: etag(id),
      type: 'Microsoft.Network/networkSecurityGroups',
      location: cluster.location,
      tags: { 'break-glass': canary('security group tag') },
      properties: {
        provisioningState: 'Succeeded',
        resourceGuid: seededUid(`${id}/guid`),
        securityRules: [
          ...allowed.map(({ service, ip }, at) =>
            rule(`${id}/securityRules`, {
              name: `k8s-azure-lb_allow_IPv4_${seededHex(`${id}/${at}`, 32)}`,
              priority: 500 + at,
              access: 'Allow',
              protocol: service.ports.every(({ protocol }) => protocol === 'UDP') ? 'Udp' : 'Tcp',
              source: 'Internet',
              destination: ip,
              ports: service.ports.map(({ port }) => String(port)),
            }),
          ),
          ...described.rules.map((given) => rule(`${id}/securityRules`, given)),
        ],
        defaultSecurityRules: defaults.map((given) => rule(`${id}/defaultSecurityRules`, given)),
        networkInterfaces: layout.nodes.flatMap(({ nicName }) =>
          nicName === undefined ? [] : [{ id: networkId(names, 'networkInterfaces', nicName) }],
        ),
        subnets: [{ id: names.subnetId }],
      },
    },
  ];
}

type Defaults = SecurityRuleDescription & { readonly direction?: 'Inbound' | 'Outbound' };

const defaults: readonly Defaults[] = [
  {
    name: 'AllowVnetInBound',
    priority: 65_000,
    access: 'Allow',
    source: 'VirtualNetwork',
    destination: 'VirtualNetwork',
  },
  {
    name: 'AllowAzureLoadBalancerInBound',
    priority: 65_001,
    access: 'Allow',
    source: 'AzureLoadBalancer',
  },
  { name: 'DenyAllInBound', priority: 65_500, access: 'Deny' },
  {
    name: 'AllowVnetOutBound',
    priority: 65_000,
    access: 'Allow',
    source: 'VirtualNetwork',
    destination: 'VirtualNetwork',
    direction: 'Outbound',
  },
  {
    name: 'AllowInternetOutBound',
    priority: 65_001,
    access: 'Allow',
    destination: 'Internet',
    direction: 'Outbound',
  },
  { name: 'DenyAllOutBound', priority: 65_500, access: 'Deny', direction: 'Outbound' },
];

function rule(parent: string, given: Defaults): object {
  const id = `${parent}/${given.name}`;
  const ports = given.ports ?? ['*'];
  const own = !parent.endsWith('defaultSecurityRules');
  return {
    name: given.name,
    id,
    etag: etag(id),
    type: `Microsoft.Network/networkSecurityGroups/${own ? 'securityRules' : 'defaultSecurityRules'}`,
    properties: {
      provisioningState: 'Succeeded',
      protocol: given.protocol ?? '*',
      sourcePortRange: '*',
      ...(ports.length === 1
        ? { destinationPortRange: ports[0], destinationPortRanges: [] }
        : { destinationPortRanges: ports }),
      sourceAddressPrefix: given.source ?? '*',
      sourceAddressPrefixes: [],
      destinationAddressPrefix: given.destination ?? '*',
      destinationAddressPrefixes: [],
      sourcePortRanges: [],
      access: given.access,
      priority: given.priority,
      direction: given.direction ?? 'Inbound',
    },
  };
}
