import { noTraffic } from '../../../shared/rules/traffic/no-traffic.ts';
import { unread, type ServiceEvent } from '../../../shared/model/index.ts';
import {
  azure,
  bothPorts,
  endpoint,
  excludedNode,
  loadBalancer,
  nicMember,
  node,
  port443,
  port80,
  securityGroup,
  securityRule,
  service,
  slice,
  vmMember,
  vmNode,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const system = node('system-0');
const user = node('user-0');
const excluded = excludedNode('user-0');
const onUser = [slice([endpoint('web-a', 'user-0'), endpoint('web-b', 'user-0')])];
const systemOnly = [loadBalancer({ members: [nicMember(system)] })];

function failure(at: string, reason = 'SyncLoadBalancerFailed', type = 'Warning'): ServiceEvent {
  const lastSeen = `2026-11-23T${at}:00Z`;
  return { namespace: 'shop', service: 'web', reason, type, message: 'no', lastSeen };
}

const lost = { subject: 'Service shop/web', severity: 'critical' } as const;

describeRule(noTraffic, {
  fires: [
    {
      name: 'Local, and every pod runs on a node that is kept out of load balancers',
      given: { nodes: [system, excluded], loadBalancers: systemOnly, endpointSlices: onUser },
      finds: [
        {
          ...lost,
          causes: ['node-excluded'],
          evidence: {
            externalTrafficPolicy: 'Local',
            ports: [
              {
                port: 80,
                protocol: 'TCP',
                family: 'IPv4',
                backends: 1,
                backendsUp: 0,
                readyPods: 2,
              },
            ],
            nodes: ['user-0'],
          },
        },
      ],
    },
    {
      name: 'a Basic load balancer holds the VM set of the other pool',
      given: {
        nodes: [system, user],
        loadBalancers: [loadBalancer({ sku: 'basic', members: [nicMember(system)] })],
        endpointSlices: onUser,
      },
      finds: [{ ...lost, causes: ['basic-single-vm-set'] }],
    },
    {
      name: 'Azure has no rule for the port',
      given: { loadBalancers: [loadBalancer({ ports: [] })] },
      finds: [{ ...lost, causes: ['no-rule'] }],
    },
    {
      name: 'one of two ports has no rule: one finding, with that port',
      given: {
        services: [service({ ports: [port80, port443] })],
        endpointSlices: [slice([endpoint('web-a', 'user-0')], { ports: bothPorts })],
      },
      finds: [{ ...lost, causes: ['no-rule'], evidence: { ports: [{ port: 443, readyPods: 1 }] } }],
    },
    {
      name: 'two ports, two causes: one finding',
      given: {
        services: [service({ ports: [port80, port443] })],
        nodes: [system, excluded],
        loadBalancers: systemOnly,
        endpointSlices: [slice([endpoint('web-a', 'user-0')], { ports: bothPorts })],
      },
      finds: [{ ...lost, causes: ['no-rule', 'node-excluded'] }],
    },
    {
      name: 'Cluster, and no backend is up',
      given: {
        services: [service({ externalTrafficPolicy: 'Cluster' })],
        nodes: [node('user-0', { ready: 'false' })],
        loadBalancers: [loadBalancer({ members: [nicMember(user)], probe: 'node-port' })],
        endpointSlices: onUser,
      },
      finds: [{ ...lost, causes: ['no-backend-up'] }],
    },
    {
      name: 'dual stack, and the IPv6 family has no rule',
      given: {
        services: [service({ ipFamilies: ['IPv4', 'IPv6'] })],
        endpointSlices: [
          slice([endpoint('web-a', 'user-0')]),
          slice([endpoint('web-a', 'user-0', { address: 'fd00::1' })], {
            name: 'web-v6',
            addressType: 'IPv6',
          }),
        ],
      },
      finds: [{ ...lost, causes: ['no-rule'], evidence: { ports: [{ family: 'IPv6' }] } }],
    },
  ],
  quiet: [
    { name: 'a pod on each of two backend nodes', given: {} },
    {
      name: 'some pods get a share and others none: another finding',
      given: {
        nodes: [node('system-0'), excluded],
        loadBalancers: systemOnly,
        endpointSlices: [slice([endpoint('web-a', 'system-0'), endpoint('web-b', 'user-0')])],
      },
    },
    {
      name: 'no pod is ready: another finding',
      given: {
        endpointSlices: [slice([endpoint('web-a', 'user-0', { ready: false, serving: false })])],
      },
    },
    {
      name: 'Cluster, and a security group keeps all clients from the one backend that is up: another finding',
      given: {
        services: [service({ externalTrafficPolicy: 'Cluster' })],
        nodes: [user, node('user-1', { ready: 'false' })],
        loadBalancers: [
          loadBalancer({
            members: ['user-0', 'user-1'].map((name) => nicMember(node(name))),
            probe: 'node-port',
          }),
        ],
        endpointSlices: onUser,
        securityGroups: [
          securityGroup([securityRule('closed', { allow: false, sources: ['Internet'] })]),
        ],
      },
    },
    { name: 'no endpoint at all', given: { endpointSlices: [] } },
    {
      name: 'the owner wants no rule for the port',
      given: {
        services: [
          service({
            annotations: new Map([['service.beta.kubernetes.io/port_80_no_lb_rule', 'True']]),
          }),
        ],
        loadBalancers: [loadBalancer({ ports: [] })],
      },
    },
    {
      name: 'the Service is being deleted',
      given: {
        services: [service({ deleting: true })],
        loadBalancers: [loadBalancer({ ports: [] })],
      },
    },
    {
      name: 'Cluster reaches pods on nodes outside the pool',
      given: {
        services: [service({ externalTrafficPolicy: 'Cluster' })],
        nodes: [system, excluded],
        loadBalancers: [loadBalancer({ members: [nicMember(system)], probe: 'node-port' })],
        endpointSlices: onUser,
      },
    },
    {
      name: 'no endpoint is ready, and a terminating one still serves',
      given: {
        services: [service({ externalTrafficPolicy: 'Cluster' })],
        loadBalancers: [loadBalancer({ members: [nicMember(user)], probe: 'node-port' })],
        endpointSlices: [slice([endpoint('web-a', 'user-0', { ready: false, terminating: true })])],
      },
    },
    { name: 'there is no Service', given: { services: [], endpointSlices: [] } },
    {
      name: 'Azure has no rule, and an event says why: another finding',
      given: { loadBalancers: [loadBalancer({ ports: [] })], serviceEvents: [failure('05:40')] },
    },
    {
      name: 'Azure has no rule, since the idle timeout is refused: another finding',
      given: {
        services: [
          service({ annotations: azure({ 'azure-load-balancer-tcp-idle-timeout': '3' }) }),
        ],
        loadBalancers: [loadBalancer({ ports: [] })],
      },
    },
  ],
  boundary: [
    {
      name: 'one ready pod, on a node outside the pool',
      given: {
        nodes: [system, excluded],
        loadBalancers: systemOnly,
        endpointSlices: [slice([endpoint('web-a', 'user-0')])],
      },
      finds: [{ ...lost, causes: ['node-excluded'], evidence: { ports: [{ readyPods: 1 }] } }],
    },
    {
      name: 'a Service of 10 minutes without an address: that it has none is the finding',
      given: {
        services: [service({ ingressIps: [], createdAt: '2026-11-23T05:50:00Z' })],
        loadBalancers: [loadBalancer({ ports: [] })],
      },
      finds: [],
    },
    {
      name: 'the same, and Azure has the rule: nodes and pods are judged',
      given: {
        services: [service({ ingressIps: [], createdAt: '2026-11-23T05:50:00Z' })],
        nodes: [system, excluded],
        loadBalancers: systemOnly,
        endpointSlices: onUser,
      },
      finds: [{ ...lost, causes: ['node-excluded'] }],
    },
    {
      name: 'a failure that is over says nothing of a rule that is missing',
      given: {
        loadBalancers: [loadBalancer({ ports: [] })],
        serviceEvents: [failure('05:40'), failure('05:41', 'EnsuredLoadBalancer', 'Normal')],
      },
      finds: [{ ...lost, causes: ['no-rule'] }],
    },
    {
      name: 'a failure that leaves rules alone says nothing of one that is missing',
      given: {
        loadBalancers: [loadBalancer({ ports: [] })],
        serviceEvents: [failure('05:40', 'FailedToStartServiceHealthcheck')],
      },
      finds: [{ ...lost, causes: ['no-rule'] }],
    },
    {
      name: 'service tags beside source ranges do not keep a rule from being written',
      given: {
        services: [
          service({
            loadBalancerSourceRanges: ['10.0.0.0/8'],
            annotations: azure({ 'azure-allowed-service-tags': 'AzureFrontDoor.Backend' }),
          }),
        ],
        loadBalancers: [loadBalancer({ ports: [] })],
      },
      finds: [{ ...lost, causes: ['no-rule'] }],
    },
    {
      name: 'a Service of four minutes that has its address: a note',
      given: {
        services: [service({ createdAt: '2026-11-23T05:56:00Z' })],
        loadBalancers: [loadBalancer({ ports: [] })],
      },
      finds: [{ ...lost, severity: 'info', causes: ['no-rule'] }],
    },
    {
      name: 'one of five minutes',
      given: {
        services: [service({ createdAt: '2026-11-23T05:55:00Z' })],
        loadBalancers: [loadBalancer({ ports: [] })],
      },
      finds: [{ ...lost, causes: ['no-rule'] }],
    },
  ],
  unknown: [
    {
      name: 'Azure has no rule, and the events that may say why were not read',
      given: { loadBalancers: [loadBalancer({ ports: [] })], serviceEvents: unread('403') },
      why: 'shop/web: serviceEvents: 403',
    },
    {
      name: 'the same beside a port whose nodes are kept out: that port is judged',
      given: {
        services: [service({ ports: [port80, port443] })],
        nodes: [system, excluded],
        loadBalancers: systemOnly,
        endpointSlices: [slice([endpoint('web-a', 'user-0')], { ports: bothPorts })],
        serviceEvents: unread('403'),
      },
      why: 'shop/web: serviceEvents: 403',
      finds: [{ ...lost, causes: ['node-excluded'] }],
    },
    {
      name: 'a Service of under 10 minutes without an address',
      given: {
        services: [service({ ingressIps: [], createdAt: '2026-11-23T05:50:01Z' })],
        loadBalancers: [loadBalancer({ ports: [] })],
      },
      why: 'shop/web: the Service is less than 10 minutes old',
    },
    {
      name: 'another controller serves the Service',
      given: { services: [service({ loadBalancerClass: 'tailscale' })] },
      why: 'shop/web: another controller serves loadBalancerClass tailscale',
    },
    {
      name: 'NICs that lead to the backends were not read',
      given: {
        nodes: [vmNode('user-0')],
        loadBalancers: [loadBalancer({ members: [vmMember(vmNode('user-0'))] })],
        networkInterfaces: unread('403'),
        endpointSlices: onUser,
      },
      why: 'shop/web: networkInterfaces: 403',
    },
  ],
});
