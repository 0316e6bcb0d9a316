import { describe, expect, test } from '@jest/globals';
import { nodeName, unread, type Pod, type Workload } from '../../shared/model/index.ts';
import {
  cluster,
  endpoint,
  kubeProxy,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  pod,
  port80,
  service,
  slice,
  taint,
} from '../builders/index.ts';
import { a, b, onBoth, onlyPort, portsOf, sharesOf } from './ports.ts';

/** Which endpoints count, what their nodes are, and why an endpoint has no share. */

const withCluster = [service({ externalTrafficPolicy: 'Cluster' })];
const inPool = [loadBalancer({ members: [a, b].map(nicMember), probe: 'node-port' })];

describe('endpoints of several slices', () => {
  test.each([
    { name: 'ready in one, not in the other', other: { ready: false, serving: false } },
    { name: 'terminating in the other', other: { ready: false, terminating: true } },
  ])('an address in two slices counts once: $name', ({ other }) => {
    const { address } = endpoint('x', 'user-0');
    const again = endpoint('x', 'user-0', { ...other, address });
    const slices = [slice(onBoth), slice([again], { name: 'web-fghij' })];
    for (const endpointSlices of [slices, slices.toReversed()]) {
      const port = onlyPort({ services: withCluster, endpointSlices, loadBalancers: inPool });
      expect(port.endpoints).toMatchObject([
        { pod: 'x', ready: true, share: 0.5 },
        { pod: 'y', ready: true, share: 0.5 },
      ]);
    }
  });

  test.each([
    { from: 'user-0', to: 'user-1' },
    { from: 'user-1', to: 'user-0' },
  ])(
    'an address that passed from a pod on $from to one on $to: the entry that is not terminating wins, ready or not',
    ({ from, to }) => {
      const { address } = endpoint('x', from);
      const old = endpoint('a-old', from, { address, terminating: true });
      const fresh = endpoint('new', to, { address, ready: false, serving: false });
      const slices = [slice([old]), slice([fresh], { name: 'web-fghij' })];
      for (const endpointSlices of [slices, slices.toReversed()]) {
        const port = onlyPort({ services: withCluster, endpointSlices, loadBalancers: inPool });
        expect(port.endpoints).toMatchObject([{ pod: 'new', ready: false, share: 0 }]);
      }
    },
  );

  test.each([undefined, 0])('a slice port of %s serves nothing', (port) => {
    const empty = {
      ...slice(onBoth),
      ports: [{ name: '', protocol: 'TCP', ...(port !== undefined && { port }) }],
    };
    const found = onlyPort({
      services: withCluster,
      endpointSlices: [empty],
      loadBalancers: inPool,
    });
    expect(found.endpoints).toEqual([]);
  });

  test('pods of many slices make one table', () => {
    const endpointSlices = Array.from({ length: 5 }, (_, index) =>
      slice([endpoint(`pod-${index}`, 'user-0', { address: `10.244.1.${index}` })], {
        name: `web-${index}`,
      }),
    );
    const port = onlyPort({ endpointSlices, loadBalancers: inPool });
    expect(Object.values(sharesOf(port))).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
  });

  test.each([
    ['without a node', { pod: undefined, node: undefined }, withCluster],
    ['without a pod', { pod: undefined }, withCluster],
    [
      'of a Service without selector',
      {},
      withCluster.map((each) => ({ ...each, selector: undefined })),
    ],
  ])('endpoints %s: what takes the traffic is not known', (_, changes, services) => {
    const endpointSlices = [slice([endpoint('x', 'user-0', changes)])];
    const port = onlyPort({ services, endpointSlices, loadBalancers: inPool });
    expect(port).toMatchObject({ verdict: 'unknown', why: expect.stringContaining('not known') });
  });

  test('a Service without selector and without endpoints loses everything', () => {
    const services = withCluster.map((each) => ({ ...each, selector: undefined }));
    const port = onlyPort({ services, endpointSlices: [], loadBalancers: inPool });
    expect(port).toMatchObject({ verdict: 'none', lost: 1 });
  });

  test.each([
    ['names no ports, since no pod has the targetPort', []],
    ['has other ports', [{ name: 'metrics', port: 9090, protocol: 'TCP' }]],
  ])('a slice that %s is for none of ours', (_, ports) => {
    const endpointSlices = [slice(onBoth, { ports })];
    expect(onlyPort({ endpointSlices, loadBalancers: inPool })).toMatchObject({
      verdict: 'none',
      lost: 1,
      endpoints: [],
    });
  });

  test('the health check counts no pod of a slice without ports', () => {
    const endpointSlices = [
      slice([endpoint('x', 'user-0')]),
      slice([endpoint('y', 'user-1')], { name: 'web-fghij', ports: [] }),
    ];
    const loadBalancers = [loadBalancer({ members: [a, b].map(nicMember) })];
    const port = onlyPort({ endpointSlices, loadBalancers });
    expect(port.backendTotals.up).toBe(1);
    expect(sharesOf(port)).toEqual({ x: 1 });
  });

  test('slices of another Service, another namespace, or of host names are not ours', () => {
    const endpointSlices = [
      slice(onBoth, { service: 'api' }),
      slice(onBoth, { namespace: 'other' }),
      slice(onBoth, { addressType: 'FQDN' }),
    ];
    expect(onlyPort({ endpointSlices, loadBalancers: inPool }).endpoints).toEqual([]);
  });

  test('ports without a name match by that', () => {
    const nameless = { ...port80, name: '' };
    const endpointSlices = [slice(onBoth, { ports: [{ name: '', port: 8080, protocol: 'TCP' }] })];
    const services = [service({ ports: [nameless] })];
    expect(onlyPort({ services, endpointSlices, loadBalancers: inPool }).verdict).toBe('even');
  });

  test('the health check counts ready pods of all ports: where a port has none, its part is lost', () => {
    const metrics = { ...port80, name: 'metrics', port: 9090 };
    const ports = portsOf(
      cluster({
        nodes: [a, b],
        services: [service({ ports: [port80, metrics] })],
        endpointSlices: [
          slice([endpoint('x', 'user-0')]),
          slice([endpoint('y', 'user-1')], {
            name: 'web-metrics',
            ports: [{ name: 'metrics', port: 9090, protocol: 'TCP' }],
          }),
        ],
        loadBalancers: [
          loadBalancer({ members: [a, b].map(nicMember), ports: [{ port: 80 }, { port: 9090 }] }),
        ],
      }),
    );
    expect(ports.map(({ port, lost, verdict }) => [port, lost, verdict])).toEqual([
      [80, 0.5, 'lost'],
      [9090, 0.5, 'lost'],
    ]);
  });
});

