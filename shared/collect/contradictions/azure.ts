import {
  armId,
  armIdParts,
  sameName,
  valueOr,
  type ArmId,
  type BackendMember,
  type ClusterSnapshot,
} from '../../model/index.ts';
import { namespacedName } from '../kubernetes-lists.ts';

import { groupOnly, namespaceOnly, wrongScope, type Contradiction } from './form.ts';

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
        ruleOfProvider.test(name) ? backendPoolIds : [],
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

const ruleOfProvider = /^a[0-9a-f]{31}-/iu;

/** (d) Rules that the cloud provider wrote, or its Warnings, and no Service of type LoadBalancer. */
export function noService({
  services,
  loadBalancers,
  serviceEvents,
}: ClusterSnapshot): readonly Contradiction[] {
  if (services.kind === 'unread' || services.value.length > 0) return [];
  const rule = valueOr(loadBalancers, [])
    .flatMap((each) => each.rules.map(({ name }) => ({ name, of: each.name })))
    .find(({ name }) => ruleOfProvider.test(name));
  const warning = valueOr(serviceEvents, []).find(
    ({ type, reason }) => sameName(type, 'Warning') && /LoadBalancer/u.test(reason),
  );
  const because =
    rule === undefined
      ? warning && `serviceEvents has ${warning.reason} for ${warning.namespace}/${warning.service}`
      : `loadBalancers: ${rule.of} has rule ${rule.name} of one`;
  return because === undefined
    ? []
    : [
        {
          slice: 'services',
          why: `the list has no Service of type LoadBalancer, but ${because}: ${namespaceOnly}`,
        },
      ];
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
