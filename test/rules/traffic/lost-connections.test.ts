import { defaultSettings } from '../../../shared/rules/index.ts';
import { expect } from '@jest/globals';
import { lostConnections } from '../../../shared/rules/traffic/lost-connections.ts';
import type { Node } from '../../../shared/model/index.ts';
import {
  endpoint,
  kubeProxy,
  loadBalancer,
  nicMember,
  node,
  port443,
  port80,
  service,
  slice,
  staleMember,
  taint,
  type LoadBalancerChanges,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const critical = { subject: 'Service shop/web', severity: 'critical' } as const;
const high = { ...critical, severity: 'high' } as const;

function nodes(count: number): readonly Node[] {
  return Array.from({ length: count }, (_, index) => node(`user-${index}`));
}

/** All nodes are members; a pod stands on each of the first ones. */
function podsOn(
  count: number,
  all: readonly Node[],
  probe: LoadBalancerChanges['probe'],
  more: LoadBalancerChanges = {},
): SnapshotChanges {
  const endpoints = all.slice(0, count).map((each, index) => endpoint(`web-${index}`, each.name));
  return {
    nodes: all,
    loadBalancers: [
      loadBalancer({ members: all.map(nicMember), ...(probe !== undefined && { probe }), ...more }),
    ],
    endpointSlices: [slice(endpoints)],
  };
}

const withStale = (count: number, stale: number): SnapshotChanges =>
  podsOn(count, nodes(count), 'none', {
    members: [
      ...nodes(count).map(nicMember),
      ...Array.from({ length: stale }, (_, index) => staleMember(index)),
    ],
  });

describeRule(lostConnections, {
  fires: [
    {
      name: 'kube-proxy itself answers the probe on nodes without a pod',
      given: podsOn(2, nodes(3), 'kube-proxy'),
      finds: [
        {
          ...critical,
          causes: ['probe-answers-without-endpoints'],
          evidence: {
            ports: [
              {
                port: 80,
                lost: expect.closeTo(1 / 3, 9),
                backendsUp: 3,
                losses: [{ cause: 'probe-answers-without-endpoints', backends: 1 }],
                probe: 'Http 10256',
              },
            ],
          },
        },
      ],
    },
    {
      name: 'Local without a probe: every member takes its part',
      given: podsOn(1, nodes(2), 'none'),
      finds: [{ ...critical, causes: ['no-probe'], evidence: { ports: [{ probe: 'none' }] } }],
    },
    {
      name: 'a member that is no node, and no probe to notice',
      given: withStale(2, 1),
      finds: [{ ...critical, causes: ['stale-member'] }],
    },
    {
      name: 'Cluster over UDP: a node that is not Ready keeps its part',
      given: {
        ...podsOn(2, [...nodes(2), node('user-2', { ready: 'false' })], 'none'),
        services: [service({ externalTrafficPolicy: 'Cluster' })],
      },
      finds: [{ ...critical, causes: ['node-not-ready'] }],
    },
    {
      name: 'a node without kube-proxy, and no probe to notice',
      given: {
        ...podsOn(
          2,
          [node('user-0'), node('user-1', { taints: [taint('a=b:NoSchedule')] })],
          'none',
        ),
        services: [service({ externalTrafficPolicy: 'Cluster' })],
        daemonSets: [kubeProxy({ tolerations: [] })],
      },
      finds: [{ ...critical, causes: ['no-kube-proxy'] }],
    },
    {
      name: 'several causes are one finding',
      given: podsOn(1, [...nodes(2), node('user-2', { ready: 'unknown' })], 'none', {
        members: [...nodes(3).map(nicMember), staleMember()],
      }),
      finds: [{ ...critical, causes: ['no-probe', 'node-not-ready', 'stale-member'] }],
    },
    {
      name: 'the probe is overridden by annotation: one of two ports',
      given: {
        ...podsOn(2, nodes(3), 'kube-proxy', { ports: [{ port: 80 }] }),
        services: [
          service({
            ports: [port80, port443],
            annotations: new Map([
              ['service.beta.kubernetes.io/port_80_health-probe_port', '10256'],
            ]),
          }),
        ],
      },
      finds: [
        {
          ...critical,
          causes: ['probe-answers-without-endpoints'],
          evidence: { ports: [{ port: 80 }] },
        },
      ],
    },
    {
      name: 'a loss and starving pods are two findings of two rules',
      given: podsOn(2, nodes(3), 'kube-proxy', {
        members: [nicMember(node('user-0')), nicMember(node('user-2'))],
      }),
      finds: [{ ...critical, causes: ['probe-answers-without-endpoints'] }],
    },
  ],
  quiet: [
    { name: 'only nodes with a ready pod answer the health check', given: {} },
    { name: 'no probe, and a pod on every member', given: podsOn(2, nodes(2), 'none') },
    {
      name: 'a probe takes out what is no node',
      given: podsOn(2, nodes(2), 'health-check', {
        members: [...nodes(2).map(nicMember), staleMember()],
      }),
    },
    {
      name: 'a probe takes out a node that is not Ready',
      given: podsOn(2, [...nodes(2), node('user-2', { ready: 'false' })], 'kube-proxy'),
    },
    { name: 'nothing gets through: another finding', given: podsOn(0, nodes(2), 'none') },
    {
      name: 'no pod is ready: another finding',
      given: {
        ...podsOn(1, nodes(2), 'kube-proxy'),
        endpointSlices: [slice([endpoint('web-0', 'user-0', { ready: false, serving: false })])],
      },
    },
    {
      name: 'Cluster: every backend reaches every pod',
      given: {
        ...podsOn(1, nodes(3), 'kube-proxy'),
        services: [service({ externalTrafficPolicy: 'Cluster' })],
      },
    },
    {
      name: 'a port without a rule: another finding',
      given: { loadBalancers: [loadBalancer({ ports: [] })] },
    },
    {
      name: 'the Service is being deleted',
      given: { ...podsOn(2, nodes(3), 'kube-proxy'), services: [service({ deleting: true })] },
    },
  ],
  boundary: [
    {
      name: '10 % lost: critical',
      given: withStale(9, 1),
      finds: [{ ...critical, causes: ['stale-member'] }],
    },
    {
      name: 'under 10 % lost: high',
      given: withStale(10, 1),
      finds: [{ ...high, causes: ['stale-member'] }],
    },
    {
      name: 'the limit of the policy file',
      given: withStale(9, 1),
      settings: { lostCritical: 0.2 },
      finds: [{ ...high, causes: ['stale-member'] }],
    },
    {
      name: 'the limit of the namespace before that of the fleet',
      given: withStale(9, 1),
      settings: {
        thresholdsOf: (namespace) => ({
          ...defaultSettings,
          unevenMediumRatio: 2,
          unevenHighRatio: 4,
          lostCritical: namespace === 'shop' ? 0.5 : 0,
        }),
      },
      finds: [{ ...high, causes: ['stale-member'] }],
    },
    {
      name: 'a part that rounds to nothing is still lost',
      given: withStale(499, 1),
      finds: [{ ...high, causes: ['stale-member'], evidence: { ports: [{ lost: 0.002 }] } }],
    },
  ],
  unknown: [
    {
      name: 'the rule refers to a probe that does not exist',
      given: {
        loadBalancers: [{ ...loadBalancer({ members: nodes(2).map(nicMember) }), probes: [] }],
      },
      why: 'refers to a probe that does not exist',
    },
    {
      name: 'another controller serves the Service',
      given: { services: [service({ loadBalancerClass: 'tailscale' })] },
      why: 'shop/web: another controller',
    },
  ],
});
