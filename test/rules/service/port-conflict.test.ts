import { portConflict } from '../../../shared/rules/service/port-conflict.ts';
import {
  armId,
  unread,
  type LoadBalancerService,
  type PublicIpAddress,
} from '../../../shared/model/index.ts';
import {
  azure,
  nodeGroup,
  port443,
  port80,
  service,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = { severity: 'high', causes: ['port-taken'] } as const;
const api = { ...high, subject: 'Service shop/api' } as const;
const address = '20.50.10.10';

/** `shop/web` with its rule in Azure, and `shop/api`, which is younger and asks for the same address. */
function two(
  changes: Partial<LoadBalancerService> = {},
  web: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  return {
    services: [
      service(web),
      service({
        name: 'api',
        uid: 'b4d58688-8290-4cc5-b7c5-05c3030250d0',
        createdAt: '2026-11-02T00:00:00Z',
        ingressIps: [],
        loadBalancerIp: address,
        ...changes,
      }),
    ],
  };
}

function publicIp(name: string, changes: Partial<PublicIpAddress> = {}): PublicIpAddress {
  return {
    id: armId(
      `/subscriptions/s/resourceGroups/${nodeGroup}/providers/Microsoft.Network/publicIPAddresses/${name}`,
    ),
    name,
    resourceGroup: nodeGroup.toLowerCase(),
    sku: 'Standard',
    address,
    tags: new Map(),
    ...changes,
  };
}

const byName = { annotations: azure({ 'azure-pip-name': 'front' }) };

describeRule(portConflict, {
  fires: [
    {
      name: 'the port of an address that another Service has in Azure',
      given: two(),
      finds: [
        {
          ...api,
          evidence: {
            ports: [{ port: 80, protocol: 'TCP', address, heldBy: 'shop/web' }],
          },
        },
      ],
    },
    {
      name: 'by annotation',
      given: two({
        loadBalancerIp: '',
        annotations: azure({ 'azure-load-balancer-ipv4': address }),
      }),
      finds: [api],
    },
    {
      name: 'by the name of a public IP address, which has the address',
      given: {
        ...two({ loadBalancerIp: '', ...byName }),
        publicIpAddresses: [publicIp('FRONT')],
      },
      finds: [api],
    },
    {
      name: 'two Services with the same name of an address that nobody can look up',
      given: {
        ...two({ loadBalancerIp: '', ...byName, ingressIps: ['20.50.10.11'] }, byName),
        publicIpAddresses: unread('403'),
      },
      finds: [api],
    },
    {
      name: 'nobody has the rule in Azure: the younger one loses',
      given: { ...two({}, { ingressIps: [], loadBalancerIp: address }), loadBalancers: [] },
      finds: [api],
    },
    {
      name: 'the older one loses against the one with the rule',
      given: two({ createdAt: '2026-10-01T00:00:00Z' }),
      finds: [api],
    },
    {
      name: 'three Services: each of the others',
      given: {
        services: [
          ...(two().services as readonly LoadBalancerService[]),
          service({
            name: 'cms',
            uid: 'c4d58688-8290-4cc5-b7c5-05c3030250d0',
            ingressIps: [],
            loadBalancerIp: address,
          }),
        ],
      },
      finds: [api, { ...high, subject: 'Service shop/cms' }],
    },
  ],
  quiet: [
    { name: 'one Service', given: {} },
    { name: 'another port of the same address', given: two({ ports: [port443] }) },
    { name: 'the same port for UDP', given: two({ ports: [{ ...port80, protocol: 'UDP' }] }) },
    { name: 'another address', given: two({ loadBalancerIp: '20.50.10.11' }) },
    {
      name: 'the port is to have no rule',
      given: two({ annotations: azure({ port_80_no_lb_rule: 'true' }) }),
    },
    { name: 'the second one is being deleted', given: two({ deleting: true }) },
    { name: 'the first one is being deleted', given: two({}, { deleting: true }) },
    {
      name: 'another controller serves the second one',
      given: two({ loadBalancerClass: 'tailscale' }),
    },
    {
      name: 'an internal Service does not read the name of a public address',
      given: {
        ...two({
          loadBalancerIp: '10.224.0.9',
          annotations: azure({ 'azure-load-balancer-internal': 'true', 'azure-pip-name': 'front' }),
        }),
        publicIpAddresses: [publicIp('front')],
      },
    },
  ],
  boundary: [
    {
      name: 'one of two ports',
      given: two({ ports: [port443, port80] }),
      finds: [{ ...api, evidence: { ports: [{ port: 80 }] } }],
    },
    {
      name: 'addresses of IPv6 in other letters',
      given: two({ loadBalancerIp: 'FD00::5' }, { ingressIps: ['fd00::5'] }),
      finds: [api],
    },
    {
      name: 'the same name in another resource group is another address',
      given: {
        ...two({
          loadBalancerIp: '',
          annotations: azure({
            'azure-pip-name': 'front',
            'azure-load-balancer-resource-group': 'net',
          }),
        }),
        publicIpAddresses: [publicIp('front')],
      },
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'an address by name, and the addresses were not read',
      given: { ...two({ loadBalancerIp: '', ...byName }), publicIpAddresses: unread('403') },
      why: 'shop/api: publicIpAddresses: 403',
    },
  ],
});
