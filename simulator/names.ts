import type { ClusterDescription, SubscriptionDescription } from './description.ts';
import { seededLetters, seededNumber, seededUid } from './seed.ts';

/** What a cluster and the things of its node resource group are called. */
export interface ClusterNames {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly nodeResourceGroup: string;
  /** As ARM spells it for clusters: `resourcegroups` in lower case. */
  readonly id: string;
  /** Eight digits in the names of a cluster's nodes; two clusters may share them. */
  readonly digits: string;
  /** Host of the Kubernetes API, public or private. */
  readonly host: string;
  readonly virtualNetworkId: string;
  readonly subnetId: string;
}

/** Ids, hosts and names that follow from a cluster's own name, group and subscription. */
export function clusterNames(
  { id: subscriptionId }: SubscriptionDescription,
  { name, resourceGroup, location, access, digits: given }: ClusterDescription,
): ClusterNames {
  const seed = `${subscriptionId}/${resourceGroup}/${name}`.toLowerCase();
  const digits = given ?? String(10_000_000 + seededNumber(`${seed}/digits`, 80_000_000));
  const prefix = `${name}-${seededLetters(`${seed}/host`, 8)}`;
  const nodeResourceGroup = `MC_${resourceGroup}_${name}_${location}`.slice(0, 80);
  const virtualNetworkId = `/subscriptions/${subscriptionId}/resourceGroups/${nodeResourceGroup}/providers/Microsoft.Network/virtualNetworks/aks-vnet-${digits}`;
  return {
    subscriptionId,
    resourceGroup,
    nodeResourceGroup,
    id: `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${name}`,
    digits,
    host: access.privateCluster
      ? `${prefix}.${seededUid(`${seed}/zone`)}.privatelink.${location}.azmk8s.io`
      : `${prefix}.hcp.${location}.azmk8s.io`,
    virtualNetworkId,
    subnetId: `${virtualNetworkId}/subnets/aks-subnet`,
  };
}

/** The id of something in the node resource group, in the letter case of the AKS resource provider. */
export function networkId(names: ClusterNames, type: string, name: string): string {
  return `/subscriptions/${names.subscriptionId}/resourceGroups/${names.nodeResourceGroup}/providers/Microsoft.Network/${type}/${name}`;
}

/** The ARM id of a resource of Microsoft.Compute in the node resource group. */
export function computeId(names: ClusterNames, type: string, name: string): string {
  return `/subscriptions/${names.subscriptionId}/resourceGroups/${names.nodeResourceGroup}/providers/Microsoft.Compute/${type}/${name}`;
}

/** The same id as objects written from inside the cluster carry it: the group in lower case. */
export function lowerGroup(names: ClusterNames, id: string): string {
  return id.replace(names.nodeResourceGroup, names.nodeResourceGroup.toLowerCase());
}

/** The same for the same resource, as long as nothing changes. */
export function etag(seed: string): string {
  return `W/"${seededUid(`etag/${seed}`)}"`;
}

/** The IPv4 address `offset` after `base`. */
export function addressAfter(base: string, offset: number): string {
  let value = 0;
  for (const part of base.split('.')) value = value * 256 + Number(part);
  value += offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