interface NodeCase {
  readonly name: string;
  /** The node of `y`; that of `x` is well. */
  readonly is: Parameters<typeof node>[1];
  readonly daemonSets?: readonly ReturnType<typeof kubeProxy>[];
  readonly share: number;
  readonly because?: string;
  readonly cause?: string;
}

const gpu = taint('sku=gpu:NoSchedule');

/** A pod of a DaemonSet on its node, as the controller and the scheduler write it. */
function podOf({ name, namespace, podSpec: spec }: Workload): Pod {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: ['system-0'] }];
  const terms = spec.requiredNodeAffinity ?? [{ matchExpressions: [], matchFields: [] }];
  return pod(`${name}-abcde`, {
    namespace,
    node: nodeName('system-0'),
    owner: { kind: 'DaemonSet', name },
    spec: {
      ...spec,
      nodeName: 'system-0',
      requiredNodeAffinity: terms.map((term) => ({ ...term, matchFields })),
    },
  });
}

const untolerant = [kubeProxy({ tolerations: [] })];
const nodeCases: readonly NodeCase[] = [
  { name: 'Ready', is: {}, share: 0.5 },
  { name: 'not Ready', is: { ready: 'false' }, share: 0, because: 'node-not-ready' },
  { name: 'of unknown readiness', is: { ready: 'unknown' }, share: 0, because: 'node-not-ready' },
  { name: 'cordoned', is: { unschedulable: true }, share: 0.5 },
  { name: 'being deleted, with the health check of Local', is: { deleting: true }, share: 0.5 },
  {
    name: 'tainted, and kube-proxy does not tolerate it',
    is: { taints: [gpu] },
    daemonSets: untolerant,
    share: 0,
    because: 'no-kube-proxy',
  },
  { name: 'tainted, and kube-proxy tolerates it', is: { taints: [gpu] }, share: 0.5 },
  {
    name: 'tainted, and there is no kube-proxy DaemonSet (Cilium)',
    is: { taints: [gpu] },
    daemonSets: [],
    share: 0.5,
  },
  {
    name: 'softly tainted: no bar to kube-proxy',
    is: { taints: [taint('sku=gpu:PreferNoSchedule')] },
    daemonSets: untolerant,
    share: 0.5,
  },
  {
    name: 'outside the selector of kube-proxy',
    is: {},
    daemonSets: [kubeProxy({ nodeSelector: new Map([['kubernetes.io/hostname', 'user-0']]) })],
    share: 0,
    because: 'no-kube-proxy',
  },
  {
    name: 'outside the affinity of kube-proxy',
    is: { labels: new Map([['kubernetes.azure.com/agentpool', 'other']]) },
    daemonSets: [
      kubeProxy({
        requiredNodeAffinity: [
          {
            matchExpressions: [
              { key: 'kubernetes.azure.com/agentpool', operator: 'NotIn', values: ['other'] },
            ],
            matchFields: [],
          },
        ],
      }),
    ],
    share: 0,
    because: 'no-kube-proxy',
  },
  {
    name: 'Windows, which has its own kube-proxy',
    is: { labels: new Map([['kubernetes.io/os', 'windows']]), taints: [gpu] },
    daemonSets: untolerant,
    share: 0.5,
  },
  {
    name: 'virtual, which never has one',
    is: { labels: new Map([['type', 'virtual-kubelet']]) },
    share: 0,
    because: 'no-kube-proxy',
    cause: 'virtual-node',
  },
  {
    name: 'virtual and not Ready: the first that applies',
    is: { labels: new Map([['type', 'virtual-kubelet']]), ready: 'false' },
    share: 0,
    because: 'node-not-ready',
  },
];

