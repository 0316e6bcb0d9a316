import { azureName, servicesOn, type Layout } from '../layout.ts';
import { etag, lowerGroup, networkId } from '../names.ts';
import { seededNumber, seededUid } from '../seed.ts';
import { addressAfter } from '../names.ts';

/** Names of the addresses that AKS made for egress; none on Basic and for other kinds of egress. */
export function outboundIpNames({ cluster, names }: Layout): readonly string[] {
  const { type, managedIps } = cluster.outbound;
  if (type !== 'loadBalancer' || cluster.loadBalancerSku.toLowerCase() === 'basic') return [];
  return Array.from({ length: managedIps }, (_, at) => seededUid(`${names.id}/outbound/${at}`));
}

/** The load balancer that carries egress: the one called after the cluster. */
export function outboundBalancer({ cluster }: Layout) {
  const hasIps = cluster.outbound.type === 'loadBalancer';
  return hasIps
    ? cluster.loadBalancers.find(
        ({ name, internal, sku }) => name === 'kubernetes' && !internal && sku === 'Standard',
      )
    : undefined;
}

/** Addresses for egress, and one for each public Service. */
export function publicIps(layout: Layout): readonly object[] {
  const { cluster, names } = layout;
  const outbound = outboundBalancer(layout);
  const managed =
    outbound === undefined
      ? []
      : outboundIpNames(layout).map((name) =>
          publicIp(layout, {
            name,
            address: addressAfter('20.61.0.0', seededNumber(`${names.id}/${name}`, 65_000)),
            sku: 'Standard',
            idleTimeoutMinutes: cluster.outbound.idleTimeoutMinutes,
            tags: {
              'aks-managed-cluster-name': cluster.name,
              'aks-managed-cluster-rg': cluster.resourceGroup,
              'aks-managed-type': 'aks-slb-managed-outbound-ip',
            },
            frontend: `${networkId(names, 'loadBalancers', outbound.name)}/frontendIPConfigurations/${name}`,
          }),
        );
  const ofServices = cluster.loadBalancers.flatMap((balancer) =>
    balancer.internal
      ? []
      : servicesOn(layout, balancer).map(({ key, frontend, ip }) =>
          publicIp(layout, {
            name: `kubernetes-${frontend}`,
            address: ip ?? '',
            sku: balancer.sku,
            idleTimeoutMinutes: 4,
            tags: { 'k8s-azure-cluster-name': 'kubernetes', 'k8s-azure-service': key },
            // Written from inside the cluster: the group comes in lower case.
            frontend: lowerGroup(
              names,
              `${networkId(names, 'loadBalancers', azureName(balancer))}/frontendIPConfigurations/${frontend}`,
            ),
          }),
        ),
  );
  return [...managed, ...ofServices];
}

interface PublicIp {
  readonly name: string;
  readonly address: string;
  readonly sku: string;
  readonly idleTimeoutMinutes: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly frontend: string;
}

function publicIp({ cluster, names }: Layout, ip: PublicIp): object {
  const id = networkId(names, 'publicIPAddresses', ip.name);
  return {
    name: ip.name,
    id,
    etag: etag(id),
    location: cluster.location,
    tags: ip.tags,
    type: 'Microsoft.Network/publicIPAddresses',
    sku: { name: ip.sku, tier: 'Regional' },
    properties: {
      provisioningState: 'Succeeded',
      resourceGuid: seededUid(`${id}/guid`),
      ipAddress: ip.address,
      publicIPAddressVersion: 'IPv4',
      publicIPAllocationMethod: 'Static',
      idleTimeoutInMinutes: ip.idleTimeoutMinutes,
      ipTags: [],
      ipConfiguration: { id: ip.frontend },
    },
  };
}
