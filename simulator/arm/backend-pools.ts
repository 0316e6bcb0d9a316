import type { LoadBalancerDescription, MembersDescription } from '../description.ts';
import { azureName, membersOf, type Layout } from '../layout.ts';
import { computeId, etag, networkId } from '../names.ts';
import type { SimulatedNode } from '../nodes.ts';
import { seededUid } from '../seed.ts';
import { outboundBalancer } from './public-ip.ts';

export const outboundPool = 'aksOutboundBackendPool';

/** A pool with the nodes that stand in it, before it is written as JSON. */
export interface PlannedPool {
  readonly name: string;
  readonly byAddress: boolean;
  readonly nodes: readonly SimulatedNode[];
  readonly members: MembersDescription;
}

/** Every backend pool of a load balancer. Egress stays by NIC whatever the inbound pools are made of. */
export function plannedPools(
  layout: Layout,
  balancer: LoadBalancerDescription,
): readonly PlannedPool[] {
  const { cluster } = layout;
  const byAddress =
    balancer.sku === 'Standard' &&
    cluster.backendPoolType === 'nodeIP' &&
    balancer.poolName === 'kubernetes';
  const plan = (name: string, members: MembersDescription, address: boolean): PlannedPool => ({
    name,
    byAddress: address,
    nodes: membersOf(layout, members),
    members,
  });
  return [
    ...(outboundBalancer(layout) === balancer ? [plan(outboundPool, {}, false)] : []),
    plan(balancer.poolName, balancer.inbound, byAddress),
    ...Object.entries(balancer.localPools).map(([key, members]) =>
      plan(localPoolName(key), members, true),
    ),
  ];
}

/** The pool that a Local Service has of its own under several Standard load balancers. */
export function localPoolName(key: string): string {
  return key.replace('/', '-').toLowerCase();
}

/** The ARM id of a backend pool, in the letter case of Azure's lists. */
export function poolId({ names }: Layout, balancer: LoadBalancerDescription, pool: string): string {
  return `${networkId(names, 'loadBalancers', azureName(balancer))}/backendAddressPools/${pool}`;
}

/**
 * A pool as ARM shows it. A NIC pool lists `backendIPConfigurations` and, beside them, addresses
 * without an `ipAddress`; only a pool by address has that field.
 */
export function backendPool(
  layout: Layout,
  balancer: LoadBalancerDescription,
  pool: PlannedPool,
): object {
  const id = poolId(layout, balancer, pool.name);
  const head = {
    name: pool.name,
    id,
    etag: etag(id),
    type: 'Microsoft.Network/loadBalancers/backendAddressPools',
  };
  return pool.byAddress
    ? { ...head, properties: addressProperties(layout, id, pool) }
    : { ...head, properties: nicProperties(layout, id, pool) };
}

function nicProperties(layout: Layout, id: string, { nodes, members }: PlannedPool): object {
  const configurations = [
    ...nodes.flatMap(({ ipConfigurationId }) => ipConfigurationId ?? []),
    ...(members.stale ?? []).map((address) => goneConfiguration(layout, address)),
  ];
  const alsoByAddress = new Set(members.alsoByAddress);
  return {
    provisioningState: 'Succeeded',
    backendIPConfigurations: configurations.map((configuration) => ({ id: configuration })),
    loadBalancerBackendAddresses: [
      ...configurations.map((configuration) => ({
        name: seededUid(`${id}/${configuration}`),
        properties: { networkInterfaceIPConfiguration: { id: configuration } },
      })),
      ...layout.nodes
        .filter(({ ref }) => alsoByAddress.has(ref))
        .map((node) => addressMember(layout, id, node.name, node.ip)),
    ],
  };
}

function addressProperties(layout: Layout, id: string, { nodes, members }: PlannedPool): object {
  return {
    provisioningState: 'Succeeded',
    loadBalancerBackendAddresses: [
      ...nodes.map((node) => addressMember(layout, id, node.name, node.ip)),
      ...(members.stale ?? []).map((ip) => addressMember(layout, id, `gone-${ip}`, ip)),
    ],
    virtualNetwork: { id: layout.names.virtualNetworkId },
  };
}

function addressMember(layout: Layout, poolAt: string, name: string, ip: string): object {
  const id = `${poolAt}/loadBalancerBackendAddresses/${name}`;
  return {
    name,
    id,
    etag: etag(id),
    type: 'Microsoft.Network/loadBalancers/backendAddressPools/loadBalancerBackendAddresses',
    properties: {
      provisioningState: 'Succeeded',
      ipAddress: ip,
      virtualNetwork: { id: layout.names.virtualNetworkId },
    },
  };
}

/** The NIC of an instance that was deleted: the scale set is there, its number is not. */
function goneConfiguration({ names, nodes }: Layout, address: string): string {
  const set =
    nodes.find(({ pool }) => pool.kind === 'VirtualMachineScaleSets')?.vmSet ?? 'aks-gone';
  const instance = address.split('.').at(-1) ?? '0';
  return `${computeId(names, 'virtualMachineScaleSets', set)}/virtualMachines/${instance}/networkInterfaces/${set}/ipConfigurations/ipconfig1`;
}
