import { defaultSettings } from '../../../shared/rules/index.ts';
import { unevenShare } from '../../../shared/rules/traffic/uneven-share.ts';
import type { Endpoint, EndpointSlice } from '../../../shared/model/index.ts';
import {
  bothPorts,
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

const medium = { subject: 'Service shop/web', severity: 'medium' } as const;
const high = { ...medium, severity: 'high' } as const;
const cluster = service({ externalTrafficPolicy: 'Cluster' });
const system = node('system-0');
const user = [node('user-0'), node('user-1')];

/** Two nodes with so many pods each. */
function split(first: number, second: number, changes: Partial<EndpointSlice> = {}): EndpointSlice {
  return slice([...podsOn('user-0', first), ...podsOn('user-1', second)], changes);
}

function podsOn(name: string, count: number): readonly Endpoint[] {
  return Array.from({ length: count }, (_, index) => endpoint(`${name}-${index}`, name));
}

function inZone(name: string): ReadonlyMap<string, string> {
  return new Map([['topology.kubernetes.io/zone', name]]);
}

/** Zone 1 has as many nodes as named and one pod, zone 2 one node and one pod. */
function zones(ofFirst: number): SnapshotChanges {
  const nodes = [
    ...Array.from({ length: ofFirst }, (_, index) =>
      node(`user-${index}`, { labels: inZone('westeurope-1') }),
    ),
    node('other-0', { labels: inZone('westeurope-2') }),
  ];
  return {
    nodes,
    services: [cluster],
    loadBalancers: [loadBalancer({ members: nodes.map(nicMember), probe: 'node-port' })],
    endpointSlices: [
      slice([
        endpoint('a', 'user-0', { hintZones: ['westeurope-1'] }),
        endpoint('b', 'other-0', { hintZones: ['westeurope-2'] }),
      ]),
    ],
  };
}

describeRule(unevenShare, {
  fires: [
    {
      name: 'two pods on one node, one on the other: 25/25/50',
      given: { endpointSlices: [split(2, 1)] },
      finds: [
        {
          ...medium,
          causes: ['pods-per-node'],
          evidence: {
            externalTrafficPolicy: 'Local',
            ratio: 2,
            largestShare: 0.5,
            smallestShare: 0.25,
            ports: [{ port: 80, protocol: 'TCP', family: 'IPv4', ratio: 2 }],
          },
        },
      ],
    },
    {
      name: 'topology hints: three nodes share one pod, one node has the other',
      given: zones(3),
      finds: [{ ...medium, causes: ['topology-hints'], evidence: { ratio: 3 } }],
    },
    {
      name: 'one of two ports: one finding, with that port',
      given: {
        services: [service({ ports: [port80, port443] })],
        loadBalancers: [
          loadBalancer({ members: user.map(nicMember), ports: [{ port: 80 }, { port: 443 }] }),
        ],
        endpointSlices: [
          split(1, 1, { ports: bothPorts }),
          slice([endpoint('extra', 'user-0')], { name: 'web-x', ports: bothPorts.slice(1) }),
        ],
      },
      finds: [{ ...medium, causes: ['pods-per-node'], evidence: { ports: [{ port: 443 }] } }],
    },
    {
      name: 'a pod that starves does not hide it',
      given: {
        nodes: [...user, system],
        loadBalancers: [loadBalancer({ members: user.map(nicMember) })],
        endpointSlices: [split(2, 1), slice([endpoint('s', 'system-0')], { name: 'web-s' })],
      },
      finds: [
        { ...medium, causes: ['pods-per-node'], evidence: { ratio: 2, smallestShare: 0.25 } },
      ],
    },
  ],
  quiet: [
    { name: 'a pod on each of two backend nodes', given: {} },
    { name: 'two and two', given: { endpointSlices: [split(2, 2)] } },
    { name: 'two and three: under a ratio of 2', given: { endpointSlices: [split(2, 3)] } },
    {
      name: 'Cluster shares over all pods wherever they are',
      given: { services: [cluster], endpointSlices: [split(9, 1)] },
    },
    { name: 'hints in zones of the same size', given: zones(1) },
    {
      name: 'a pod that starves is another finding and no ratio',
      given: {
        nodes: [...user, system],
        loadBalancers: [loadBalancer({ members: user.map(nicMember) })],
        endpointSlices: [split(1, 1), slice([endpoint('s', 'system-0')], { name: 'web-s' })],
      },
    },
    {
      name: 'pods that are not ready do not count',
      given: {
        endpointSlices: [
          split(1, 1),
          slice([endpoint('x', 'user-0', { ready: false, serving: false })], { name: 'web-x' }),
        ],
      },
    },
    { name: 'one pod alone', given: { endpointSlices: [split(1, 0)] } },
  ],
  boundary: [
    {
      name: 'ratio 3: medium',
      given: { endpointSlices: [split(3, 1)] },
      finds: [{ ...medium, causes: ['pods-per-node'] }],
    },
    {
      name: 'ratio 4: high',
      given: { endpointSlices: [split(4, 1)] },
      finds: [{ ...high, causes: ['pods-per-node'], evidence: { ratio: 4 } }],
    },
    {
      name: 'the limits of the policy file',
      given: { endpointSlices: [split(3, 2)] },
      settings: { unevenMediumRatio: 1.2, unevenHighRatio: 1.5 },
      finds: [{ ...high, causes: ['pods-per-node'], evidence: { ratio: 1.5 } }],
    },
    {
      name: 'the limit of the namespace before that of the fleet',
      given: { endpointSlices: [split(3, 1)] },
      settings: {
        thresholdsOf: () => ({
          ...defaultSettings,
          unevenMediumRatio: 5,
          unevenHighRatio: 9,
          lostCritical: 1,
        }),
      },
      finds: [],
    },
    {
      name: 'sums of fractions that are 2 but for the last digit',
      given: { endpointSlices: [split(14, 7)] },
      finds: [{ ...medium, causes: ['pods-per-node'] }],
    },
  ],
  unknown: [
    {
      name: 'another controller serves the Service',
      given: {
        services: [service({ loadBalancerClass: 'tailscale' })],
        endpointSlices: [split(2, 1)],
      },
      why: 'shop/web: another controller',
    },
  ],
});
