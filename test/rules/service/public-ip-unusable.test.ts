import { publicIpUnusable } from '../../../shared/rules/service/public-ip-unusable.ts';
import {
  armId,
  unread,
  type LoadBalancerService,
  type PublicIpAddress,
} from '../../../shared/model/index.ts';
import {
  azure,
  childId,
  nodeGroup,
  managedCluster,
  service,
  subscription,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = { subject: 'Service shop/web', severity: 'high' } as const;

function publicIp(changes: Partial<PublicIpAddress> = {}): PublicIpAddress {
  return {
    id: armId(
      `/subscriptions/${subscription}/resourceGroups/${nodeGroup}/providers/Microsoft.Network/publicIPAddresses/front`,
    ),
    name: 'front',
    resourceGroup: nodeGroup.toLowerCase(),
    sku: 'Standard',
    address: '20.50.10.99',
    tags: new Map(),
    ...changes,
  };
}

function web(
  annotations: Readonly<Record<string, string>>,
  publicIpAddresses: readonly PublicIpAddress[] = [publicIp()],
  changes: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  return {
    services: [service({ ingressIps: [], annotations: azure(annotations), ...changes })],
    publicIpAddresses,
  };
}

const byName = { 'azure-pip-name': 'front' };
const inNet = { ...byName, 'azure-load-balancer-resource-group': 'net' };
const cluster = (name: string) => ({ tags: new Map([['k8s-azure-cluster-name', name]]) });

const { loadBalancerSku: _loadBalancerSku, ...withoutSku } = managedCluster();

describeRule(publicIpUnusable, {
  fires: [
    {
      name: 'no address of that name',
      given: web({ 'azure-pip-name': 'fornt' }),
      finds: [
        {
          ...high,
          causes: ['not-found'],
          evidence: { wanted: [{ name: 'fornt', why: 'not-found', detail: nodeGroup }] },
        },
      ],
    },
    {
      name: 'it is in another resource group',
      given: web(byName, [publicIp({ resourceGroup: 'net' })]),
      finds: [
        { ...high, causes: ['other-resource-group'], evidence: { wanted: [{ detail: 'net' }] } },
      ],
    },
    {
      name: 'it is not in the resource group that is named',
      given: web(inNet, [publicIp(), publicIp({ name: 'other', resourceGroup: 'net' })]),
      finds: [{ ...high, causes: ['other-resource-group'] }],
    },
    {
      name: 'Basic for a Standard load balancer',
      given: web(byName, [publicIp({ sku: 'Basic' })]),
      finds: [{ ...high, causes: ['other-sku'] }],
    },
    {
      name: 'tagged for another cluster',
      given: web(byName, [publicIp(cluster('blue'))]),
      finds: [{ ...high, causes: ['other-cluster'], evidence: { wanted: [{ detail: 'blue' }] } }],
    },
    {
      name: 'in use by an application gateway',
      given: web(byName, [
        publicIp({
          ipConfigurationId: armId(
            `/subscriptions/${subscription}/resourceGroups/net/providers/Microsoft.Network/applicationGateways/gate/frontendIPConfigurations/a`,
          ),
        }),
      ]),
      finds: [{ ...high, causes: ['in-use'], evidence: { wanted: [{ detail: 'gate' }] } }],
    },
    {
      name: 'an address that is nowhere',
      given: web({ 'azure-load-balancer-ipv4': '20.1.2.3' }),
      finds: [{ ...high, causes: ['not-found'], evidence: { wanted: [{ address: '20.1.2.3' }] } }],
    },
    {
      name: 'a private address for an external Service',
      given: web({}, [], { loadBalancerIp: '10.224.0.9' }),
      finds: [{ ...high, causes: ['not-public'] }],
    },
    {
      name: 'no address at all',
      given: web({ 'azure-load-balancer-ipv4': 'front' }),
      finds: [{ ...high, causes: ['not-an-address'] }],
    },
    {
      name: 'a name and an address, both wrong: one finding',
      given: web({ 'azure-pip-name': 'x', 'azure-load-balancer-ipv4': '10.0.0.1' }),
      finds: [{ ...high, causes: ['not-found', 'not-public'] }],
    },
  ],
  quiet: [
    { name: 'a Service that asks for none', given: {} },
    { name: 'an address by name', given: web(byName) },
    { name: 'an address', given: web({ 'azure-load-balancer-ipv4': '20.50.10.99' }) },
    {
      name: 'in the resource group that is named',
      given: web(inNet, [publicIp({ resourceGroup: 'net' })]),
    },
    { name: 'tagged for this cluster', given: web(byName, [publicIp(cluster('kubernetes'))]) },
    {
      name: "in use by the cluster's own load balancer",
      given: web(byName, [
        publicIp({
          ipConfigurationId: childId('kubernetes', 'frontendIPConfigurations', 'a'),
        }),
      ]),
    },
    {
      name: 'Basic for a Basic load balancer',
      given: {
        ...web(byName, [publicIp({ sku: 'Basic' })]),
        loadBalancers: [],
        managedCluster: managedCluster({ loadBalancerSku: 'basic' }),
      },
    },
    {
      name: 'an internal Service reads no public address',
      given: web({ 'azure-pip-name': 'x', 'azure-load-balancer-internal': 'true' }),
    },
    {
      name: 'a private address for an internal Service',
      given: web({ 'azure-load-balancer-internal': 'true' }, [], { loadBalancerIp: '10.224.0.9' }),
    },
    {
      name: 'the Service is being deleted',
      given: web({ 'azure-pip-name': 'x' }, [], { deleting: true }),
    },
    {
      name: 'another controller serves the Service',
      given: web({ 'azure-pip-name': 'x' }, [], { loadBalancerClass: 'tailscale' }),
    },
  ],
  boundary: [
    { name: 'names in other letters', given: web({ 'azure-pip-name': 'FRONT' }), finds: [] },
    { name: 'an empty name asks for nothing', given: web({ 'azure-pip-name': '' }), finds: [] },
    {
      name: 'it has the address that it asks for already, wherever that is',
      given: web({ 'azure-load-balancer-ipv4': '20.1.2.3' }, [], { ingressIps: ['20.1.2.3'] }),
      finds: [],
    },
    {
      name: 'Service of IPv6 alone: its own name goes before the plain one',
      given: web(
        { 'azure-pip-name': 'front', 'azure-pip-name-ipv6': 'six' },
        [publicIp(), publicIp({ name: 'six', address: '2603::1' })],
        { ipFamilies: ['IPv6'] },
      ),
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'other load balancers were not read: who uses the address is left open',
      given: {
        ...web(byName, [
          publicIp({ ipConfigurationId: childId('x', 'frontendIPConfigurations', 'a') }),
        ]),
        loadBalancers: unread('403'),
      },
      why: 'shop/web: loadBalancers: 403',
    },
    {
      name: 'no address of the named resource group was read',
      given: web({ 'azure-pip-name': 'away', 'azure-load-balancer-resource-group': 'net' }),
      why: 'shop/web: the public IP addresses of resource group net were not read',
    },
    {
      name: 'ARM does not say the SKU',
      given: web(
        byName,
        [{ ...publicIp(), sku: '' }].map(({ sku: _sku, ...rest }) => rest),
      ),
      why: 'shop/web: ARM does not return the SKU of public IP address front',
    },
    {
      name: 'the SKU of the load balancer was not read',
      given: { ...web(byName), loadBalancers: unread('404'), managedCluster: withoutSku },
      why: 'shop/web: loadBalancers: 404',
    },
    {
      name: 'the node resource group is not known',
      given: { ...web(byName), loadBalancers: [], managedCluster: unread('403') },
      why: 'shop/web: the node resource group of the cluster is not known',
    },
  ],
});