describe('Local: the node of a pod is', () => {
  test.each(nodeCases)('$name', ({ is, daemonSets, share, because, cause }) => {
    const nodes = [a, node('user-1', is)];
    const port = onlyPort({
      nodes,
      loadBalancers: [loadBalancer({ members: nodes.map(nicMember) })],
      ...(daemonSets !== undefined && { daemonSets }),
    });
    const [x, y] = port.endpoints;
    expect(x?.share).toBe(1 - share);
    expect([y?.share, y?.because, y?.cause]).toEqual([share, because, cause]);
    expect(port.lost).toBe(0);
  });

  test.each(nodeCases.filter(({ daemonSets }) => daemonSets?.length !== 0))(
    '$name: the same by a pod of kube-proxy where the DaemonSets were not read',
    ({ is, daemonSets: [proxy = kubeProxy()] = [] }) => {
      const nodes = [a, node('user-1', is)];
      const given = { nodes, loadBalancers: [loadBalancer({ members: nodes.map(nicMember) })] };
      const daemonSets = unread('403');
      const whole = onlyPort({ ...given, daemonSets: [proxy] });
      expect(onlyPort({ ...given, daemonSets, systemPods: [podOf(proxy)] })).toEqual(whole);
      const without = onlyPort({ ...given, daemonSets });
      expect(without).toMatchObject({ verdict: 'unknown', slices: ['daemonSets'] });
    },
  );

  test('the same without kube-proxy, where the cluster says that Cilium is its data plane', () => {
    const nodes = [a, node('user-1', { taints: [gpu] })];
    const port = onlyPort({
      nodes,
      loadBalancers: [loadBalancer({ members: nodes.map(nicMember) })],
      managedCluster: managedCluster({ networkDataplane: 'cilium' }),
      daemonSets: unread('403'),
    });
    expect(port).toMatchObject({ verdict: 'even', lost: 0 });
  });

  test.each(nodeCases.filter(({ share }) => share === 0))(
    '$name: without a probe its half is lost',
    ({ is, daemonSets }) => {
      const nodes = [a, node('user-1', is)];
      const port = onlyPort({
        nodes,
        loadBalancers: [loadBalancer({ members: nodes.map(nicMember), probe: 'none' })],
        ...(daemonSets !== undefined && { daemonSets }),
      });
      expect(port).toMatchObject({ verdict: 'lost', lost: 0.5 });
    },
  );

  test('no node that was read: its pods get nothing', () => {
    const endpointSlices = [slice([endpoint('x', 'user-0'), endpoint('y', 'gone-0')])];
    expect(onlyPort({ endpointSlices, loadBalancers: inPool }).endpoints[1]).toMatchObject({
      share: 0,
      because: 'node-not-ready',
    });
  });
});

