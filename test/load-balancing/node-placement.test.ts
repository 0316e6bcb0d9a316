import { describe, expect, test } from '@jest/globals';
import {
  configurationFaults,
  ipPoolAddresses,
  nodesOfLocalPool,
  placeNodes,
  rememberedFromPools,
  type NodePlacementInputs,
} from '../../shared/load-balancing/index.ts';
import type { LabelSelector, LoadBalancerConfiguration, Node } from '../../shared/model/index.ts';
import {
  endpoint,
  ipMember,
  labelSelector,
  loadBalancer,
  nicMember,
  node,
  service,
  slice,
} from '../builders/index.ts';

function config(
  name: string,
  primaryNodePool: string,
  nodeSelector?: LabelSelector,
): LoadBalancerConfiguration {
  return {
    name,
    allowServicePlacement: true,
    primaryNodePool,
    ...(nodeSelector !== undefined && { nodeSelector }),
  };
}

function gpu(name: string): Node {
  return node(name, { labels: new Map([['gpu', 'yes']]) });
}

/** Which nodes are on which configuration, and which on none; load balancers by name, nodes by pool. */
function place(
  configurations: readonly LoadBalancerConfiguration[],
  nodes: readonly Node[],
  live: readonly string[],
  changes: Partial<NodePlacementInputs> = {},
) {
  const placed = placeNodes({
    configurations,
    nodes,
    setOf: (of) => of.labels.get('kubernetes.azure.com/agentpool'),
    loadBalancers: live.map((name) => ({ name })),
    ...changes,
  });
  return placed.kind === 'error'
    ? placed.error
    : { ...Object.fromEntries(placed.nodesOf), orphans: placed.orphans };
}

const [a0, a1, b0, c0, c1, c2] = ['a-0', 'a-1', 'b-0', 'c-0', 'c-1', 'c-2'].map((name) =>
  node(name),
);
const all = [a0, a1, b0, c0, c1, c2].filter((each) => each !== undefined);

describe('which node is in which shared pool', () => {
  const both = [config('one', 'a'), config('two', 'B')];

  test('by primary pool, in any letter case; the others where fewest are', () => {
    expect(place(both, all, ['One', 'two'])).toEqual({
      one: ['a-0', 'a-1', 'c-1'],
      two: ['b-0', 'c-0', 'c-2'],
      orphans: [],
    });
  });

  test('a load balancer counts when it exists, when its twin does, or when it is being made', () => {
    expect(place(both, all, ['TWO-internal'])).toMatchObject({
      one: [],
      two: all.map((each) => each.name),
    });
    expect(place(both, all, ['two'], { creating: 'one-internal' })).toMatchObject({
      one: ['a-0', 'a-1', 'c-1'],
    });
  });

  test('without a live load balancer every node is an orphan', () => {
    expect(place(both, all, ['other'])).toEqual({
      one: [],
      two: [],
      orphans: all.map((each) => each.name),
    });
  });

  test('a selector goes before plain ones; where its load balancer is not live, plain ones take the node', () => {
    const selecting = [config('one', 'a'), config('two', 'b', labelSelector({ gpu: 'yes' }))];
    const nodes = [gpu('c-0'), node('c-1')];
    expect(place(selecting, nodes, ['one', 'two'])).toEqual({
      one: ['c-1'],
      two: ['c-0'],
      orphans: [],
    });
    expect(place(selecting, nodes, ['one'])).toEqual({ one: ['c-0', 'c-1'], two: [], orphans: [] });
    expect(place(selecting, nodes, ['two'])).toEqual({ one: [], two: ['c-0'], orphans: ['c-1'] });
  });

  test('a primary pool goes before a selector, an empty selector is none', () => {
    const selecting = [
      config('one', 'a', labelSelector({})),
      config('two', 'b', labelSelector({ gpu: 'yes' })),
    ];
    expect(place(selecting, [gpu('a-0'), node('c-0')], ['one', 'two'])).toMatchObject({
      one: ['a-0', 'c-0'],
    });
  });

  test('VMs without a set are placed by selector and by number alone', () => {
    const placed = place(both, all, ['one', 'two'], { setOf: () => undefined });
    expect(placed).toEqual({ one: ['a-0', 'b-0', 'c-1'], two: ['a-1', 'c-0', 'c-2'], orphans: [] });
    const nameless = [config('one', ''), config('two', 'b')];
    expect(place(nameless, all, ['one', 'two'], { setOf: () => '' })).toMatchObject({
      one: ['a-0', 'b-0', 'c-1'],
    });
  });

  test('a node stays where it is as long as it may, and moves when it may not', () => {
    const remembered = new Map([
      ['one', ['C-0', 'c-1', 'c-2', 'gone']],
      ['two', ['a-0']],
    ]);
    expect(place(both, all, ['one', 'two'], { remembered })).toEqual({
      one: ['a-0', 'a-1', 'c-0', 'c-1', 'c-2'],
      two: ['b-0'],
      orphans: [],
    });
    expect(place(both, all, ['two'], { remembered })).toMatchObject({ one: [] });
  });

  test('a selector that nobody can use is an error once a node needs it', () => {
    const bad = {
      matchLabels: new Map<string, string>(),
      matchExpressions: [{ key: 'x', operator: 'Gt', values: ['1'] }],
    };
    const configurations = [config('one', 'a', bad)];
    expect(place(configurations, [node('c-0')], ['one'])).toBe(
      '"Gt" is not a valid label selector operator',
    );
    expect(place(configurations, [node('a-0')], ['one'])).toMatchObject({ one: ['a-0'] });
  });

  test('a big cluster is placed evenly', () => {
    const nodes = Array.from({ length: 2000 }, (_, at) => node(`c-${at}`));
    const placed = placeNodes({
      configurations: both,
      nodes,
      setOf: () => undefined,
      loadBalancers: [{ name: 'one' }, { name: 'two' }],
    });
    expect(
      placed.kind === 'placed' && [...placed.nodesOf.values()].map((each) => each.length),
    ).toEqual([1000, 1000]);
  });
});

