import { expect } from '@jest/globals';
import { invalidSettings } from '../../../shared/rules/probe/invalid-settings.ts';
import { unread, type LoadBalancerService } from '../../../shared/model/index.ts';
import {
  azure,
  loadBalancer,
  nicMember,
  node,
  port443,
  port80,
  service,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = {
  subject: 'Service shop/web',
  severity: 'high',
  causes: ['invalid-probe-settings'],
} as const;
const interval = 'azure-load-balancer-health-probe-interval';
const threshold = 'azure-load-balancer-health-probe-num-of-probe';

function web(
  annotations: Readonly<Record<string, string>>,
  changes: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  return {
    services: [
      service({ externalTrafficPolicy: 'Cluster', annotations: azure(annotations), ...changes }),
    ],
  };
}

const local = { externalTrafficPolicy: 'Local' };

describeRule(invalidSettings, {
  fires: [
    {
      name: 'an interval of the Service that is too short',
      given: web({ [interval]: '4' }),
      finds: [
        {
          ...high,
          evidence: {
            ports: [{ port: 80, protocol: 'TCP', error: expect.stringContaining('minimum') }],
            annotations: [{ annotation: `service.beta.kubernetes.io/${interval}`, value: '4' }],
          },
        },
      ],
    },
    { name: 'one failure is too few', given: web({ [threshold]: '1' }), finds: [high] },
    {
      name: 'no whole number',
      given: web({ 'port_80_health-probe_interval': '5s' }),
      finds: [high],
    },
    {
      name: 'a probe port that is no port of the Service',
      given: web({ 'port_80_health-probe_port': 'https' }),
      finds: [{ ...high, evidence: { annotations: [{ value: 'https' }] } }],
    },
    {
      name: 'the numbers of a Local Service, of which all ports share the health check',
      given: web({ [interval]: '60', [threshold]: '2' }, { ...local, ports: [port80, port443] }),
      finds: [{ ...high, evidence: { ports: [{ port: 80 }, { port: 443 }] } }],
    },
    {
      name: 'an override of the health check port',
      given: web({ 'port_31000_health-probe_interval': 'x' }, local),
      finds: [high],
    },
    {
      name: 'one of two ports: the Service as a whole is refused',
      given: web({ 'port_443_health-probe_interval': '0' }, { ports: [port80, port443] }),
      finds: [{ ...high, evidence: { ports: [{ port: 443 }] } }],
    },
  ],
  quiet: [
    { name: 'no settings', given: {} },
    { name: 'good settings', given: web({ [interval]: '10', [threshold]: '3' }) },
    {
      name: 'a good one of the port goes before a bad one of the Service',
      given: web({ [interval]: '1', 'port_80_health-probe_interval': '5' }),
    },
    {
      name: 'Local does not read the settings of a Service port',
      given: web({ 'port_80_health-probe_interval': '1' }, local),
    },
    {
      name: 'a port without a rule',
      given: web({ 'port_80_health-probe_interval': '1', port_80_no_lb_rule: 'true' }),
    },
    {
      name: 'a port without a probe',
      given: web({ 'port_80_health-probe_interval': '1', port_80_no_probe_rule: 'true' }),
    },
    {
      name: 'UDP under Cluster has no probe',
      given: web({ [interval]: '1' }, { ports: [{ ...port80, protocol: 'UDP' }] }),
    },
    {
      name: 'the shared probe reads no settings',
      given: {
        ...web({ [interval]: '1' }),
        loadBalancers: [
          loadBalancer({
            members: [nicMember(node('user-0'))],
            probe: { name: 'cluster-service-shared-health-probe', protocol: 'http', port: 10_256 },
          }),
        ],
      },
    },
    {
      name: 'one rule for all ports leaves a port with a bad probe out',
      given: web({
        'port_80_health-probe_interval': '1',
        'azure-load-balancer-internal': 'true',
        'azure-load-balancer-enable-high-availability-ports': 'true',
      }),
    },
    { name: 'the Service is being deleted', given: web({ [interval]: '1' }, { deleting: true }) },
    {
      name: 'another controller serves the Service',
      given: web({ [interval]: '1' }, { loadBalancerClass: 'tailscale' }),
    },
  ],
  boundary: [
    { name: 'interval 5', given: web({ [interval]: '5' }), finds: [] },
    { name: '2 failures', given: web({ [threshold]: '2' }), finds: [] },
    { name: 'a product of 119', given: web({ [interval]: '17', [threshold]: '7' }), finds: [] },
    { name: 'a product of 120', given: web({ [interval]: '60', [threshold]: '2' }), finds: [high] },
    { name: 'blanks around a number', given: web({ [interval]: ' 10 ' }), finds: [] },
    { name: 'port 65535', given: web({ 'port_80_health-probe_port': '65535' }), finds: [] },
    { name: 'port 65536', given: web({ 'port_80_health-probe_port': '65536' }), finds: [high] },
    {
      name: 'a value of 1,000 characters',
      given: web({ [interval]: 'x'.repeat(1000) }),
      finds: [high],
    },
  ],
  unknown: [
    {
      name: 'the SKU is not known',
      given: { ...web({}), loadBalancers: [], managedCluster: unread('403') },
      why: 'shop/web: managedCluster: the load balancer SKU was not read',
    },
  ],
});
