import { ruleDrift } from '../../../shared/rules/service/rule-drift.ts';
import {
  unread,
  type LoadBalancer,
  type LoadBalancerRule,
  type LoadBalancerService,
  type PublicIpAddress,
} from '../../../shared/model/index.ts';
import {
  azure,
  childId,
  loadBalancer,
  nicMember,
  node,
  port80,
  service,
  type LoadBalancerChanges,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const members = [nicMember(node('user-0')), nicMember(node('user-1'))];

function changed(
  rule: Partial<LoadBalancerRule>,
  own: Partial<LoadBalancerService> = {},
  more: LoadBalancerChanges = {},
): SnapshotChanges {
  const balancer = loadBalancer({ members, ...more });
  const rules = balancer.rules.map((each) => ({ ...each, ...rule }));
  return { services: [service(own)], loadBalancers: [{ ...balancer, rules }] };
}

/** Rules of one number for both protocols, each to its own node port. */
function dns(): LoadBalancer {
  const ports = [{ port: 53 }, { port: 53, protocol: 'udp' }];
  const balancer = loadBalancer({ members, probe: 'node-port', ports });
  const rules = balancer.rules.map((each) => ({
    ...each,
    floatingIp: false,
    idleTimeoutMinutes: 30,
    backendPort: each.protocol === 'udp' ? 30_054 : 30_053,
  }));
  return { ...balancer, rules };
}

function publicIp(name: string, address: string): PublicIpAddress {
  return {
    id: childId('kubernetes', 'publicIPAddresses', name),
    name,
    resourceGroup: 'mc_rg_aks_westeurope',
    address,
    sku: 'Standard',
    tags: new Map(),
  };
}

/** The Service has the address `old`. */
function fronted(annotations: LoadBalancerService['annotations']): SnapshotChanges {
  const balancer = loadBalancer({ members });
  const publicIpId = childId('kubernetes', 'publicIPAddresses', 'old');
  const frontends = balancer.frontends.map((each) => ({ ...each, publicIpId }));
  return {
    services: [service({ annotations })],
    loadBalancers: [{ ...balancer, frontends }],
  };
}

function privateFront(wanted: string, ingressIps: readonly [string]): SnapshotChanges {
  const balancer = loadBalancer({ name: 'kubernetes-internal', members });
  const frontends = balancer.frontends.map((each) => ({ ...each, privateIp: ingressIps[0] }));
  const annotations = azure({
    'azure-load-balancer-internal': 'true',
    'azure-load-balancer-ipv4': wanted,
  });
  return {
    services: [service({ annotations, ingressIps })],
    loadBalancers: [{ ...balancer, frontends }],
  };
}

const high = { subject: 'Service shop/web', severity: 'high' } as const;
const critical = { ...high, severity: 'critical' } as const;
const noFloating = { annotations: azure({ 'azure-disable-load-balancer-floating-ip': 'true' }) };

describeRule(ruleDrift, {
  fires: [
    {
      name: 'packets go to a port of the nodes that nobody opens',
      given: changed({ floatingIp: false, backendPort: 80 }, noFloating),
      finds: [{ ...critical, causes: ['no-listener', 'rule-backend-port'] }],
    },
    {
      name: 'another address than the one that the Service asks for and can have',
      given: {
        ...fronted(azure({ 'azure-load-balancer-ipv4': '20.50.10.99' })),
        publicIpAddresses: [publicIp('old', '20.50.10.10'), publicIp('own', '20.50.10.99')],
      },
      finds: [
        {
          ...high,
          causes: ['rule-frontend-address'],
          evidence: {
            rules: [
              {
                differences: [
                  { field: 'frontend address', asked: '20.50.10.99', azure: '20.50.10.10' },
                ],
              },
            ],
          },
        },
      ],
    },
    {
      name: 'another address than that of the name that the Service asks for',
      given: {
        ...fronted(azure({ 'azure-pip-name': 'own' })),
        publicIpAddresses: [publicIp('old', '20.50.10.10'), publicIp('own', '20.50.10.99')],
      },
      finds: [{ ...high, causes: ['rule-frontend-address'] }],
    },
    {
      name: 'another private address than the one asked for',
      given: privateFront('10.224.0.9', ['10.224.0.8']),
      finds: [{ ...high, causes: ['rule-frontend-address'] }],
    },
    {
      name: 'another idle timeout',
      given: changed({ idleTimeoutMinutes: 30 }),
      finds: [{ ...high, causes: ['rule-idle-timeout-minutes'] }],
    },
    {
      name: 'no TCP reset',
      given: changed({ tcpReset: false }),
      finds: [{ ...high, causes: ['rule-tcp-reset'] }],
    },
    {
      name: 'a distribution by client',
      given: changed({ loadDistribution: 'SourceIP' }),
      finds: [{ ...high, causes: ['rule-distribution'] }],
    },
    {
      name: 'another idle timeout of a number that TCP and UDP have with different node ports',
      given: {
        services: [
          service({
            ...noFloating,
            externalTrafficPolicy: 'Cluster',
            ports: [
              { ...port80, port: 53, nodePort: 30_053 },
              { name: 'udp', protocol: 'UDP', port: 53, nodePort: 30_054 },
            ],
          }),
        ],
        loadBalancers: [dns()],
      },
      finds: [{ ...high, causes: ['rule-idle-timeout-minutes'] }],
    },
    {
      name: 'the pool of somebody else',
      given: changed({}, {}, { poolName: 'mine' }),
      finds: [{ ...high, causes: ['rule-backend-pool'] }],
    },
  ],
  quiet: [
    {
      name: 'the address that it asks for',
      given: {
        ...fronted(azure({ 'azure-load-balancer-ipv4': '20.50.10.10' })),
        publicIpAddresses: [publicIp('old', '20.50.10.10')],
      },
    },
    {
      name: 'an address that it cannot have, which is another finding',
      given: {
        ...fronted(azure({ 'azure-load-balancer-ipv4': '20.50.10.99' })),
        publicIpAddresses: [
          publicIp('old', '20.50.10.10'),
          { ...publicIp('own', '20.50.10.99'), sku: 'Basic' },
        ],
      },
    },
    { name: 'its private address', given: privateFront('10.224.0.9', ['10.224.0.9']) },
    { name: 'the rule of the provider', given: {} },
    { name: 'what Azure leaves out', given: changed({ loadDistribution: 'Default' }) },
    {
      name: 'the node port without floating IP',
      given: changed({ floatingIp: false, backendPort: 30_080 }, noFloating),
    },
    {
      name: 'the timeout that the Service asks for',
      given: changed(
        { idleTimeoutMinutes: 30 },
        { annotations: azure({ 'azure-load-balancer-tcp-idle-timeout': '30' }) },
      ),
    },
    { name: 'the own pool of Local', given: changed({}, {}, { poolName: 'shop-web' }) },
    { name: 'no rule at all', given: { loadBalancers: [] } },
  ],
  boundary: [
    {
      name: 'made four minutes ago',
      given: changed({ idleTimeoutMinutes: 30 }, { createdAt: '2026-11-23T05:56:00Z' }),
      finds: [{ ...high, severity: 'info', causes: ['rule-idle-timeout-minutes'] }],
    },
    {
      name: 'made five minutes ago',
      given: changed({ idleTimeoutMinutes: 30 }, { createdAt: '2026-11-23T05:55:00Z' }),
      finds: [{ ...high, causes: ['rule-idle-timeout-minutes'] }],
    },
  ],
  unknown: [
    {
      name: 'a frontend whose public IP address is none of those read',
      given: {
        ...fronted(azure({ 'azure-pip-name': 'own' })),
        publicIpAddresses: [publicIp('own', '20.50.10.99')],
      },
      why: 'shop/web: the public IP address of its frontend was not read',
    },
    {
      name: 'public IP addresses that were not read, and one that the Service asks for',
      given: {
        ...fronted(azure({ 'azure-load-balancer-ipv4': '20.50.10.99' })),
        publicIpAddresses: unread('403'),
      },
      why: 'shop/web: publicIpAddresses: 403',
    },
    {
      name: 'the provider refuses the Service',
      given: changed({}, { annotations: azure({ 'azure-load-balancer-tcp-idle-timeout': '1' }) }),
      why: 'rejects the Service',
    },
    { name: 'load balancers were not read', given: { loadBalancers: unread('403') }, why: '403' },
  ],
});
