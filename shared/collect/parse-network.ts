import {
  armId,
  armIdParts,
  compareText,
  type ArmId,
  type BackendMember,
  type BackendPool,
  type IpConfiguration,
  type LoadBalancer,
  type LoadBalancerRule,
  type NetworkInterface,
  type Probe,
  type PublicIpAddress,
  type SecurityGroup,
  type SecurityRule,
} from '../model/index.ts';
import type { Cursor } from '../input/cursor.ts';

/** From what the network client hands out to our rows. Ids are lower-cased here, once. */

interface Identity {
  readonly id: ArmId;
  readonly name: string;
}

/** Id and name of a resource; `undefined` where it has no id. */
function identityOf(item: Cursor): Identity | undefined {
  const id = item.text('id', 2048);
  if (id === undefined || id === '') return undefined;
  return { id: armId(id), name: item.text('name', 260) ?? armIdParts(armId(id)).name };
}

/** The same for a part of a resource: without an id of its own it is where its name says. */
function partOf(owner: Identity, collection: string, item: Cursor): Identity | undefined {
  const name = item.text('name', 260) ?? '';
  const own = identityOf(item);
  if (own !== undefined) return own;
  if (name !== '') return { id: armId(`${owner.id}/${collection}/${name}`), name };
  item.at('id').fault('an ARM id');
  return undefined;
}

/** Id of a reference `{ "id": … }`. */
function referenceId(item: Cursor, key: string): ArmId | undefined {
  const reference = item.at(key);
  if (reference.absent) return undefined;
  const id = reference.text('id', 2048);
  return id === undefined || id === '' ? undefined : armId(id);
}

function referenceIds(item: Cursor, key: string): readonly ArmId[] {
  return item.objects(key).flatMap((each) => {
    const id = each.text('id', 2048);
    return id === undefined || id === '' ? [] : [armId(id)];
  });
}

export function parseLoadBalancer(item: Cursor): LoadBalancer | undefined {
  const own = identityOf(item);
  if (own === undefined) return undefined;
  const sku = item.at('sku').text('name', 64)?.toLowerCase();
  if (sku === undefined)
    item.at('sku').fault('an object with the name of the SKU', 'its SKU is unknown');
  else if (!['basic', 'standard', 'gateway', 'service'].includes(sku))
    item.at('sku').at('name').fault('Basic or Standard', 'what depends on the SKU is unknown');
  const rules = item
    .objects('loadBalancingRules')
    .map((each) => ({ name: each.text('name', 260) ?? '', rule: parseRule(own, each) }));
  const unreadableRules = rules.flatMap(({ name, rule }) => (rule === undefined ? [name] : []));
  // A null where the list of rules belongs is no list without rules.
  if (item.at('loadBalancingRules').value === null) unreadableRules.push('');
  return {
    ...own,
    resourceGroup: armIdParts(own.id).resourceGroup ?? '',
    sku: sku ?? 'unknown',
    frontends: item.objects('frontendIPConfigurations').flatMap((each) => {
      const identity = partOf(own, 'frontendIPConfigurations', each);
      if (identity === undefined) return [];
      const privateIp = each.text('privateIPAddress', 64);
      const publicIpId = referenceId(each, 'publicIPAddress');
      const subnetId = referenceId(each, 'subnet');
      return [
        {
          ...identity,
          ...(privateIp !== undefined && { privateIp }),
          ...(publicIpId !== undefined && { publicIpId }),
          ...(subnetId !== undefined && { subnetId }),
          hasOutboundRules: each.list('outboundRules').length > 0,
        },
      ];
    }),
    backendPools: item
      .objects('backendAddressPools')
      .flatMap((each) => parseBackendPool(own, each)),
    rules: rules.flatMap(({ rule }) => rule ?? []),
    ...(unreadableRules.length > 0 && { unreadableRules }),
    probes: item.objects('probes').flatMap((each) => parseProbe(own, each)),
    outboundRules: item.objects('outboundRules').map((each) => {
      const ports = each.count('allocatedOutboundPorts');
      return {
        name: each.text('name', 260) ?? '',
        ...(ports !== undefined && { allocatedOutboundPorts: ports }),
        frontendIds: referenceIds(each, 'frontendIPConfigurations'),
      };
    }),
    inboundNatRuleCount: item.list('inboundNatRules').length + item.list('inboundNatPools').length,
  };
}

/**
 * A pool by NIC lists its members twice: as ip configurations and, in newer answers, as addresses
 * without an `ipAddress`. Older answers have the first list only.
 */
function parseBackendPool(owner: Identity, item: Cursor): readonly BackendPool[] {
  const own = partOf(owner, 'backendAddressPools', item);
  if (own === undefined) return [];
  const byNic = new Map<ArmId, BackendMember>();
  for (const id of referenceIds(item, 'backendIPConfigurations'))
    byNic.set(id, { kind: 'nic', ipConfigurationId: id });
  const byIp: BackendMember[] = [];
  for (const address of item.objects('loadBalancerBackendAddresses')) {
    const ip = address.text('ipAddress', 64);
    const state = address.text('adminState', 64)?.toLowerCase();
    const adminState = state === undefined || state === 'none' ? {} : { adminState: state };
    const name = address.text('name', 260);
    const id = referenceId(address, 'networkInterfaceIPConfiguration');
    if (ip !== undefined && ip !== '')
      byIp.push({ kind: 'ip', ip, ...(name !== undefined && { name }), ...adminState });
    else if (id !== undefined) byNic.set(id, { kind: 'nic', ipConfigurationId: id, ...adminState });
  }
  const virtualNetworkId = referenceId(item, 'virtualNetwork');
  return [
    {
      ...own,
      members: [...byNic.values(), ...byIp],
      ...(virtualNetworkId !== undefined && { virtualNetworkId }),
    },
  ];
}

