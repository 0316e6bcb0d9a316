import {
  armId,
  armIdParts,
  sameName,
  keyInName,
  valueOr,
  type ArmId,
  type BackendMember,
  type ClusterSnapshot,
  type SliceName,
} from '../../model/index.ts';
import { namespacedName } from '../kubernetes-lists.ts';
import { groupOnly, wrongScope, type Contradiction } from './form.ts';

/** What Azure's lists and the others say against each other. */

/** (a) An address, or outbound traffic by load balancer, and no load balancer at all. */
export function noLoadBalancer({
  loadBalancers,
  services,
  managedCluster,
}: ClusterSnapshot): readonly Contradiction[] {
  if (loadBalancers.kind === 'unread' || loadBalancers.value.length > 0) return [];
  const served = valueOr(services, []).find(
    ({ ingressIps, loadBalancerClass }) => ingressIps.length > 0 && loadBalancerClass === undefined,
  );
  const cluster = managedCluster.kind === 'read' ? managedCluster.value : undefined;
  const egress =
    sameName(cluster?.outboundType ?? '', 'loadBalancer') && cluster?.loadBalancerSku !== 'basic';
  if (served === undefined && !egress) return [];
  const because =
    served === undefined
      ? 'the cluster has outboundType loadBalancer'
      : `services: ${namespacedName(served)} has the address ${served.ingressIps[0] ?? ''}`;
  return [
    {
      slice: 'loadBalancers',
      why: `the list has none in the node resource group, but ${because}: ${groupOnly}`,
    },
  ];
}

/** (a) What is attached to a load balancer of the node resource group that the list lacks: Azure keeps both ends of it. */
export function attachedToLoadBalancers(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const { loadBalancers } = snapshot;
  if (loadBalancers.kind === 'unread') return [];
  const listed = new Set<string>(loadBalancers.value.map(({ id }) => id));
  const groups = nodeGroupsOf(snapshot);
  for (const { slice, name, to } of attachments(snapshot)) {
    const part = partOfLoadBalancer.exec(to);
    if (part === null || !groups.has(part[1] ?? '')) continue;
    const balancer = to.slice(0, part.index + part[0].length);
    if (listed.has(balancer)) continue;
    return [
      {
        slice: 'loadBalancers',
        why: `the list lacks ${armIdParts(armId(balancer)).name}, to which ${name} in ${slice} is attached: ${groupOnly}`,
      },
    ];
  }
  return [];
}

const partOfLoadBalancer =
  /\/resourcegroups\/([^/]+)\/providers\/microsoft\.network\/loadbalancers\/[^/]+/u;

interface AttachedPart {
  readonly slice: SliceName;
  readonly name: string;
  /** Id of a frontend or a pool. */
  readonly to: ArmId;
}

function* attachments({
  publicIpAddresses,
  networkInterfaces,
}: ClusterSnapshot): Generator<AttachedPart> {
  for (const { name, ipConfigurationId: to } of valueOr(publicIpAddresses, []))
    if (to !== undefined) yield { slice: 'publicIpAddresses', name, to };
  for (const { name, ipConfigurations } of valueOr(networkInterfaces, []))
    for (const { backendPoolIds } of ipConfigurations)
      for (const to of backendPoolIds) yield { slice: 'networkInterfaces', name, to };
}

function nodeGroupsOf({ managedCluster, loadBalancers }: ClusterSnapshot): ReadonlySet<string> {
  const own = managedCluster.kind === 'read' ? managedCluster.value.nodeResourceGroup : undefined;
  return new Set([
    ...(own === undefined ? [] : [own.toLowerCase()]),
    ...valueOr(loadBalancers, []).map(({ resourceGroup }) => resourceGroup.toLowerCase()),
  ]);
}

