import { NetworkManagementClient } from '@azure/arm-network';
import { clientOptions, keepRules, readRows, type ArmAccess } from '../input/index.ts';
import {
  armIdParts,
  compareText,
  read,
  unread,
  type ArmId,
  type LoadBalancer,
  type NetworkInterface,
  type PublicIpAddress,
  type Read,
  type SecurityGroup,
} from '../model/index.ts';
import { parseLoadBalancer } from './parse-load-balancer.ts';
import {
  parseNetworkInterface,
  parsePublicIpAddress,
  parseSecurityGroup,
} from './parse-network.ts';

/** The network side of one subscription, read by four lists whatever the number of its clusters. */
export interface SubscriptionNetwork {
  readonly loadBalancers: Read<readonly LoadBalancer[]>;
  readonly networkInterfaces: Read<readonly NetworkInterface[]>;
  readonly publicIpAddresses: Read<readonly PublicIpAddress[]>;
  readonly securityGroups: Read<readonly SecurityGroup[]>;
}

/**
 * Reads the four lists at once; each fails for itself.
 * @param group Only of this resource group.
 */
export async function readNetwork(
  access: ArmAccess,
  subscriptionId: string,
  signal?: AbortSignal,
  group?: string,
): Promise<SubscriptionNetwork> {
  const client = new NetworkManagementClient(
    access.credential,
    subscriptionId,
    clientOptions(access),
  );
  keepRules(client, access);
  const options = signal === undefined ? {} : { abortSignal: signal };
  const all = <T>(list: ListOf<T>): AsyncIterable<T> =>
    group === undefined ? list.listAll(options) : list.list(group, options);
  const [loadBalancers, networkInterfaces, publicIpAddresses, securityGroups] = await Promise.all([
    readRows(access, 'loadBalancers', all(client.loadBalancers), parseLoadBalancer),
    readRows(access, 'networkInterfaces', all(client.networkInterfaces), parseNetworkInterface),
    readRows(access, 'publicIPAddresses', all(client.publicIPAddresses), parsePublicIpAddress),
    readRows(
      access,
      'networkSecurityGroups',
      all(client.networkSecurityGroups),
      parseSecurityGroup,
    ),
  ]);
  return { loadBalancers, networkInterfaces, publicIpAddresses, securityGroups };
}

interface ListOf<T> {
  listAll(options: object): AsyncIterable<T>;
  list(resourceGroup: string, options: object): AsyncIterable<T>;
}

/**
 * A subscription's network with what the lists of one resource group say now: four requests, whatever
 * else is in the subscription. A list that cannot be read this time stays as it was.
 */
export async function readNetworkAgain(
  access: ArmAccess,
  subscriptionId: string,
  group: string,
  known: SubscriptionNetwork,
  signal?: AbortSignal,
): Promise<SubscriptionNetwork> {
  const now = await readNetwork(access, subscriptionId, signal, group);
  const own = group.toLowerCase();
  const merged = <T extends { readonly id: ArmId; readonly resourceGroup: string }>(
    before: Read<readonly T[]>,
    fresh: Read<readonly T[]>,
  ): Read<readonly T[]> =>
    before.kind === 'unread' || fresh.kind === 'unread'
      ? before
      : read(
          [
            ...before.value.filter(({ resourceGroup }) => resourceGroup !== own),
            ...fresh.value,
          ].toSorted((a, b) => compareText(a.id, b.id)),
        );
  return {
    loadBalancers: merged(known.loadBalancers, now.loadBalancers),
    networkInterfaces: merged(known.networkInterfaces, now.networkInterfaces),
    publicIpAddresses: merged(known.publicIpAddresses, now.publicIpAddresses),
    securityGroups: merged(known.securityGroups, now.securityGroups),
  };
}

/** Picks what belongs to a cluster out of a subscription's network; the index is made once per subscription. */
export function networkByGroup(
  network: SubscriptionNetwork,
): (nodeResourceGroup: string | undefined) => SubscriptionNetwork {
  const loadBalancers = pick(network.loadBalancers, (row) => row.resourceGroup);
  // A NIC may live apart from its machine: the machine's group counts.
  const networkInterfaces = pick(
    network.networkInterfaces,
    (row) =>
      (row.virtualMachineId === undefined
        ? undefined
        : armIdParts(row.virtualMachineId).resourceGroup) ?? row.resourceGroup,
  );
  const securityGroups = network.securityGroups;
  return (group) => ({
    loadBalancers: loadBalancers(group),
    networkInterfaces: networkInterfaces(group),
    publicIpAddresses: network.publicIpAddresses,
    securityGroups,
  });
}

function pick<T>(rows: Read<readonly T[]>, groupOf: (row: T) => string) {
  const byGroup = rows.kind === 'read' ? Map.groupBy(rows.value, groupOf) : undefined;
  return (group: string | undefined): Read<readonly T[]> => {
    if (rows.kind === 'unread' || byGroup === undefined) return rows;
    if (group === undefined) return unread('the node resource group of the cluster is not known');
    return read(byGroup.get(group.toLowerCase()) ?? []);
  };
}
