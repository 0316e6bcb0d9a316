import { expect } from '@jest/globals';
import { overridesLocalHealthCheck } from '../../../shared/rules/probe/overrides-local-health-check.ts';
import { unread, type LoadBalancerService } from '../../../shared/model/index.ts';
import {
  azure,
  bothPorts,
  endpoint,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  port443,
  port80,
  service,
  slice,
  type SnapshotChanges,
  workload,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = {
  subject: 'Service shop/web',
  severity: 'high',
  causes: ['probe-port-override'],
} as const;
const override = { 'port_80_health-probe_port': '10256' };

function web(
  annotations: Readonly<Record<string, string>> = override,
  changes: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  return { services: [service({ annotations: azure(annotations), ...changes })] };
}

const nodes = [node('user-0'), node('user-1'), node('user-2')];
const onOne = {
  nodes,
  loadBalancers: [loadBalancer({ members: nodes.map(nicMember), probe: 'kube-proxy' })],
  endpointSlices: [slice([endpoint('web-a', 'user-0'), endpoint('web-b', 'user-0')])],
};

describeRule(overridesLocalHealthCheck, {
  fires: [
    {
      name: "kube-proxy's own port, which answers on nodes without a pod: two of three connections are lost",
      given: { ...web(), ...onOne },
      finds: [
        {
          ...high,
          evidence: {
            externalTrafficPolicy: 'Local',
            healthCheckNodePort: 31_000,
            ports: [
              {
                port: 80,
                protocol: 'TCP',
                annotation: 'service.beta.kubernetes.io/port_80_health-probe_port',
                value: '10256',
                probe: 'Tcp 10256',
                lost: expect.closeTo(2 / 3, 9),
              },
            ],
          },
        },
      ],
    },
    {
      name: 'a port of the Service by name: its node port',
      given: web({ 'port_80_health-probe_port': 'HTTP' }),
      finds: [{ ...high, severity: 'low', evidence: { ports: [{ probe: 'Tcp 30080' }] } }],
    },
    {
      name: 'http on a port of the host',
      given: {
        ...web({
          'port_80_health-probe_port': '9000',
          'port_80_health-probe_protocol': 'http',
          'port_80_health-probe_request-path': '/up',
        }),
        daemonSets: [
          workload({
            kind: 'DaemonSet',
            name: 'edge',
            spec: {
              ports: [
                { name: '', containerPort: 9000, hostPort: 9000, hostIp: '', protocol: 'TCP' },
              ],
            },
          }),
        ],
      },
      finds: [{ ...high, evidence: { ports: [{ probe: 'Http 9000 /up' }] } }],
    },
    {
      name: 'two ports: one finding',
      given: {
        ...web(
          { 'port_80_health-probe_port': '10256', 'port_443_health-probe_port': '10256' },
          { ports: [port80, port443] },
        ),
        endpointSlices: [slice([endpoint('web-a', 'user-0')], { ports: bothPorts })],
      },
      finds: [{ ...high, evidence: { ports: [{ port: 80 }, { port: 443 }] } }],
    },
  ],
  quiet: [
    { name: 'Local with its health check', given: {} },
    {
      name: 'Cluster: a probe port replaces no health check',
      given: web(override, { externalTrafficPolicy: 'Cluster' }),
    },
    {
      name: 'a port that the Service does not have',
      given: web({ 'port_81_health-probe_port': '1' }),
    },
    {
      name: 'a UDP port keeps the health check whatever the annotation says',
      given: web(override, { ports: [{ ...port80, protocol: 'UDP' }] }),
    },
    {
      name: 'the port has no rule',
      given: web({ ...override, port_80_no_lb_rule: 'true' }),
    },
    {
      name: 'the port has no probe at all: another finding',
      given: web({ ...override, port_80_no_probe_rule: 'true' }),
    },
    {
      name: 'a port that is none: another finding',
      given: web({ 'port_80_health-probe_port': 'nope' }),
    },
    {
      name: 'one rule for all ports keeps the health check',
      given: web({
        ...override,
        'azure-load-balancer-internal': 'true',
        'azure-load-balancer-enable-high-availability-ports': 'true',
      }),
    },
    {
      name: 'the Private Link proxy protocol has taken the health check away already',
      given: web({ ...override, 'azure-pls-create': 'true', 'azure-pls-proxy-protocol': 'true' }),
    },
    { name: 'the Service is being deleted', given: web(override, { deleting: true }) },
    {
      name: 'another controller serves the Service',
      given: web(override, { loadBalancerClass: 'tailscale' }),
    },
  ],
  boundary: [
    {
      name: 'the port of the health check itself',
      given: web({ 'port_80_health-probe_port': '31000' }),
      finds: [],
    },
    {
      name: 'the port beside it, on which nobody listens: another fault',
      given: web({ 'port_80_health-probe_port': '31001' }),
      finds: [],
    },
    {
      name: 'high availability ports on Basic, where nothing reads them',
      given: {
        ...web({
          ...override,
          'azure-load-balancer-internal': 'true',
          'azure-load-balancer-enable-high-availability-ports': 'true',
        }),
        loadBalancers: [loadBalancer({ sku: 'basic' })],
      },
      finds: [high],
    },
  ],
  unknown: [
    {
      name: 'the SKU is not known',
      given: { ...web(), loadBalancers: [], managedCluster: unread('403') },
      why: 'shop/web: managedCluster: the load balancer SKU was not read',
    },
    {
      name: 'a load balancer of a later kind',
      given: {
        ...web(),
        loadBalancers: [loadBalancer({ sku: 'service' })],
        managedCluster: managedCluster({ loadBalancerSku: 'service' }),
      },
      why: 'shop/web: load balancer SKU service is not known',
    },
    {
      name: 'ports that cannot be read',
      given: web(override, { unreadablePorts: 'one of its ports is not a port number' }),
      why: 'shop/web: one of its ports is not a port number',
    },
  ],
});