/** (c) A pool member whose network interface the list lacks: Azure holds no member without its NIC. */
export function interfacesOfMembers(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const { loadBalancers, networkInterfaces, nodes } = snapshot;
  if (loadBalancers.kind === 'unread' || networkInterfaces.kind === 'unread') return [];
  const listed = new Set<string>(networkInterfaces.value.map(({ id }) => id));
  const groups = new Set([
    ...loadBalancers.value.map(({ resourceGroup }) => resourceGroup.toLowerCase()),
    ...valueOr(nodes, []).flatMap(
      ({ providerId }) => armIdParts(armId(providerId)).resourceGroup ?? [],
    ),
  ]);
  for (const { name, backendPools } of loadBalancers.value)
    for (const { members, name: pool } of backendPools)
      for (const member of members) {
        if (member.kind !== 'nic') continue;
        const nic = nicOf(member.ipConfigurationId);
        const group = nic === undefined ? undefined : armIdParts(armId(nic)).resourceGroup;
        if (nic === undefined || group === undefined || !groups.has(group) || listed.has(nic))
          continue;
        return [
          {
            slice: 'networkInterfaces',
            why: `the list lacks ${armIdParts(armId(nic)).name}, a member of pool ${name}/${pool} in loadBalancers: ${groupOnly}`,
          },
        ];
      }
  return [];
}

/** (c) Pools of the cluster's rules with members of which none is a node: another cluster's nodes. */
export function nodesOfMembers(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const { loadBalancers, networkInterfaces, nodes } = snapshot;
  if (loadBalancers.kind === 'unread' || nodes.kind === 'unread') return [];
  const machines = new Map(
    valueOr(networkInterfaces, []).map(({ id, virtualMachineId }) => [
      String(id),
      virtualMachineId,
    ]),
  );
  const nodeMachines = new Set(
    nodes.value.map(({ providerId }) => providerId.toLowerCase().replace(/^azure:\/\//u, '')),
  );
  const addresses = new Set(nodes.value.flatMap(({ internalIps }) => internalIps));
  const used = new Set(
    loadBalancers.value.flatMap(({ rules }) =>
      rules.flatMap(({ name, backendPoolIds }) =>
        keyInName(name) === undefined ? [] : backendPoolIds,
      ),
    ),
  );
  const members = loadBalancers.value.flatMap(({ backendPools }) =>
    backendPools.flatMap((pool) => (used.has(pool.id) ? pool.members : [])),
  );
  const isNode = (member: BackendMember): boolean => {
    if (member.kind === 'ip') return addresses.has(member.ip);
    const nic = nicOf(member.ipConfigurationId);
    const machine =
      nic === undefined
        ? /^(.*\/virtualmachines\/\d+)\//u.exec(member.ipConfigurationId)?.[1]
        : machines.get(nic);
    // A NIC that was not read may be that of any node.
    return machine === undefined || nodeMachines.has(machine);
  };
  if (members.length === 0 || members.some(isNode)) return [];
  return [
    {
      slice: 'nodes',
      why: `none of the ${members.length} members of the pools in loadBalancers is among them: ${wrongScope}`,
    },
  ];
}

/** The id of a network interface of its own; those of scale sets are in no list. */
function nicOf(ipConfiguration: ArmId): string | undefined {
  const match = /^(.*\/providers\/microsoft\.network\/networkinterfaces\/[^/]+)\//u.exec(
    ipConfiguration,
  );
  return ipConfiguration.includes('/virtualmachinescalesets/') ? undefined : match?.[1];
}

/** (g) A frontend's public address that the list lacks, in a group that the list covers. */
export function frontendAddresses(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const { publicIpAddresses, loadBalancers } = snapshot;
  if (publicIpAddresses.kind === 'unread' || loadBalancers.kind === 'unread') return [];
  const listed = new Set<string>(publicIpAddresses.value.map(({ id }) => id));
  const covered = new Set([
    ...publicIpAddresses.value.map(({ resourceGroup }) => resourceGroup.toLowerCase()),
    ...loadBalancers.value.map(({ resourceGroup }) => resourceGroup.toLowerCase()),
  ]);
  for (const { name, frontends } of loadBalancers.value)
    for (const { publicIpId } of frontends) {
      if (publicIpId === undefined || listed.has(publicIpId)) continue;
      const { resourceGroup, name: address } = armIdParts(publicIpId);
      if (resourceGroup === undefined || !covered.has(resourceGroup)) continue;
      return [
        {
          slice: 'publicIpAddresses',
          why: `the list lacks ${address}, which a frontend of ${name} in loadBalancers has: ${groupOnly}`,
        },
      ];
    }
  return [];
}
