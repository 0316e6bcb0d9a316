import { expect } from '@jest/globals';
import { disabled } from '../../../shared/rules/probe/disabled.ts';
import {
  unread,
  type LoadBalancer,
  type LoadBalancerService,
} from '../../../shared/model/index.ts';
import {
  azure,
  endpoint,
  loadBalancer,
  nicMember,
  node,
  port443,
  port80,
  service,
  slice,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const found = { subject: 'Service shop/web', causes: ['no-probe-rule'] } as const;
const high = { ...found, severity: 'high' } as const;
const medium = { ...found, severity: 'medium' } as const;
const none = { port_80_no_probe_rule: 'true' };
const cluster = { externalTrafficPolicy: 'Cluster' };

function web(
  annotations: Readonly<Record<string, string>> = none,
  changes: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  return { services: [service({ annotations: azure(annotations), ...changes })] };
}

const nodes = [node('user-0'), node('user-1')];
const udp = [{ ...port80, protocol: 'UDP' }];

/** A load balancer with the probe of kube-proxy's health, which shows that Cluster Services share it. */
function sharing(): LoadBalancer {
  const plain = loadBalancer({ members: nodes.map(nicMember), probe: 'kube-proxy' });
  return {
    ...plain,
    probes: plain.probes.map((probe) => ({
      ...probe,
      name: 'cluster-service-shared-health-probe',
    })),
  };
}

describeRule(disabled, {
  fires: [
    {
      name: 'Local without a probe: half of the connections reach a node without a pod',
      given: {
        ...web(),
        nodes,
        loadBalancers: [loadBalancer({ members: nodes.map(nicMember), probe: 'none' })],
        endpointSlices: [slice([endpoint('web-a', 'user-0')])],
      },
      finds: [
        {
          ...high,
          evidence: {
            externalTrafficPolicy: 'Local',
            ports: [
              {
                port: 80,
                protocol: 'TCP',
                annotation: 'service.beta.kubernetes.io/port_80_no_probe_rule',
                probeWithoutIt: 'Http 31000 /healthz',
                lost: expect.closeTo(0.5, 9),
              },
            ],
          },
        },
      ],
    },
    {
      name: 'Cluster without a probe',
      given: web(none, cluster),
      finds: [{ ...medium, evidence: { ports: [{ probeWithoutIt: 'Tcp 30080' }] } }],
    },
    {
      name: 'one of two ports',
      given: web({ port_443_no_probe_rule: 'TRUE' }, { ports: [port80, port443] }),
      finds: [{ ...high, evidence: { ports: [{ port: 443 }] } }],
    },
    {
      name: 'a UDP port of a Local Service has the health check to lose',
      given: web(none, { ports: udp }),
      finds: [high],
    },
    {
      name: 'a UDP port under Cluster, where probes are shared',
      given: { ...web(none, { ...cluster, ports: udp }), loadBalancers: [sharing()] },
      finds: [{ ...medium, evidence: { ports: [{ probeWithoutIt: 'Http 10256 /healthz' }] } }],
    },
  ],
  quiet: [
    { name: 'no annotation', given: {} },
    { name: 'the annotation says false', given: web({ port_80_no_probe_rule: 'false' }) },
    {
      name: 'a UDP port under Cluster has no probe anyhow',
      given: web(none, { ...cluster, ports: udp }),
    },
    {
      name: 'a port that the Service does not have',
      given: web({ port_81_no_probe_rule: 'true' }),
    },
    { name: 'the port has no rule either', given: web({ ...none, port_80_no_lb_rule: 'true' }) },
    {
      name: 'one rule for all ports keeps its probe',
      given: web({
        ...none,
        'azure-load-balancer-internal': 'true',
        'azure-load-balancer-enable-high-availability-ports': 'true',
      }),
    },
    { name: 'the Service is being deleted', given: web(none, { deleting: true }) },
    {
      name: 'another controller serves the Service',
      given: web(none, { loadBalancerClass: 'tailscale' }),
    },
  ],
  boundary: [
    {
      name: 'a value with a blank is not true',
      given: web({ port_80_no_probe_rule: ' true' }),
      finds: [],
    },
    { name: 'any letter case is', given: web({ port_80_no_probe_rule: 'tRuE' }), finds: [high] },
    {
      name: 'settings that would be refused are the probe that is missing',
      given: web({ ...none, 'port_80_health-probe_interval': '1' }, cluster),
      finds: [
        { ...medium, evidence: { ports: [{ probeWithoutIt: 'none: its settings are invalid' }] } },
      ],
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
