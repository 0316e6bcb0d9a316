import {
  armIdParts,
  compareText,
  present,
  type ArmId,
  type BackendMember,
  type BackendPool,
  type Frontend,
  type LoadBalancer,
  type LoadBalancerRule,
  type Probe,
} from '../model/index.ts';
import type { Cursor } from '../input/cursor.ts';
import {
  byId,
  armIdentityOf,
  partOf,
  referenceId,
  referenceIds,
  type ArmIdentity,
} from './parse-identity.ts';

/** Frontends, pools, rules and probes of a load balancer. */
export function parseLoadBalancer(item: Cursor): LoadBalancer | undefined {
  const own = armIdentityOf(item);
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
  const natFrontends = natFrontendIds(item);
  return {
    ...own,
    resourceGroup: armIdParts(own.id).resourceGroup ?? '',
    sku: sku ?? 'unknown',
    frontends: item
      .objects('frontendIPConfigurations')
      .flatMap((each) => parseFrontend(own, each))
      .toSorted(byId),
    backendPools: item
      .objects('backendAddressPools')
      .flatMap((each) => parseBackendPool(own, each))
      .toSorted(byId),
    rules: rules.flatMap(({ rule }) => rule ?? []).toSorted(byId),
    ...(unreadableRules.length > 0 && { unreadableRules }),
    probes: item
      .objects('probes')
      .flatMap((each) => parseProbe(own, each))
      .toSorted(byId),
    outboundRules: item.objects('outboundRules').map((each) => {
      const ports = each.count('allocatedOutboundPorts');
      return {
        name: each.text('name', 260) ?? '',
        ...(ports !== undefined && { allocatedOutboundPorts: ports }),
        frontendIds: referenceIds(each, 'frontendIPConfigurations'),
      };
    }),
    inboundNatRuleCount: item.list('inboundNatRules').length + item.list('inboundNatPools').length,
    ...(natFrontends.length > 0 && { natFrontendIds: natFrontends }),
  };
}

function natFrontendIds(item: Cursor): readonly ArmId[] {
  const ids = ['inboundNatRules', 'inboundNatPools'].flatMap((key) =>
    item.objects(key).flatMap((each) => referenceId(each, 'frontendIPConfiguration') ?? []),
  );
  return [...new Set(ids)].toSorted(compareText);
}

function parseFrontend(owner: ArmIdentity, item: Cursor): readonly Frontend[] {
  const own = partOf(owner, 'frontendIPConfigurations', item);
  if (own === undefined) return [];
  const privateIp = item.text('privateIPAddress', 64);
  const publicIpId = referenceId(item, 'publicIPAddress');
  const subnetId = referenceId(item, 'subnet');
  return [
    {
      ...own,
      ...present({ privateIp, publicIpId, subnetId }),
      hasOutboundRules: item.list('outboundRules').length > 0,
    },
  ];
}

/**
 * A pool by NIC lists its members twice: as ip configurations and, in newer answers, as addresses
 * without an `ipAddress`. Older answers have the first list only.
 */
function parseBackendPool(owner: ArmIdentity, item: Cursor): readonly BackendPool[] {
  const own = partOf(owner, 'backendAddressPools', item);
  if (own === undefined) return [];
  const byNic = new Map<ArmId, BackendMember>();
  for (const id of referenceIds(item, 'backendIPConfigurations'))
    byNic.set(id, { kind: 'nic', ipConfigurationId: id });
  const byIp: BackendMember[] = [];
  let lacksIp = false;
  for (const address of item.objects('loadBalancerBackendAddresses')) {
    const ip = address.text('ipAddress', 64);
    lacksIp ||= ip === undefined || ip === '';
    const state = address.text('adminState', 64)?.toLowerCase();
    const adminState = state === undefined || state === 'none' ? {} : { adminState: state };
    const name = address.text('name', 260);
    const id = referenceId(address, 'networkInterfaceIPConfiguration');
    if (ip !== undefined && ip !== '')
      byIp.push({ kind: 'ip', ip, ...(name !== undefined && { name }), ...adminState });
    else if (id !== undefined) byNic.set(id, { kind: 'nic', ipConfigurationId: id, ...adminState });
  }
  return [
    {
      ...own,
      members: [...byNic.values(), ...byIp],
      ...(lacksIp && { byNic: true }),
    },
  ];
}

/** `undefined` = the rule cannot be read, and says nothing about its port. */
function parseRule(owner: ArmIdentity, item: Cursor): LoadBalancerRule | undefined {
  const own = partOf(owner, 'loadBalancingRules', item);
  const frontendPort = item.count('frontendPort', 0, 65_535);
  if (own === undefined || frontendPort === undefined) return undefined;
  const pool = referenceId(item, 'backendAddressPool');
  const backendPort = item.count('backendPort', 0, 65_535);
  const frontendId = referenceId(item, 'frontendIPConfiguration');
  const probeId = referenceId(item, 'probe');
  const loadDistribution = item.text('loadDistribution', 64);
  const idleTimeoutMinutes = item.count('idleTimeoutInMinutes');
  const tcpReset = item.flag('enableTcpReset');
  return {
    ...own,
    protocol: item.text('protocol', 64)?.toLowerCase() ?? '',
    frontendPort,
    ...present({ backendPort, frontendId }),
    backendPoolIds: [
      ...new Set([
        ...(pool === undefined ? [] : [pool]),
        ...referenceIds(item, 'backendAddressPools'),
      ]),
    ],
    ...(probeId !== undefined && { probeId }),
    floatingIp: item.flag('enableFloatingIP') ?? false,
    ...present({ loadDistribution, idleTimeoutMinutes, tcpReset }),
  };
}

function parseProbe(owner: ArmIdentity, item: Cursor): readonly Probe[] {
  const own = partOf(owner, 'probes', item);
  const port = item.count('port', 0, 65_535);
  if (own === undefined || port === undefined) return [];
  const path = item.text('requestPath', 2048);
  const intervalSeconds = item.count('intervalInSeconds');
  const threshold = item.count('probeThreshold');
  const behavior = item.text('noHealthyBackendsBehavior', 64)?.toLowerCase();
  return [
    {
      ...own,
      protocol: item.text('protocol', 64)?.toLowerCase() ?? '',
      port,
      ...present({ path, intervalSeconds, threshold }),
      ...(behavior === 'allprobedup' && { upWhenAllDown: true as const }),
    },
  ];
}
