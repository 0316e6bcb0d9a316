import { describe, expect, test } from '@jest/globals';
import { unread } from '../../shared/model/index.ts';
import { trafficOfServices, type PortTraffic } from '../../shared/traffic/index.ts';
import {
  backendHealth,
  cluster,
  endpoint,
  kubeProxy,
  loadBalancer,
  nicMember,
  node,
  ruleHealth,
  service,
  slice,
  staleMember,
  taint,
  type LoadBalancerChanges,
  type SnapshotChanges,
} from '../builders/index.ts';
import type { Endpoint, LoadBalancerService, Node } from '../../shared/model/index.ts';

interface Case {
  readonly name: string;
  readonly nodes: readonly Node[];
  /** Nodes in the pool; all of them unless said. */
  readonly members?: readonly Node[];
  readonly stale?: number;
  readonly service?: Partial<LoadBalancerService>;
  readonly probe?: LoadBalancerChanges['probe'];
  readonly endpoints: readonly Endpoint[];
  readonly other?: SnapshotChanges;
  readonly lost: number;
  readonly shares: Readonly<Record<string, number>>;
  readonly verdict: string;
  readonly because?: Readonly<Record<string, string>>;
  readonly losses?: Readonly<Record<string, number>>;
}

const a = node('user-0');
const b = node('user-1');
const c = node('user-2');
const third = 1 / 3;
const clusterPolicy: Partial<LoadBalancerService> = { externalTrafficPolicy: 'Cluster' };

