import { nsgBlocksProbe } from '../../../shared/rules/network/nsg-blocks-probe.ts';
import {
  armId,
  type LoadBalancerService,
  type SecurityGroup,
  type SecurityRule,
} from '../../../shared/model/index.ts';
import {
  allowWeb,
  endpoint,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  nodePool,
  port80,
  securityGroup,
  securityRule,
  service,
  slice,
  type LoadBalancerChanges,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const denied = {
  subject: 'Service shop/web',
  severity: 'critical',
  causes: ['deny-rule'],
} as const;

function deny(name: string, changes: Partial<SecurityRule> = {}): SecurityRule {
  return securityRule(name, { allow: false, ...changes });
}

/** The healthy cluster with the group of its subnet. */
function guarded(rules: readonly SecurityRule[], changes: SnapshotChanges = {}): SnapshotChanges {
  return { securityGroups: [securityGroup([allowWeb(), ...rules])], ...changes };
}

function probed(
  probe: NonNullable<LoadBalancerChanges['probe']>,
  changes: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  const nodes = [node('system-0'), node('user-0'), node('user-1')];
  return {
    loadBalancers: [loadBalancer({ members: nodes.map(nicMember), probe })],
    services: [service(changes)],
  };
}

const everything = deny('DenyAll', { priority: 4000 });
const probesIn = securityRule('probes', { priority: 300, sources: ['AzureLoadBalancer'] });
const ownSubnet = armId('/subscriptions/s/resourceGroups/net/virtualNetworks/v/subnets/users');

/** User nodes in a subnet of their own, whose group denies everything. */
function closedUsers(): SnapshotChanges {
  const users: SecurityGroup = securityGroup([allowWeb(), everything], {
    name: 'users',
    subnetIds: [ownSubnet],
  });
  return {
    managedCluster: managedCluster({
      nodePools: [nodePool('system'), nodePool('user', { subnetId: ownSubnet })],
    }),
    securityGroups: [securityGroup(), users],
  };
}

describeRule(nsgBlocksProbe, {
  fires: [
    {
      name: 'everything but what is allowed by name is denied, and the probes are not',
      given: guarded([everything]),
      finds: [
        {
          ...denied,
          evidence: {
            ports: ['80/TCP'],
            probePorts: ['31000'],
            securityGroups: ['aks-agentpool-12345678-nsg'],
            deniedBy: ['DenyAll (priority 4000) of aks-agentpool-12345678-nsg'],
            closedBackends: 2,
            backends: 2,
          },
        },
      ],
    },
    {
      name: 'the probes are denied by name',
      given: guarded([deny('no-lb', { sources: ['AzureLoadBalancer'] })]),
      finds: [denied],
    },
    {
      name: 'the probes are denied by address',
      given: guarded([deny('no-host', { sources: ['168.63.129.16'] })]),
      finds: [denied],
    },
    {
      name: 'the node ports are denied',
      given: guarded(
        [deny('no-node-ports', { destinationPorts: ['30000-32767'] })],
        probed('node-port', { externalTrafficPolicy: 'Cluster' }),
      ),
      finds: [{ ...denied, evidence: { probePorts: ['30080'], backends: 3 } }],
    },
    {
      name: 'some backends of a Service with Cluster',
      given: {
        ...closedUsers(),
        ...probed('node-port', { externalTrafficPolicy: 'Cluster' }),
      },
      finds: [
        {
          ...denied,
          evidence: {
            securityGroups: ['users'],
            closedBackends: 2,
            backends: 3,
            nodes: ['user-0', 'user-1'],
          },
        },
      ],
    },
  ],
  quiet: [
    { name: 'Azure’s own rule lets them in', given: guarded([]) },
    { name: 'let in before everything is denied', given: guarded([probesIn, everything]) },
    {
      name: 'only what comes from the Internet is denied',
      given: guarded([deny('no', { sources: ['Internet'] })]),
    },
    {
      name: 'other ports are denied',
      given: guarded([deny('no', { destinationPorts: ['22', '30000-30999'] })]),
    },
    {
      name: 'the frontend is denied: the probes go to the nodes',
      given: guarded([deny('no', { destinations: ['20.50.10.10'] })]),
    },
    { name: 'the rule has no probe', given: guarded([everything], probed('none')) },
    {
      name: 'a Service without a rule in Azure',
      given: guarded([everything], { loadBalancers: [loadBalancer({ ports: [] })] }),
    },
    { name: 'outgoing packets are denied', given: guarded([{ ...everything, inbound: false }]) },
  ],
  boundary: [
    {
      name: 'a probe that keeps all backends up where all are down',
      given: guarded(
        [everything],
        probed({ port: 31_000, protocol: 'http', path: '/healthz', upWhenAllDown: true }),
      ),
      finds: [{ ...denied, severity: 'medium' }],
    },
    {
      name: 'the last number that a rule of somebody may have is before Azure’s own',
      given: guarded([{ ...everything, priority: 4096 }]),
      finds: [denied],
    },
    {
      name: 'the network includes the address of the probes',
      given: guarded([
        securityRule('net', { priority: 300, sources: ['VirtualNetwork'] }),
        everything,
      ]),
      finds: [],
    },
    {
      name: 'the port next to that of the probe',
      given: guarded([deny('no', { destinationPorts: ['31001-32767'] })]),
      finds: [],
    },
    {
      name: 'the port of the probe is the last of a range',
      given: guarded([deny('no', { destinationPorts: ['30000-31000'] })]),
      finds: [denied],
    },
    {
      name: 'both ports of a Service by one probe are one finding',
      given: guarded([everything], {
        services: [service({ ports: [port80, { ...port80, name: 'alt', port: 81 }] })],
        endpointSlices: [
          slice([endpoint('web-a', 'user-0')], {
            ports: ['http', 'alt'].map((name) => ({ name, port: 8080, protocol: 'TCP' })),
          }),
        ],
        loadBalancers: [
          loadBalancer({
            members: [nicMember(node('user-0'))],
            ports: [{ port: 80 }, { port: 81 }],
          }),
        ],
      }),
      finds: [{ ...denied, evidence: { ports: ['80/TCP', '81/TCP'], probePorts: ['31000'] } }],
    },
  ],
  unknown: [
    {
      name: 'no group is known to stand before the nodes',
      given: { securityGroups: [] },
      why: 'shop/web: no network security group of the node subnet was read',
    },
    {
      name: 'an application security group is denied, and nobody knows who is in it',
      given: guarded([deny('no', { destinations: [], usesApplicationGroups: true })]),
      why: 'aks-agentpool-12345678-nsg depends on service tags, application security groups',
    },
    {
      name: 'a service tag that Azure’s host may be in',
      given: guarded([deny('no', { sources: ['AzureCloud'] })]),
      why: 'aks-agentpool-12345678-nsg depends on service tags',
    },
  ],
});