describe('why an endpoint has no share, the first that applies', () => {
  const excluded = node('user-1', {
    labels: new Map([['node.kubernetes.io/exclude-from-external-load-balancers', 'false']]),
  });

  test('not ready comes before everything', () => {
    const endpointSlices = [slice([endpoint('y', 'user-1', { ready: false })])];
    expect(onlyPort({ endpointSlices, loadBalancers: [] }).endpoints[0]?.because).toBe('not-ready');
  });

  test('no rule comes before what the node is', () => {
    const nodes = [a, node('user-1', { ready: 'false' })];
    const because = onlyPort({ nodes, loadBalancers: [] }).endpoints.map((each) => each.because);
    expect(because).toEqual(['no-rule', 'no-rule']);
  });

  test('the label keeps a node out whatever its value', () => {
    const port = onlyPort({
      nodes: [a, excluded],
      loadBalancers: [loadBalancer({ members: [nicMember(a)] })],
    });
    expect(port.endpoints[1]?.because).toBe('node-excluded');
  });

  test('a member that is down by hand answers no probe', () => {
    const down = { ...nicMember(b), adminState: 'down' };
    const port = onlyPort({ loadBalancers: [loadBalancer({ members: [nicMember(a), down] })] });
    expect(port.endpoints[1]).toMatchObject({ share: 0, because: 'node-down-for-probe' });
  });

  test('Cluster: where nothing takes connections, no node is to blame', () => {
    const nodes = [node('user-0', { ready: 'false' }), node('user-1', { ready: 'false' })];
    const loadBalancers = [loadBalancer({ members: nodes.map(nicMember), probe: 'node-port' })];
    const port = onlyPort({ nodes, services: withCluster, loadBalancers });
    expect(port.endpoints.map(({ because }) => because)).toEqual([
      'no-backend-up',
      'no-backend-up',
    ]);
    expect(port).toMatchObject({ verdict: 'none', lost: 1, losses: [] });
  });

  test('Cluster without a probe and with dead nodes alone: all is lost, by a named cause', () => {
    const nodes = [node('user-0', { ready: 'false' }), node('user-1', { ready: 'false' })];
    const loadBalancers = [loadBalancer({ members: nodes.map(nicMember), probe: 'none' })];
    expect(onlyPort({ nodes, services: withCluster, loadBalancers })).toMatchObject({
      verdict: 'none',
      lost: 1,
      losses: [{ cause: 'node-not-ready', share: 1, backends: 2 }],
    });
  });
});