const cases: readonly Case[] = [
  {
    name: 'Local, one pod per node: even',
    nodes: [a, b],
    endpoints: [endpoint('x', 'user-0'), endpoint('y', 'user-1')],
    lost: 0,
    shares: { x: 0.5, y: 0.5 },
    verdict: 'even',
  },
  {
    name: 'Local, two pods on one node: 25/25/50',
    nodes: [a, b],
    endpoints: [endpoint('x', 'user-0'), endpoint('y', 'user-0'), endpoint('z', 'user-1')],
    lost: 0,
    shares: { x: 0.25, y: 0.25, z: 0.5 },
    verdict: 'uneven',
  },
  {
    name: 'Local, a probe of the node port: only nodes with a pod answer',
    nodes: [a, b, c],
    probe: 'node-port',
    endpoints: [endpoint('x', 'user-0'), endpoint('y', 'user-1')],
    lost: 0,
    shares: { x: 0.5, y: 0.5 },
    verdict: 'even',
  },
  {
    name: 'Local, a node outside the pool starves its pod',
    nodes: [a, b],
    members: [a],
    endpoints: [endpoint('x', 'user-0'), endpoint('y', 'user-1')],
    lost: 0,
    shares: { x: 1, y: 0 },
    verdict: 'starved',
    because: { y: 'node-not-in-backend-pool' },
  },
  {
    name: 'Local, an excluded node says so',
    nodes: [
      a,
      node('user-1', {
        labels: new Map([['node.kubernetes.io/exclude-from-external-load-balancers', 'true']]),
      }),
    ],
    members: [a],
    endpoints: [endpoint('x', 'user-0'), endpoint('y', 'user-1')],
    lost: 0,
    shares: { x: 1, y: 0 },
    verdict: 'starved',
    because: { y: 'node-excluded' },
  },
  {
    name: 'Local, every pod outside the pool: nothing is up',
    nodes: [a, b],
    members: [a],
    endpoints: [endpoint('x', 'user-1')],
    lost: 1,
    shares: { x: 0 },
    verdict: 'none',
    because: { x: 'node-not-in-backend-pool' },
  },
  {
    name: 'Local, only a terminating pod on a node: the health check is down there',
    nodes: [a, b],
    endpoints: [
      endpoint('x', 'user-0'),
      endpoint('y', 'user-1', { ready: false, terminating: true }),
    ],
    lost: 0,
    shares: { x: 1, y: 0 },
    verdict: 'even',
    because: { y: 'not-ready' },
  },
  {
    name: 'Local, kube-proxy probe: nodes without pods lose their part',
    nodes: [a, b, c],
    probe: 'kube-proxy',
    endpoints: [endpoint('x', 'user-0')],
    lost: 2 / 3,
    shares: { x: third },
    verdict: 'lost',
    losses: { 'probe-answers-without-endpoints': 2 / 3 },
  },
  {
    name: 'Local, kube-proxy probe: a terminating pod still serves its node',
    nodes: [a, b],
    probe: 'kube-proxy',
    endpoints: [
      endpoint('x', 'user-0'),
      endpoint('y', 'user-1', { ready: false, terminating: true }),
    ],
    lost: 0,
    shares: { x: 0.5, y: 0.5 },
    verdict: 'even',
  },
  {
    name: 'the shared probe takes a leaving node out',
    nodes: [
      a,
      node('user-1', { taints: [taint('ToBeDeletedByClusterAutoscaler=1:NoSchedule')] }),
      c,
    ],
    probe: { name: 'cluster-service-shared-health-probe', protocol: 'http', port: 10_356 },
    service: clusterPolicy,
    endpoints: [endpoint('x', 'user-0'), endpoint('y', 'user-2')],
    lost: 0,
    shares: { x: 0.5, y: 0.5 },
    verdict: 'even',
  },
  {
    name: 'Local without a probe: every member takes its part, dead or not',
    nodes: [a, b, node('user-2', { ready: 'unknown' })],
    probe: 'none',
    stale: 1,
    endpoints: [endpoint('x', 'user-0')],
    lost: 0.75,
    shares: { x: 0.25 },
    verdict: 'lost',
    losses: { 'no-probe': 0.25, 'stale-member': 0.25, 'node-not-ready': 0.25 },
  },
  {
    name: 'Cluster: even over all ready pods wherever they are',
    nodes: [a, b],
    members: [a],
    service: clusterPolicy,
    probe: 'node-port',
    endpoints: [endpoint('x', 'user-0'), endpoint('y', 'user-1'), endpoint('z', 'user-1')],
    lost: 0,
    shares: { x: third, y: third, z: third },
    verdict: 'even',
  },
  {
    name: 'Cluster, no pod ready: those that serve while terminating take all',
    nodes: [a, b],
    service: clusterPolicy,
    probe: 'node-port',
    endpoints: [
      endpoint('x', 'user-0', { ready: false, terminating: true }),
      endpoint('y', 'user-1', { ready: false, serving: false, terminating: true }),
    ],
    lost: 0,
    shares: { x: 1, y: 0 },
    verdict: 'even',
    because: { y: 'not-ready' },
  },
  {
    name: 'Cluster with zone hints: each zone keeps to itself',
    nodes: [
      node('user-0', { labels: new Map([['topology.kubernetes.io/zone', 'we-1']]) }),
      node('user-1', { labels: new Map([['topology.kubernetes.io/zone', 'we-1']]) }),
      node('user-2', { labels: new Map([['topology.kubernetes.io/zone', 'we-2']]) }),
    ],
    service: clusterPolicy,
    probe: 'node-port',
    endpoints: [
      endpoint('x', 'user-0', { hintZones: ['we-1'] }),
      endpoint('y', 'user-2', { hintZones: ['we-2'] }),
    ],
    lost: 0,
    shares: { x: 2 / 3, y: 1 / 3 },
    verdict: 'uneven',
  },
  {
    name: 'Cluster with hints on some pods only: hints do not count',
    nodes: [a, b],
    service: clusterPolicy,
    probe: 'node-port',
    endpoints: [endpoint('x', 'user-0', { hintZones: ['we-1'] }), endpoint('y', 'user-1')],
    lost: 0,
    shares: { x: 0.5, y: 0.5 },
    verdict: 'even',
  },
  {
    name: 'Cluster with node hints: a pod whose node takes no traffic is hinted away',
    nodes: [a, b],
    members: [a],
    service: clusterPolicy,
    probe: 'node-port',
    endpoints: [
      endpoint('x', 'user-0', { hintNodes: ['user-0'] }),
      endpoint('y', 'user-1', { hintNodes: ['user-1'] }),
    ],
    lost: 0,
    shares: { x: 1, y: 0 },
    verdict: 'starved',
    because: { y: 'hinted-away' },
  },
  {
    name: 'Cluster, no backend up',
    nodes: [node('user-0', { ready: 'false' })],
    service: clusterPolicy,
    probe: 'node-port',
    endpoints: [endpoint('x', 'user-9')],
    lost: 1,
    shares: { x: 0 },
    verdict: 'none',
    because: { x: 'no-backend-up' },
  },
  {
    name: 'a node without kube-proxy is down for every probe',
    nodes: [a, node('user-1', { taints: [taint('sku=gpu:NoSchedule')] })],
    endpoints: [endpoint('x', 'user-0'), endpoint('y', 'user-1')],
    other: { daemonSets: [kubeProxy({ tolerations: [] })] },
    lost: 0,
    shares: { x: 1, y: 0 },
    verdict: 'starved',
    because: { y: 'no-kube-proxy' },
  },
  {
    name: 'an unready endpoint has no share and is not starved',
    nodes: [a, b],
    endpoints: [endpoint('x', 'user-0'), endpoint('y', 'user-1', { ready: false, serving: false })],
    lost: 0,
    shares: { x: 1, y: 0 },
    verdict: 'even',
    because: { y: 'not-ready' },
  },
];

