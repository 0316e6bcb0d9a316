import { nsgBlocksService } from '../../../shared/rules/network/nsg-blocks-service.ts';
import {
  armId,
  unread,
  type LoadBalancer,
  type LoadBalancerService,
  type SecurityGroup,
  type SecurityRule,
} from '../../../shared/model/index.ts';
import {
  allowWeb,
  bothPorts,
  dualStack,
  endpoint,
  ipMember,
  ipv6Member,
  loadBalancer,
  managedCluster,
  nicMember,
  nicOf,
  node,
  nodePool,
  port443,
  port80,
  securityGroup,
  securityRule,
  service,
  slice,
  vmMember,
  vmNode,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const critical = { subject: 'Service shop/web', severity: 'critical' } as const;
const missing = { ...critical, causes: ['no-allow-rule'] } as const;
const denied = { ...critical, causes: ['deny-rule'] } as const;

const prefix = 'service.beta.kubernetes.io/';

function deny(name: string, changes: Partial<SecurityRule> = {}): SecurityRule {
  return securityRule(name, { allow: false, ...changes });
}

/** The healthy cluster with the group of its subnet. */
function guarded(rules: readonly SecurityRule[], changes: SnapshotChanges = {}): SnapshotChanges {
  return { securityGroups: [securityGroup(rules)], ...changes };
}

function annotated(annotations: Readonly<Record<string, string>>): LoadBalancerService {
  const entries = Object.entries(annotations).map(([key, value]) => [prefix + key, value] as const);
  return service({ annotations: new Map(entries) });
}

/** The load balancer of the healthy cluster, with other rules of Service `shop/web`. */
function withRules(
  changes: Partial<LoadBalancer['rules'][number]>,
  more: Partial<LoadBalancer> = {},
): SnapshotChanges {
  const nodes = [node('system-0'), node('user-0'), node('user-1')];
  const whole = loadBalancer({ members: nodes.map(nicMember) });
  return {
    loadBalancers: [
      { ...whole, rules: whole.rules.map((rule) => ({ ...rule, ...changes })), ...more },
    ],
  };
}

/** An internal Service: its frontend is in the node subnet. */
function internal(): SnapshotChanges {
  const nodes = [node('system-0'), node('user-0'), node('user-1')];
  const whole = loadBalancer({ name: 'kubernetes-internal', members: nodes.map(nicMember) });
  return {
    loadBalancers: [
      {
        ...whole,
        frontends: whole.frontends.map((each) => ({ ...each, privateIp: '10.224.0.200' })),
      },
    ],
    services: [annotated({ 'azure-load-balancer-internal': 'true' })],
  };
}

const other = '198.51.100.0/24';
const twoRanges = {
  services: [service({ loadBalancerSourceRanges: ['203.0.113.0/24', other] })],
};

const noFloatingIp = withRules({ floatingIp: false, backendPort: 30_080 });
const ownSubnet = armId('/subscriptions/s/resourceGroups/net/virtualNetworks/v/subnets/users');

/** User nodes in a subnet of their own, with a group of its own or none. */
function twoSubnets(group?: SecurityGroup): SnapshotChanges {
  return {
    managedCluster: managedCluster({
      nodePools: [nodePool('system'), nodePool('user', { subnetId: ownSubnet })],
    }),
    securityGroups: [securityGroup(), ...(group === undefined ? [] : [group])],
  };
}

function inOwnSubnet(...rules: readonly SecurityRule[]): SecurityGroup {
  return securityGroup(rules, { name: 'users', resourceGroup: 'net', subnetIds: [ownSubnet] });
}

const users = [node('user-0'), node('user-1')];
const machines = [vmNode('vm-0'), vmNode('vm-1')];

/** Both pods on machines of their own, whose NICs name this group. */
function onMachines(securityGroupId?: SecurityGroup['id']): SnapshotChanges {
  return {
    nodes: machines,
    networkInterfaces: machines.map((each) =>
      nicOf(each, securityGroupId === undefined ? {} : { securityGroupId }),
    ),
    loadBalancers: [loadBalancer({ members: machines.map(vmMember) })],
    endpointSlices: [slice([endpoint('web-a', 'vm-0'), endpoint('web-b', 'vm-1')])],
  };
}

const both = {
  services: [service({ ports: [port80, port443] })],
  endpointSlices: [
    slice([endpoint('web-a', 'user-0'), endpoint('web-b', 'user-1')], { ports: bothPorts }),
  ],
  loadBalancers: [
    loadBalancer({ members: users.map(nicMember), ports: [{ port: 80 }, { port: 443 }] }),
  ],
};

const sixes = users.map((each, index) => ({
  ...each,
  internalIps: [...each.internalIps, `fd00::${index + 4}`],
}));
const twoFamilies = {
  nodes: sixes,
  services: [service({ ipFamilies: ['IPv4', 'IPv6'], ingressIps: ['20.50.10.10', '2603::10'] })],
  endpointSlices: [
    slice([endpoint('web-a', 'user-0'), endpoint('web-b', 'user-1')]),
    slice([endpoint('web-a', 'user-0'), endpoint('web-b', 'user-1')], {
      name: 'web-6',
      addressType: 'IPv6',
    }),
  ],
  loadBalancers: [dualStack(sixes.map(ipMember), sixes.map(ipv6Member))],
} satisfies SnapshotChanges;
const allowWeb6 = allowWeb({
  name: 'k8s-azure-lb_allow_IPv6_0',
  priority: 501,
  destinations: ['2603::10'],
});

describeRule(nsgBlocksService, {
  fires: [
    {
      name: 'the rule of the cloud provider is missing',
      given: guarded([]),
      finds: [
        {
          ...missing,
          evidence: {
            ports: ['80/TCP'],
            securityGroups: ['aks-agentpool-12345678-nsg'],
            deniedBy: ['DenyAllInBound (priority 65500) of aks-agentpool-12345678-nsg'],
            closedBackends: 2,
            backends: 2,
            nodes: ['user-0', 'user-1'],
            clients: 'Internet',
            frontends: ['20.50.10.10'],
            floatingIp: true,
          },
        },
      ],
    },
    {
      name: 'a rule of somebody denies before it',
      given: guarded([allowWeb(), deny('lockdown', { priority: 300 })]),
      finds: [
        {
          ...denied,
          evidence: { deniedBy: ['lockdown (priority 300) of aks-agentpool-12345678-nsg'] },
        },
      ],
    },
    {
      name: 'the rest is denied, and the rule of the cloud provider is missing',
      given: guarded([deny('rest', { priority: 4096 })]),
      finds: [{ ...critical, causes: ['deny-rule', 'no-allow-rule'] }],
    },
    {
      name: 'floating IP, and the rule is for the nodes',
      given: guarded([allowWeb({ destinations: ['10.224.0.0/16'] })]),
      finds: [missing],
    },
    {
      name: 'no floating IP, and the rule is for the frontend',
      given: guarded([allowWeb()], noFloatingIp),
      finds: [{ ...missing, evidence: { floatingIp: false } }],
    },
    {
      name: 'one port of two',
      given: guarded([allowWeb()], both),
      finds: [{ ...missing, evidence: { ports: ['443/TCP'] } }],
    },
    {
      name: 'one family of two',
      given: guarded([allowWeb()], twoFamilies),
      finds: [{ ...missing, evidence: { frontends: ['2603::10'] } }],
    },
    {
      name: 'an internal Service whose network is denied',
      given: guarded([deny('no', { sources: ['VirtualNetwork'] })], internal()),
      finds: [{ ...denied, evidence: { clients: 'VirtualNetwork' } }],
    },
    {
      name: 'the ranges of the Service are not those of the group',
      given: guarded([allowWeb({ sources: ['198.51.100.0/24'] })], {
        services: [service({ loadBalancerSourceRanges: ['203.0.113.0/24'] })],
      }),
      finds: [{ ...missing, evidence: { clients: '203.0.113.0/24' } }],
    },
    {
      name: 'one of the ranges that the Service names comes behind the deny rule of the provider',
      given: guarded(
        [
          allowWeb({ sources: ['203.0.113.0/24'] }),
          deny('k8s-azure-lb_deny-all_IPv4', { priority: 501, destinations: ['20.50.10.10'] }),
          allowWeb({ name: 'k8s-azure-lb_allow_IPv4_2', priority: 502, sources: [other] }),
        ],
        twoRanges,
      ),
      finds: [
        {
          ...critical,
          severity: 'high',
          causes: ['deny-rule', 'some-clients'],
          evidence: { clients: other, closedBackends: 2, backends: 2 },
        },
      ],
    },
    {
      name: 'no rule for one of the ranges that the Service names',
      given: guarded([allowWeb({ sources: ['203.0.113.0/24'] })], twoRanges),
      finds: [{ ...critical, severity: 'high', causes: ['no-allow-rule', 'some-clients'] }],
    },
    {
      name: 'the group of another subnet knows nothing of the Service',
      given: twoSubnets(inOwnSubnet()),
      finds: [{ ...missing, evidence: { securityGroups: ['users'] } }],
    },
    {
      name: 'Cluster: some of the backends are closed',
      given: {
        ...twoSubnets(inOwnSubnet()),
        services: [service({ externalTrafficPolicy: 'Cluster' })],
      },
      finds: [
        {
          ...missing,
          evidence: { closedBackends: 2, backends: 3, nodes: ['user-0', 'user-1'] },
        },
      ],
    },
    {
      name: 'the group of the NIC, where that of the subnet lets them in',
      given: {
        ...onMachines(securityGroup([], { name: 'nic' }).id),
        securityGroups: [securityGroup([], { name: 'nic', subnetIds: [] })],
      },
      finds: [{ ...missing, evidence: { securityGroups: ['nic'] } }],
    },
    {
      name: 'no backend is Ready, and the group lets nobody in once they are',
      given: guarded([], {
        services: [service({ externalTrafficPolicy: 'Cluster' })],
        nodes: ['system-0', 'user-0', 'user-1'].map((name) => node(name, { ready: 'false' })),
      }),
      finds: [missing],
    },
    {
      name: 'meant to be internal, public by a misspelt annotation, and closed',
      given: guarded([], { services: [annotated({ 'azure-load-balancer-internal': 'True' })] }),
      finds: [
        {
          ...critical,
          causes: ['no-allow-rule', 'read-as-internal'],
          evidence: { clients: 'Internet' },
        },
      ],
    },
    {
      name: 'the provider was told to write no rule, and nobody else did',
      given: guarded([], {
        services: [annotated({ 'azure-disable-load-balancer-nsg-rule': 'true' })],
      }),
      finds: [missing],
    },
  ],
  quiet: [
    {
      name: 'Cluster, and the backend that is closed is not Ready: nothing comes in there',
      given: {
        ...onMachines(),
        services: [service({ externalTrafficPolicy: 'Cluster' })],
        nodes: [vmNode('vm-0'), vmNode('vm-1', { ready: 'false' })],
        networkInterfaces: [
          nicOf(vmNode('vm-0'), { securityGroupId: securityGroup([], { name: 'open' }).id }),
          nicOf(vmNode('vm-1'), { securityGroupId: securityGroup([], { name: 'nic' }).id }),
        ],
        securityGroups: [
          securityGroup([allowWeb()], { name: 'open', subnetIds: [] }),
          securityGroup([], { name: 'nic', subnetIds: [] }),
        ],
      },
    },
    { name: 'the rule of the cloud provider is there', given: guarded([allowWeb()]) },
    {
      name: 'a rule of somebody stands in for it',
      given: guarded([allowWeb({ name: 'ours', destinations: ['*'], destinationPorts: ['*'] })]),
    },
    {
      name: 'a deny that comes after it',
      given: guarded([allowWeb(), deny('rest', { priority: 4096 })]),
    },
    {
      name: 'a deny for somebody else',
      given: guarded([
        allowWeb(),
        deny('tor', { priority: 300, sources: ['198.51.100.0/24'] }),
        deny('ssh', { priority: 301, destinationPorts: ['22'] }),
        deny('db', { priority: 302, destinations: ['10.224.0.99'] }),
      ]),
    },
    {
      name: 'an internal Service by Azure’s own rule',
      given: guarded([], internal()),
    },
    {
      name: 'no floating IP, and the rule is for nodes and node port',
      given: guarded(
        [allowWeb({ destinations: ['10.224.0.0/16'], destinationPorts: ['30080'] })],
        noFloatingIp,
      ),
    },
    {
      name: 'the ranges of the Service are those of the group',
      given: guarded([allowWeb({ sources: ['203.0.113.0/24'] })], {
        services: [service({ loadBalancerSourceRanges: ['203.0.113.0/24'] })],
      }),
    },
    {
      name: 'both ranges that the Service names, in two rules',
      given: guarded(
        [
          allowWeb({ sources: ['203.0.113.0/24'] }),
          allowWeb({ name: 'k8s-azure-lb_allow_IPv4_2', priority: 501, sources: [other] }),
        ],
        twoRanges,
      ),
    },
    {
      name: 'a part of a range that the Service names is denied',
      given: guarded(
        [
          allowWeb({ sources: ['203.0.113.0/24', other] }),
          deny('tor', { priority: 300, sources: ['198.51.100.0/25'] }),
        ],
        twoRanges,
      ),
    },
    { name: 'both ports', given: guarded([allowWeb({ destinationPorts: ['80', '443'] })], both) },
    { name: 'both families', given: guarded([allowWeb(), allowWeb6], twoFamilies) },
    {
      name: 'Local: the closed nodes host no pod',
      given: {
        ...twoSubnets(inOwnSubnet(allowWeb())),
        securityGroups: [securityGroup([]), inOwnSubnet(allowWeb())],
      },
    },
    {
      name: 'a bad range closes the Service, which has a finding of its own',
      given: guarded([deny('k8s-azure-lb_deny-all_IPv4', { priority: 4096 })], {
        services: [service({ loadBalancerSourceRanges: ['203.0.113.5/24'] })],
      }),
    },
    {
      name: 'a Service without a rule in Azure',
      given: guarded([], { loadBalancers: [loadBalancer({ ports: [] })] }),
    },
    {
      name: 'a Service of another controller, and one that goes away',
      given: guarded([], {
        services: [
          service({ loadBalancerClass: 'tailscale' }),
          service({ name: 'old', deleting: true }),
        ],
      }),
    },
    { name: 'no Service', given: guarded([], { services: [] }) },
    {
      name: 'no backend: nothing is closed',
      given: guarded([], { loadBalancers: [loadBalancer()] }),
    },
  ],
  boundary: [
    {
      name: 'a deny one before the rule',
      given: guarded([allowWeb(), deny('no', { priority: 499 })]),
      finds: [denied],
    },
    {
      name: 'a deny one after the rule',
      given: guarded([allowWeb(), deny('no', { priority: 501 })]),
      finds: [],
    },
    {
      name: 'half of the Internet is some of it',
      given: guarded([allowWeb(), deny('no', { priority: 100, sources: ['0.0.0.0/1'] })]),
      finds: [],
    },
    {
      name: 'the other half as well',
      given: guarded([
        allowWeb(),
        deny('low', { priority: 100, sources: ['0.0.0.0/1'] }),
        deny('high', { priority: 101, sources: ['128.0.0.0/1'] }),
      ]),
      finds: [denied],
    },
    {
      name: 'nobody is ready: the members are judged',
      given: guarded([], {
        endpointSlices: [slice([endpoint('web-a', 'user-0', { ready: false, serving: false })])],
      }),
      finds: [{ ...missing, evidence: { backends: 3 } }],
    },
    {
      name: 'one rule for all ports',
      given: guarded([allowWeb()], withRules({ protocol: 'all', frontendPort: 0, backendPort: 0 })),
      finds: [],
    },
    {
      name: 'the address of the Service is known by its public IP address alone',
      given: guarded([allowWeb({ destinations: ['20.50.10.11'] })], {
        services: [service({ ingressIps: [] })],
        ...withRules(
          {},
          {
            frontends: [
              {
                id: loadBalancer().frontends[0]?.id ?? armId(''),
                name: 'f',
                publicIpId: armId('/x/publicipaddresses/p'),
                hasOutboundRules: false,
              },
            ],
          },
        ),
        publicIpAddresses: [
          {
            id: armId('/x/publicipaddresses/p'),
            name: 'p',
            resourceGroup: 'g',
            address: '20.50.10.11',
            tags: new Map(),
          },
        ],
      }),
      finds: [],
    },
    {
      name: 'closed for sure on some nodes, whatever of the others',
      given: {
        ...twoSubnets(),
        securityGroups: [securityGroup([])],
        services: [service({ externalTrafficPolicy: 'Cluster' })],
      },
      finds: [{ ...missing, evidence: { closedBackends: 1, backends: 3 } }],
    },
  ],
  unknown: [
    {
      name: 'no group is known to stand before the nodes',
      given: { securityGroups: [] },
      why: 'shop/web: no network security group of the node subnet was read',
    },
    {
      name: 'the groups that were read are of other subnets',
      given: { securityGroups: [inOwnSubnet()] },
      why: 'shop/web: no network security group of the node subnet was read',
    },
    {
      name: 'some nodes are in a subnet of which no group was read',
      given: {
        ...twoSubnets(),
        services: [service({ externalTrafficPolicy: 'Cluster' })],
      },
      why: 'shop/web: no network security group of the node subnet was read',
    },
    {
      name: 'the group of the NIC was not read',
      given: { ...onMachines(armId('/x/networkSecurityGroups/elsewhere')), securityGroups: [] },
      why: 'shop/web: network security group elsewhere was not read',
    },
    {
      name: 'an application security group decides',
      given: guarded([allowWeb({ destinations: [], usesApplicationGroups: true })]),
      why: 'aks-agentpool-12345678-nsg depends on service tags, application security groups',
    },
    {
      name: 'the group of the NICs lets them in, and that of the subnet is not known to be theirs',
      given: {
        managedCluster: unread('403'),
        securityGroups: [
          securityGroup([]),
          securityGroup([allowWeb()], {
            name: 'nic',
            subnetIds: [],
            networkInterfaceIds: [...users, node('system-0')].map(({ providerId }) =>
              armId(`${providerId.slice('azure://'.length)}/networkInterfaces/nic`),
            ),
          }),
        ],
      },
      why: 'network security group of the node subnet was not read',
    },
    {
      name: 'the subnet of the pools was not read',
      given: guarded([], { managedCluster: unread('403') }),
      why: 'network security group of the node subnet was not read',
    },
  ],
});
