import { nodePortsDisabled } from '../../../shared/rules/service/node-ports-disabled.ts';
import { unread, type LoadBalancerService, type ServicePort } from '../../../shared/model/index.ts';
import {
  azure,
  loadBalancer,
  port443,
  service,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = { subject: 'Service shop/web', severity: 'high' } as const;
const noProbe = { ...high, causes: ['probe-port'] } as const;
const noBackend = { ...high, causes: ['backend-port'] } as const;
const bare: ServicePort = { name: 'http', protocol: 'TCP', port: 80 };
const cluster = { externalTrafficPolicy: 'Cluster' };
const floatingIpOff = { 'azure-disable-load-balancer-floating-ip': 'true' };

function web(
  changes: Partial<LoadBalancerService> = cluster,
  annotations: Readonly<Record<string, string>> = {},
): SnapshotChanges {
  return {
    services: [
      service({
        allocateLoadBalancerNodePorts: false,
        ports: [bare],
        annotations: azure(annotations),
        ...changes,
      }),
    ],
  };
}

describeRule(nodePortsDisabled, {
  fires: [
    {
      name: 'Cluster: its probe asks the node port',
      given: web(),
      finds: [
        {
          ...noProbe,
          evidence: {
            allocateLoadBalancerNodePorts: false,
            externalTrafficPolicy: 'Cluster',
            floatingIp: true,
            ports: [{ port: 80, protocol: 'TCP', needs: ['probe-port'] }],
          },
        },
      ],
    },
    { name: 'Local without floating IP', given: web({}, floatingIpOff), finds: [noBackend] },
    {
      name: 'Cluster without floating IP: both',
      given: web(cluster, floatingIpOff),
      finds: [{ ...high, causes: ['backend-port', 'probe-port'] }],
    },
    {
      name: 'an internal Service of IPv6 has no floating IP',
      given: web({ ipFamilies: ['IPv6'] }, { 'azure-load-balancer-internal': 'true' }),
      finds: [noBackend],
    },
    {
      name: 'a probe port that is another port of the Service without one',
      given: web(
        { ports: [bare, { ...bare, name: 'up', port: 81 }] },
        { 'port_80_health-probe_port': 'up' },
      ),
      finds: [{ ...noProbe, evidence: { ports: [{ port: 80 }] } }],
    },
  ],
  quiet: [
    { name: 'node ports are allocated', given: {} },
    { name: 'Local with floating IP asks the health check port', given: web({}) },
    {
      name: 'node ports are not allocated, and given by hand',
      given: web({ ...cluster, ports: [{ ...bare, nodePort: 30_080 }] }),
    },
    {
      name: 'the shared probe needs no node port',
      given: {
        ...web(),
        loadBalancers: [
          loadBalancer({
            probe: { name: 'cluster-service-shared-health-probe', protocol: 'http', port: 10_256 },
          }),
        ],
      },
    },
    { name: 'UDP has no probe', given: web({ ...cluster, ports: [{ ...bare, protocol: 'UDP' }] }) },
    { name: 'a port without a probe', given: web(cluster, { port_80_no_probe_rule: 'true' }) },
    { name: 'a port without a rule', given: web(cluster, { port_80_no_lb_rule: 'true' }) },
    {
      name: 'a probe port that every node has',
      given: web(cluster, { 'port_80_health-probe_port': '10256' }),
    },
    { name: 'the Service is being deleted', given: web({ ...cluster, deleting: true }) },
    {
      name: 'another controller serves the Service',
      given: web({ ...cluster, loadBalancerClass: 'tailscale' }),
    },
  ],
  boundary: [
    {
      name: 'one of two ports has a node port',
      given: web({ ...cluster, ports: [bare, port443] }),
      finds: [{ ...noProbe, evidence: { ports: [{ port: 80 }] } }],
    },
    {
      name: 'one rule for all ports has port 0 on both sides, and its probe must not',
      given: web(cluster, {
        'azure-load-balancer-internal': 'true',
        'azure-load-balancer-enable-high-availability-ports': 'true',
      }),
      finds: [noProbe],
    },
    {
      name: 'one rule for all ports under Local',
      given: web(
        {},
        {
          'azure-load-balancer-internal': 'true',
          'azure-load-balancer-enable-high-availability-ports': 'true',
          ...floatingIpOff,
        },
      ),
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'the SKU is not known',
      given: { ...web(), loadBalancers: [], managedCluster: unread('403') },
      why: 'shop/web: managedCluster: the load balancer SKU was not read',
    },
  ],
});