describe('shares of new connections', () => {
  test.each(cases)('$name', (row) => {
    const port = traffic(row);
    expect(Object.fromEntries(port.endpoints.map((each) => [each.pod, each.share]))).toEqual(
      Object.fromEntries(
        Object.entries(row.shares).map(([pod, share]) => [pod, expect.closeTo(share, 9)]),
      ),
    );
    expect(port.lost).toBeCloseTo(row.lost, 9);
    expect(port.verdict).toBe(row.verdict);
    const because = port.endpoints.flatMap((each) =>
      each.because === undefined ? [] : [[each.pod, each.because]],
    );
    expect(Object.fromEntries(because)).toEqual(row.because ?? {});
    const losses = Object.fromEntries(port.losses.map((loss) => [loss.cause, loss.share]));
    expect(losses).toEqual(row.losses ?? {});
  });

  test.each(cases)('$name: shares and loss add up to one', (row) => {
    const port = traffic(row);
    const sum = port.endpoints.reduce((total, each) => total + each.share, port.lost);
    expect(sum).toBeCloseTo(1, 9);
  });

  test.each(['endpointSlices', 'nodes', 'loadBalancers'] as const)(
    'without %s a port is unknown, not a pass',
    (name) => {
      const [web] = trafficOfServices(cluster({ [name]: unread('403') }));
      expect(web?.ports[0]).toMatchObject({ verdict: 'unknown', why: `${name}: 403` });
    },
  );

  test('a port without a rule in Azure loses everything', () => {
    const [web] = trafficOfServices(
      cluster({ loadBalancers: [loadBalancer({ ports: [{ port: 443 }] })] }),
    );
    expect(web?.ports[0]).toMatchObject({ verdict: 'none', lost: 1 });
    expect(web?.ports[0]?.endpoints.map((each) => each.because)).toEqual(['no-rule', 'no-rule']);
  });

  test.each([
    { name: 'all are down', probed: 8_080, verdict: 'even' },
    { name: 'some are up', probed: 31_000, verdict: 'even' },
  ])('a probe that keeps all backends up where all are down: $name', ({ probed, verdict }) => {
    const members = [a, b].map(nicMember);
    const probe = {
      port: probed,
      protocol: 'http',
      path: '/healthz',
      upWhenAllDown: true,
    } as const;
    const [web] = trafficOfServices(
      cluster({ nodes: [a, b], loadBalancers: [loadBalancer({ members, probe })] }),
    );
    expect(web?.ports[0]?.verdict).toBe(verdict);
  });

  const keepsUp = { probe: { port: 8_080, upWhenAllDown: true } } as const;

  test('a probe that keeps all backends up where all are down: a node without a pod loses its part', () => {
    const nodes = [a, b, node('user-7')];
    const [web] = trafficOfServices(
      cluster({
        nodes,
        loadBalancers: [loadBalancer({ members: nodes.map(nicMember), ...keepsUp })],
      }),
    );
    expect(web?.ports[0]).toMatchObject({
      verdict: 'lost',
      lost: expect.closeTo(1 / 3, 9),
      losses: [{ cause: 'no-probe', backends: 1 }],
      backendTotals: { up: 3 },
    });
  });

  test('a probe that keeps all backends up where all are down: one is set down by hand', () => {
    const members = [nicMember(a), { ...nicMember(b), adminState: 'down' }];
    const [web] = trafficOfServices(
      cluster({ nodes: [a, b], loadBalancers: [loadBalancer({ members, ...keepsUp })] }),
    );
    expect(web?.ports[0]).toMatchObject({ verdict: 'unknown' });
  });

  test('a probe that keeps all backends up where all are down: Azure was asked', () => {
    const members = [a, b].map(nicMember);
    const balancer = loadBalancer({ members, probe: { port: 8_080, upWhenAllDown: true } });
    const health = ruleHealth([a, b].map((each) => backendHealth(each, 'Up_Probe_AllDownIsUp')));
    const [web] = trafficOfServices(
      cluster({ nodes: [a, b], loadBalancers: [balancer], backendHealth: [health] }),
    );
    expect(web?.ports[0]).toMatchObject({ verdict: 'even', backendTotals: { up: 2 } });
  });

  test('the outbound pool brings no traffic in', () => {
    const [web] = trafficOfServices(
      cluster({
        loadBalancers: [
          loadBalancer({ poolName: 'aksOutboundBackendPool', members: [nicMember(a)], ports: [] }),
        ],
      }),
    );
    expect(web?.ports[0]?.verdict).toBe('none');
  });
});

function traffic(row: Case): PortTraffic {
  const members = (row.members ?? row.nodes).map(nicMember);
  const stale = Array.from({ length: row.stale ?? 0 }, (_, index) => staleMember(index));
  const snapshot = cluster({
    nodes: row.nodes,
    services: [service(row.service)],
    endpointSlices: [slice(row.endpoints)],
    loadBalancers: [
      loadBalancer({
        members: [...members, ...stale],
        ...(row.probe !== undefined && { probe: row.probe }),
      }),
    ],
    ...row.other,
  });
  const port = trafficOfServices(snapshot)[0]?.ports[0];
  if (port === undefined) throw new Error('no port');
  return port;
}
