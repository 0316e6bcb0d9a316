import { privateLinkUnsupported } from '../../../shared/rules/service/private-link-unsupported.ts';
import { unread, type LoadBalancerService } from '../../../shared/model/index.ts';
import {
  azure,
  ipMember,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  service,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = { subject: 'Service shop/web', severity: 'high' } as const;
const internal = { 'azure-load-balancer-internal': 'true' };

function web(
  annotations: Readonly<Record<string, string>>,
  changes: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  return {
    services: [
      service({ annotations: azure({ 'azure-pls-create': 'true', ...annotations }), ...changes }),
    ],
  };
}

const byAddress = { loadBalancers: [loadBalancer({ members: [ipMember(node('user-0'))] })] };
const byNic = { loadBalancers: [loadBalancer({ members: [nicMember(node('user-0'))] })] };
const nodeIp = { managedCluster: managedCluster({ backendPoolType: 'nodeip' }) };

describeRule(privateLinkUnsupported, {
  fires: [
    {
      name: 'external with floating IP',
      given: web({}),
      finds: [
        {
          ...high,
          causes: ['external-floating-ip'],
          evidence: { internal: false, floatingIp: true, ipFamilies: ['IPv4'] },
        },
      ],
    },
    {
      name: 'a backend pool of addresses',
      given: { ...web(internal), ...byAddress },
      finds: [{ ...high, causes: ['pool-by-address'] }],
    },
    {
      name: 'no rule yet, and the cluster has pools of addresses',
      given: { ...web(internal), loadBalancers: [], ...nodeIp },
      finds: [{ ...high, causes: ['pool-by-address'] }],
    },
    {
      name: 'IPv6 only',
      given: web(internal, { ipFamilies: ['IPv6'] }),
      finds: [{ ...high, causes: ['ipv6'] }],
    },
    {
      name: 'all of it',
      given: { ...web({}, { ipFamilies: ['IPv6'] }), ...byAddress },
      finds: [{ ...high, causes: ['external-floating-ip', 'ipv6', 'pool-by-address'] }],
    },
  ],
  quiet: [
    { name: 'no Private Link', given: {} },
    { name: 'internal, with a pool of NICs', given: web(internal) },
    {
      name: 'external without floating IP',
      given: web({ 'azure-disable-load-balancer-floating-ip': 'true' }),
    },
    {
      name: 'switched off',
      given: {
        services: [service({ annotations: azure({ 'azure-pls-create': 'false' }) })],
        ...byAddress,
      },
    },
    {
      name: 'the pool goes before the setting of the cluster, which it may not have followed yet',
      given: { ...web(internal), ...byNic, ...nodeIp },
    },
    { name: 'the Service is being deleted', given: web({}, { deleting: true }) },
    {
      name: 'another controller serves the Service',
      given: web({}, { loadBalancerClass: 'tailscale' }),
    },
  ],
  boundary: [
    {
      name: 'both families: it is made for IPv4',
      given: web(internal, { ipFamilies: ['IPv6', 'IPv4'] }),
      finds: [],
    },
    {
      name: 'internal in another letter case is internal to it',
      given: web({ 'azure-load-balancer-internal': 'True' }),
      finds: [],
    },
    {
      name: 'an old answer of ARM says nothing of pools: they are of NICs',
      given: {
        ...web(internal),
        loadBalancers: [],
        managedCluster: { ...managedCluster(), backendPoolType: '' },
      },
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'neither the pool nor the cluster was read',
      given: { ...web(internal), loadBalancers: unread('403'), managedCluster: unread('403') },
      why: 'shop/web: its backend pool type (NIC or IP) is not known',
    },
  ],
});
