import type { LoadBalancerDescription } from '../description.ts';
import type { Layout } from '../layout.ts';
import { etag, networkId } from '../names.ts';
import type { SimulatedNode } from '../nodes.ts';
import { seededUid } from '../seed.ts';
import { plannedPools, poolId } from './backend-pools.ts';
import { securityGroupName } from './security-group.ts';

/**
 * NICs of single VMs, and that of a private cluster's API server, which is on no VM. Those of scale
 * sets are in no list of a subscription.
 */
export function networkInterfaces(layout: Layout): readonly object[] {
  const pools = poolsOfNodes(layout);
  const ofNodes = layout.nodes.flatMap((node) =>
    node.nicName === undefined ? [] : [nic(layout, node, node.nicName, pools.get(node) ?? [])],
  );
  return layout.cluster.access.privateCluster ? [...ofNodes, endpointNic(layout)] : ofNodes;
}

function endpointNic({ cluster, names }: Layout): object {
  const name = `kube-apiserver.nic.${seededUid(`${names.id}/endpoint`)}`;
  const id = networkId(names, 'networkInterfaces', name);
  return {
    name,
    id,
    etag: etag(id),
    location: cluster.location,
    type: 'Microsoft.Network/networkInterfaces',
    properties: {
      provisioningState: 'Succeeded',
      privateEndpoint: { id: networkId(names, 'privateEndpoints', 'kube-apiserver') },
      ipConfigurations: [
        {
          name: 'privateEndpointIpConfig',
          id: `${id}/ipConfigurations/privateEndpointIpConfig`,
          properties: {
            provisioningState: 'Succeeded',
            privateIPAddress: '10.224.255.4',
            privateIPAllocationMethod: 'Dynamic',
            primary: true,
            privateIPAddressVersion: 'IPv4',
            subnet: { id: names.subnetId },
          },
        },
      ],
    },
  };
}

function poolsOfNodes(layout: Layout): ReadonlyMap<SimulatedNode, readonly string[]> {
  const found = new Map<SimulatedNode, string[]>();
  const add = (balancer: LoadBalancerDescription): void => {
    for (const pool of plannedPools(layout, balancer)) {
      if (pool.byAddress) continue;
      for (const node of pool.nodes) {
        const ids = found.get(node) ?? [];
        ids.push(poolId(layout, balancer, pool.name));
        found.set(node, ids);
      }
    }
  };
  if (layout.nodes.some(({ nicName }) => nicName !== undefined))
    layout.cluster.loadBalancers.forEach(add);
  return found;
}

function nic(layout: Layout, node: SimulatedNode, name: string, pools: readonly string[]): object {
  const { cluster, names } = layout;
  const id = networkId(names, 'networkInterfaces', name);
  const configuration = `${id}/ipConfigurations/ipconfig1`;
  return {
    name,
    id,
    etag: etag(id),
    location: cluster.location,
    type: 'Microsoft.Network/networkInterfaces',
    tags:
      node.pool.kind === 'NodeAutoProvisioning'
        ? { 'karpenter.azure.com_cluster': cluster.name, 'karpenter.sh_nodepool': node.pool.name }
        : { 'aks-managed-poolName': node.pool.name },
    properties: {
      provisioningState: 'Succeeded',
      primary: true,
      enableAcceleratedNetworking: true,
      enableIPForwarding: true,
      macAddress: '00-0D-3A-4F-21-7C',
      nicType: 'Standard',
      networkSecurityGroup: cluster.securityGroup && {
        id: networkId(names, 'networkSecurityGroups', securityGroupName(layout)),
      },
      // Azure spells the group of this one in capitals.
      virtualMachine: {
        id: node.virtualMachineId?.replace(
          names.nodeResourceGroup,
          names.nodeResourceGroup.toUpperCase(),
        ),
      },
      ipConfigurations: [
        {
          name: 'ipconfig1',
          id: configuration,
          etag: etag(configuration),
          type: 'Microsoft.Network/networkInterfaces/ipConfigurations',
          properties: {
            provisioningState: 'Succeeded',
            privateIPAddress: node.ip,
            privateIPAllocationMethod: 'Dynamic',
            primary: true,
            privateIPAddressVersion: 'IPv4',
            subnet: { id: names.subnetId },
            loadBalancerBackendAddressPools: pools.map((pool) => ({ id: pool })),
          },
        },
      ],
    },
  };
}
