import { expect, test } from '@jest/globals';
import { singleBackend } from '../../../shared/rules/traffic/single-backend.ts';
import { unread, type LoadBalancerService, type Node } from '../../../shared/model/index.ts';
import {
  bothPorts,
  cluster,
  endpoint,
  excludedNode,
  loadBalancer,
  nicMember,
  node,
  port443,
  port80,
  service,
  slice,
  workload,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const medium = { subject: 'Service shop/web', severity: 'medium' } as const;
const oneNode = { ...medium, causes: ['one-node'] } as const;
const oneZone = { ...medium, causes: ['one-zone'] } as const;

function zoned(name: string, zone: string): Node {
  return node(name, { labels: new Map([['topology.kubernetes.io/zone', zone]]) });
}

/** Pods `web-0`, `web-1` … on the nodes named, all nodes in the pool. */
function on(
  hosts: readonly string[],
  nodes: readonly Node[] = [node('user-0'), node('user-1')],
  changes: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  return {
    nodes,
    services: [service(changes)],
    loadBalancers: [loadBalancer({ members: nodes.map(nicMember) })],
    endpointSlices: [slice(hosts.map((host, index) => endpoint(`web-${index}`, host)))],
    deployments: [workload({ replicas: hosts.length })],
  };
}

const twoZones = [
  zoned('user-0', 'westeurope-1'),
  zoned('user-1', 'westeurope-1'),
  zoned('user-2', 'westeurope-2'),
];

describeRule(singleBackend, {
  fires: [
    {
      name: 'two pods on one node',
      given: on(['user-0', 'user-0']),
      finds: [
        {
          ...oneNode,
          evidence: {
            externalTrafficPolicy: 'Local',
            nodes: ['user-0'],
            zones: [],
            zonesOfCluster: [],
            ports: [{ port: 80, protocol: 'TCP', readyPods: 2, place: 'one-node' }],
          },
        },
      ],
    },
    {
      name: 'two nodes of one zone, while the cluster has two',
      given: on(['user-0', 'user-1'], twoZones),
      finds: [
        {
          ...oneZone,
          evidence: { zones: ['westeurope-1'], zonesOfCluster: ['westeurope-1', 'westeurope-2'] },
        },
      ],
    },
    {
      name: 'one node in a cluster of zones: the node is what matters',
      given: on(['user-0', 'user-0'], twoZones),
      finds: [oneNode],
    },
    {
      name: 'two ports: one finding',
      given: {
        ...on([], undefined, { ports: [port80, port443] }),
        loadBalancers: [
          loadBalancer({
            members: [nicMember(node('user-0')), nicMember(node('user-1'))],
            ports: [{ port: 80 }, { port: 443 }],
          }),
        ],
        endpointSlices: [
          slice([endpoint('web-0', 'user-0'), endpoint('web-1', 'user-0')], { ports: bothPorts }),
        ],
      },
      finds: [{ ...oneNode, evidence: { ports: [{ port: 80 }, { port: 443 }] } }],
    },
  ],
  quiet: [
    { name: 'a pod on each of two nodes', given: {} },
    { name: 'one pod: there is nothing to spread', given: on(['user-0']) },
    {
      name: 'Cluster: every node takes connections',
      given: on(['user-0', 'user-0'], undefined, { externalTrafficPolicy: 'Cluster' }),
    },
    {
      name: 'another pod starves: another finding',
      given: {
        ...on(['user-0', 'user-0', 'user-1'], [node('user-0'), excludedNode('user-1')]),
        loadBalancers: [loadBalancer({ members: [nicMember(node('user-0'))] })],
      },
    },
    {
      name: 'connections are lost: another finding',
      given: {
        ...on(['user-0', 'user-0']),
        loadBalancers: [
          loadBalancer({
            members: [nicMember(node('user-0')), nicMember(node('user-1'))],
            probe: 'none',
          }),
        ],
      },
    },
    {
      name: 'nodes of both zones',
      given: on(['user-0', 'user-2'], twoZones),
    },
    {
      name: 'all nodes of the cluster are in one zone',
      given: on(['user-0', 'user-1'], twoZones.slice(0, 2)),
    },
    {
      name: 'nothing gets through: another finding',
      given: { ...on(['user-0', 'user-0']), loadBalancers: [loadBalancer({ ports: [] })] },
    },
    {
      name: 'the Service is being deleted',
      given: on(['user-0', 'user-0'], undefined, { deleting: true }),
    },
  ],
  boundary: [
    {
      name: 'two ready pods of which one is on its way out',
      given: {
        ...on([]),
        endpointSlices: [
          slice([
            endpoint('web-0', 'user-0'),
            endpoint('web-1', 'user-0', { ready: false, serving: true, terminating: true }),
          ]),
        ],
      },
      finds: [],
    },
    {
      name: 'bare numbers are fault domains and no zones',
      given: on(
        ['user-0', 'user-1'],
        [zoned('user-0', '0'), zoned('user-1', '0'), zoned('user-2', '1')],
      ),
      finds: [],
    },
    {
      name: 'one of the nodes that carry is in no zone',
      given: on(
        ['user-0', 'user-1'],
        [zoned('user-0', 'westeurope-1'), zoned('user-1', '0'), zoned('user-2', 'westeurope-2')],
      ),
      finds: [],
    },
    {
      name: 'a zone with a number in the name of its region',
      given: on(
        ['user-0', 'user-1'],
        [zoned('user-0', 'westus2-1'), zoned('user-1', 'westus2-1'), zoned('user-2', 'westus2-3')],
      ),
      finds: [oneZone],
    },
  ],
  unknown: [
    {
      name: 'another controller serves the Service',
      given: { services: [service({ loadBalancerClass: 'tailscale' })] },
      why: 'shop/web: another controller serves loadBalancerClass tailscale',
    },
    {
      name: 'a young Service without an address',
      given: { services: [service({ ingressIps: [], createdAt: '2026-11-23T05:59:00Z' })] },
      why: 'shop/web: the Service is less than 10 minutes old',
    },
  ],
});

function fixesOf(changes: SnapshotChanges) {
  const outcome = singleBackend.run(cluster(changes));
  const fixes = outcome.kind === 'checked' ? outcome.faults.flatMap((fault) => fault.fixes) : [];
  return fixes.map(({ title, after }) => ({ title, shares: Object.values(after?.shares ?? {}) }));
}

const third = expect.closeTo(1 / 3, 5);

test('a hard spread by host gives each pod its node and its share', () => {
  const nodes = [node('user-0'), node('user-1'), node('user-2')];
  expect(fixesOf(on(['user-0', 'user-0', 'user-0'], nodes))).toEqual([
    { title: expect.stringContaining('over nodes'), shares: [third, third, third] },
  ]);
});

test('with zones the spread by zone and host comes first', () => {
  const nodes = [
    zoned('user-0', 'westeurope-1'),
    zoned('user-1', 'westeurope-2'),
    zoned('user-2', 'westeurope-3'),
  ];
  expect(fixesOf(on(['user-0', 'user-0', 'user-0'], nodes))).toEqual([
    { title: expect.stringContaining('over zones and nodes'), shares: [third, third, third] },
    { title: expect.stringContaining('over nodes'), shares: [third, third, third] },
  ]);
});

test('where zones and nodes cannot both be even, no numbers are made up', () => {
  const [fix] = fixesOf(
    on(['user-0', 'user-0', 'user-0', 'user-0'], [...twoZones, zoned('user-3', 'westeurope-1')]),
  );
  expect(fix).toEqual({ title: expect.stringContaining('over zones and nodes'), shares: [] });
});

test('where some node that could take the pods is no backend, no numbers are made up', () => {
  const [fix] = fixesOf({
    ...on(['user-0', 'user-0'], [node('user-0'), node('user-1'), excludedNode('spare-0')]),
  });
  expect(fix).toEqual({ title: expect.stringContaining('over nodes'), shares: [] });
});

test('pods that fit one node only need another', () => {
  const [first] = fixesOf(on(['user-0', 'user-0'], [node('user-0')]));
  expect(first?.title).toMatch(/another node/u);
});

test('one zone of a cluster whose pods may use that zone only', () => {
  const pinned = workload({
    replicas: 2,
    spec: { nodeSelector: new Map([['topology.kubernetes.io/zone', 'westeurope-1']]) },
  });
  const [first] = fixesOf({ ...on(['user-0', 'user-1'], twoZones), deployments: [pinned] });
  expect(first?.title).toMatch(/other zones/u);
});

test('pods of which it is not known who makes them get a template', () => {
  const given = { ...on(['user-0', 'user-0']), deployments: unread('403') };
  expect(fixesOf(given).map(({ title }) => title)).toEqual([
    expect.stringContaining('in the pod template'),
    'Check the pods that the Service selects',
  ]);
});
