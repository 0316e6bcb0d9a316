import { NetworkManagementClient } from '@azure/arm-network';
import { clientOptions, keepRules, readRows, type ArmAccess } from '../input/index.ts';
import {
  armIdParts,
  read,
  unread,
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

/** Reads the four lists at once; each fails for itself. */
export async function readNetwork(
  access: ArmAccess,
  subscriptionId: string,
  signal?: AbortSignal,
): Promise<SubscriptionNetwork> {
  const client = new NetworkManagementClient(
    access.credential,
    subscriptionId,
    clientOptions(access),
  );
  keepRules(client, access);
  const options = signal === undefined ? {} : { abortSignal: signal };
  const [loadBalancers, networkInterfaces, publicIpAddresses, securityGroups] = await Promise.all([
    readRows(access, 'loadBalancers', client.loadBalancers.listAll(options), parseLoadBalancer),
    readRows(
      access,
      'networkInterfaces',
      client.networkInterfaces.listAll(options),
      parseNetworkInterface,
    ),
    readRows(
      access,
      'publicIPAddresses',
      client.publicIPAddresses.listAll(options),
      parsePublicIpAddress,
    ),
    readRows(
      access,
      'networkSecurityGroups',
      client.networkSecurityGroups.listAll(options),
      parseSecurityGroup,
    ),
  ]);
  return { loadBalancers, networkInterfaces, publicIpAddresses, securityGroups };
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