test('after a restart the shared pools tell who is where', () => {
  const configurations = [config('one', 'a'), config('two', 'b')];
  const nodes = [node('a-0'), node('b-0', { internalIps: ['10.0.0.9', 'FD00::9'] })];
  const [first, second] = nodes;
  if (first === undefined || second === undefined) throw new Error('no nodes');
  const loadBalancers = [
    loadBalancer({
      name: 'ONE-internal',
      members: [ipMember(first), { kind: 'ip', ip: '10.99.0.1' }],
    }),
    loadBalancer({
      name: 'two',
      poolName: 'kubernetes-IPv6',
      members: [{ kind: 'ip', ip: 'fd00::9' }, nicMember(first)],
    }),
    loadBalancer({ name: 'two', poolName: 'shop-web', members: [ipMember(first)] }),
  ];
  const found = rememberedFromPools(configurations, loadBalancers, nodes, 'kubernetes');
  expect([...found]).toEqual([
    ['one', ['a-0']],
    ['two', ['b-0']],
  ]);
});

describe('what the controller refuses at its start', () => {
  const fine = [config('kubernetes', 'a'), config('two', 'b')];

  test.each([
    {
      configurations: fine,
      settings: { backendPoolType: 'nodeip', clusterName: 'Kubernetes' },
      fault: undefined,
    },
    { configurations: fine, settings: {}, fault: undefined },
    {
      configurations: fine,
      settings: { backendPoolType: 'nodeipconfiguration' },
      fault:
        'multiple standard load balancers cannot be used with backend pool type nodeIPConfiguration',
    },
    {
      configurations: [...fine, config('TWO', 'c')],
      settings: {},
      fault: 'duplicated multiple standard load balancer configuration name TWO',
    },
    {
      configurations: [...fine, config('three', '')],
      settings: {},
      fault: 'multiple standard load balancer configuration three must have primary VMSet',
    },
    {
      configurations: [...fine, config('three', 'B')],
      settings: {},
      fault: 'duplicated primary VMSet B in multiple standard load balancer configurations three',
    },
    {
      configurations: fine,
      settings: { clusterName: 'prod' },
      fault:
        'multiple standard load balancers are enabled but no configuration named "prod" is found',
    },
  ])('$fault', ({ configurations, settings, fault }) => {
    expect(configurationFaults(configurations, settings)[0]?.text).toBe(fault);
  });
});

function pool(name: string, ...ips: readonly string[]) {
  return { name, members: ips.map((ip) => ({ kind: 'ip', ip }) as const) };
}

describe('what a pool by address holds after a reconcile', () => {
  const nodes = [
    node('master', {
      labels: new Map([['node-role.kubernetes.io/control-plane', '']]),
      internalIps: ['10.0.0.9'],
    }),
    node('n-0', { internalIps: ['10.0.0.2', 'FD00::2'] }),
    node('n-1', { internalIps: ['10.0.0.1', '10.0.0.11', 'fd00::1'] }),
    node('n-2', { internalIps: ['10.0.0.4'] }),
  ];

  test.each([
    {
      what: 'missing nodes join, strangers and control planes go',
      given: pool('kubernetes', '10.0.0.1', '10.0.0.3', '10.0.0.9'),
      after: ['10.0.0.1', '10.0.0.2', '10.0.0.4'],
    },
    {
      what: 'IPv6 in any letter case',
      given: pool('Kubernetes-ipv6', 'FD00::1'),
      after: ['FD00::1', 'FD00::2'],
    },
    {
      what: 'only those that belong',
      given: pool('kubernetes', '10.0.0.1', '10.0.0.4'),
      belonging: ['n-1', 'n-0'],
      after: ['10.0.0.1', '10.0.0.2'],
    },
    { what: 'nobody belongs', given: pool('shop-web', '10.0.0.1'), belonging: [], after: [] },
  ])('$what', ({ given, belonging, after }) => {
    const set = belonging === undefined ? undefined : new Set(belonging);
    expect(ipPoolAddresses({ pool: given, nodes, belonging: set, mayBeEmpty: true })).toEqual(
      after,
    );
  });

  test('a single load balancer keeps a pool that would become empty', () => {
    const given = { pool: pool('kubernetes', '10.0.0.7'), nodes: [] };
    expect(ipPoolAddresses({ ...given, mayBeEmpty: false })).toEqual(['10.0.0.7']);
    expect(ipPoolAddresses({ ...given, mayBeEmpty: true })).toEqual([]);
  });

  test('the pool of a Local Service holds the nodes of its slices, ready or not', () => {
    const slices = [
      slice([
        endpoint('a', 'n-0'),
        endpoint('b', 'n-1', { ready: false, serving: false, terminating: true }),
      ]),
      slice([endpoint('c', undefined)], { name: 'web-2' }),
      slice([endpoint('d', 'n-2')], { namespace: 'other' }),
    ];
    expect([...(nodesOfLocalPool(service(), slices) ?? [])]).toEqual(['n-0', 'n-1']);
    expect(nodesOfLocalPool(service({ name: 'api' }), slices)).toBeUndefined();
  });
});