/** `undefined` = the rule cannot be read, and says nothing about its port. */
function parseRule(owner: Identity, item: Cursor): LoadBalancerRule | undefined {
  const own = partOf(owner, 'loadBalancingRules', item);
  const frontendPort = item.count('frontendPort', 0, 65_535);
  if (own === undefined || frontendPort === undefined) return undefined;
  const pool = referenceId(item, 'backendAddressPool');
  const backendPort = item.count('backendPort', 0, 65_535);
  const frontendId = referenceId(item, 'frontendIPConfiguration');
  const probeId = referenceId(item, 'probe');
  const loadDistribution = item.text('loadDistribution', 64);
  const idleTimeoutMinutes = item.count('idleTimeoutInMinutes');
  return {
    ...own,
    protocol: item.text('protocol', 64)?.toLowerCase() ?? '',
    frontendPort,
    ...(backendPort !== undefined && { backendPort }),
    ...(frontendId !== undefined && { frontendId }),
    backendPoolIds: [
      ...new Set([
        ...(pool === undefined ? [] : [pool]),
        ...referenceIds(item, 'backendAddressPools'),
      ]),
    ],
    ...(probeId !== undefined && { probeId }),
    floatingIp: item.flag('enableFloatingIP') ?? false,
    ...(loadDistribution !== undefined && { loadDistribution }),
    ...(idleTimeoutMinutes !== undefined && { idleTimeoutMinutes }),
  };
}

function parseProbe(owner: Identity, item: Cursor): readonly Probe[] {
  const own = partOf(owner, 'probes', item);
  const port = item.count('port', 0, 65_535);
  if (own === undefined || port === undefined) return [];
  const path = item.text('requestPath', 2048);
  const intervalSeconds = item.count('intervalInSeconds');
  const threshold = item.count('probeThreshold');
  return [
    {
      ...own,
      protocol: item.text('protocol', 64)?.toLowerCase() ?? '',
      port,
      ...(path !== undefined && { path }),
      ...(intervalSeconds !== undefined && { intervalSeconds }),
      ...(threshold !== undefined && { threshold }),
    },
  ];
}

export function parseNetworkInterface(item: Cursor): NetworkInterface | undefined {
  const own = identityOf(item);
  if (own === undefined) return undefined;
  const virtualMachineId = referenceId(item, 'virtualMachine');
  const securityGroupId = referenceId(item, 'networkSecurityGroup');
  const provisioningState = item.text('provisioningState', 64)?.toLowerCase();
  return {
    ...own,
    resourceGroup: armIdParts(own.id).resourceGroup ?? '',
    ...(virtualMachineId !== undefined && { virtualMachineId }),
    ...(securityGroupId !== undefined && { securityGroupId }),
    ...(provisioningState !== undefined && { provisioningState }),
    tags: item.map('tags'),
    ipConfigurations: item
      .objects('ipConfigurations')
      .flatMap((each): readonly IpConfiguration[] => {
        const identity = partOf(own, 'ipConfigurations', each);
        if (identity === undefined) return [];
        const privateIp = each.text('privateIPAddress', 64);
        const subnetId = referenceId(each, 'subnet');
        return [
          {
            id: identity.id,
            primary: each.flag('primary') ?? false,
            ...(privateIp !== undefined && { privateIp }),
            family: each.text('privateIPAddressVersion', 64) === 'IPv6' ? 'IPv6' : 'IPv4',
            ...(subnetId !== undefined && { subnetId }),
            backendPoolIds: referenceIds(each, 'loadBalancerBackendAddressPools'),
          },
        ];
      }),
  };
}

export function parsePublicIpAddress(item: Cursor): PublicIpAddress | undefined {
  const own = identityOf(item);
  if (own === undefined) return undefined;
  const sku = item.at('sku').text('name', 64);
  const address = item.text('ipAddress', 64);
  const ipConfigurationId = referenceId(item, 'ipConfiguration');
  const dnsLabel = item.at('dnsSettings').text('domainNameLabel', 256);
  return {
    ...own,
    resourceGroup: armIdParts(own.id).resourceGroup ?? '',
    ...(sku !== undefined && { sku }),
    ...(address !== undefined && { address }),
    ...(ipConfigurationId !== undefined && { ipConfigurationId }),
    ...(dnsLabel !== undefined && { dnsLabel }),
    tags: item.map('tags'),
  };
}

export function parseSecurityGroup(item: Cursor): SecurityGroup | undefined {
  const own = identityOf(item);
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
  return {
    name: item.text('name', 260) ?? '',
    allow: item.text('access', 64)?.toLowerCase() === 'allow',
    inbound: item.text('direction', 64)?.toLowerCase() === 'inbound',
    priority: item.count('priority') ?? Number.MAX_SAFE_INTEGER,
    protocol: item.text('protocol', 64)?.toLowerCase() ?? '*',
    sources: both('sourceAddressPrefix', 'sourceAddressPrefixes'),
    destinations: both('destinationAddressPrefix', 'destinationAddressPrefixes'),
    destinationPorts: both('destinationPortRange', 'destinationPortRanges'),
    usesApplicationGroups:
      item.list('sourceApplicationSecurityGroups').length > 0 ||
      item.list('destinationApplicationSecurityGroups').length > 0,
  };
}
