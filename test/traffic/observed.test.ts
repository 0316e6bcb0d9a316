import { describe, expect, test } from '@jest/globals';
import { armId, read, unread, valueOr } from '../../shared/model/index.ts';
import {
  measuredUp,
  measures,
  predict,
  reasonsText,
  seenText,
  situations,
  traffic,
  type PortMeasure,
  type PortTraffic,
} from '../../shared/traffic/index.ts';
import {
  backendHealth,
  cluster,
  endpoint,
  loadBalancer,
  metrics,
  nicMember,
  node,
  port80,
  ruleHealth,
  service,
  slice,
  staleMember,
  steady,
  type SnapshotChanges,
} from '../builders/index.ts';

const nodes = ['system-0', 'user-0', 'user-1'].map((name) => node(name));
const [system = node('x'), first = node('x'), second = node('x')] = nodes;
const down = 'Down_Probe_HttpStatusCodeError';

function portOf(changes: SnapshotChanges): PortTraffic {
  const found = traffic.of(cluster({ nodes, ...changes }));
  const port = found.kind === 'read' ? found.value[0]?.ports[0] : undefined;
  if (port === undefined) throw new Error('no port');
  return port;
}

function shares({ endpoints }: PortTraffic): readonly number[] {
  return endpoints.map(({ share }) => share);
}

/** Local, and a pod on each of two of the three backends. */
describe('what Azure sees', () => {
  test('decides which backends take connections, and kube-proxy what becomes of them', () => {
    const port = portOf({
      backendHealth: [
        ruleHealth([
          backendHealth(system, down),
          backendHealth(first),
          backendHealth(second, down),
        ]),
      ],
    });
    expect(shares(port)).toEqual([1, 0]);
    expect(port).toMatchObject({
      verdict: 'starved',
      backendTotals: { members: 3, up: 1 },
      observed: {
        up: 1,
        down: 2,
        differing: 1,
        reasons: [{ reason: down, backends: 1 }],
        predicted: { up: 2, verdict: 'even', lost: 0, shares: [0.5, 0.5] },
      },
    });
    expect(port.endpoints[1]).toMatchObject({ because: 'node-down-for-probe' });
  });

  test('names the commonest of hundreds of reason codes, and counts the others', () => {
    const many = Array.from({ length: 300 }, (_, at) => node(`user-${at}`));
    const port = portOf({
      nodes: many,
      loadBalancers: [loadBalancer({ members: many.map(nicMember) })],
      endpointSlices: [slice(many.map(({ name }) => endpoint(`web-${name}`, name)))],
      backendHealth: [
        ruleHealth(
          many.map((each, at) => backendHealth(each, at < 5 ? down : `Down_Other_${1000 + at}`)),
        ),
      ],
    });
    expect(port.observed?.reasons).toHaveLength(20);
    expect(port.observed?.reasons.slice(0, 2)).toEqual([
      { reason: down, backends: 5 },
      { reason: 'Down_Other_1005', backends: 1 },
    ]);
    expect(port.observed?.moreReasons).toBe(276);
    expect(port.observed && reasonsText(port.observed)).toMatch(/; and 293 more reasons$/u);
  });

  test('of a backend without a pod loses what it gets', () => {
    const port = portOf({
      backendHealth: [ruleHealth(nodes.map((each) => backendHealth(each)))],
    });
    expect(port).toMatchObject({ verdict: 'lost', lost: 1 / 3 });
  });

  test('of a backend that it has no state for is what the model says', () => {
    const port = portOf({ backendHealth: [ruleHealth([backendHealth(first, down)])] });
    expect(shares(port)).toEqual([0, 1]);
    expect(port.observed).toMatchObject({ up: 0, down: 1, differing: 1 });
    expect(port.backends.filter((each) => each.predictedUp !== undefined)).toHaveLength(1);
  });

  test('of an entry that is no node is known by the entry', () => {
    const stale = staleMember();
    const port = portOf({
      loadBalancers: [loadBalancer({ members: [...nodes.map(nicMember), stale] })],
      backendHealth: [
        ruleHealth([
          { ...(stale.kind === 'nic' && { ipConfigurationId: stale.ipConfigurationId }), up: true },
        ]),
      ],
    });
    expect(port.backends.find(({ predictedUp, up }) => up && predictedUp === false)).toBeDefined();
    expect(port).toMatchObject({ verdict: 'lost', losses: [{ cause: 'stale-member' }] });
  });

  test('tells what a port does that answers nobody knows what', () => {
    const unknown = {
      services: [service({ externalTrafficPolicy: 'Cluster' as const })],
      loadBalancers: [
        loadBalancer({ members: nodes.map(nicMember), probe: { protocol: 'tcp', port: 22 } }),
      ],
    };
    expect(portOf(unknown).verdict).toBe('unknown');
    const seen = portOf({
      ...unknown,
      backendHealth: [ruleHealth(nodes.map((each) => backendHealth(each)))],
    });
    expect(seen).toMatchObject({ verdict: 'even', observed: { up: 3, differing: 0 } });
    expect(seen.backends.every(({ predictedUp }) => predictedUp === undefined)).toBe(true);
  });

  test.each([
    { name: 'addresses of no node', health: [{ ip: '10.9.9.9', up: false }] },
    {
      name: 'a node that is in no pool of the rule',
      health: [backendHealth(node('elsewhere'), down)],
    },
    { name: 'no state', health: nodes.map(({ internalIps: [ip = ''] }) => ({ ip, reason: 'NA' })) },
  ])('of $name is no word about the rule: not verified', ({ health }) => {
    const all = [...nodes, node('elsewhere')];
    const plain = portOf({
      nodes: all,
      loadBalancers: [loadBalancer({ members: nodes.map(nicMember) })],
    });
    const { notVerified, ...port } = portOf({
      nodes: all,
      loadBalancers: [loadBalancer({ members: nodes.map(nicMember) })],
      backendHealth: [ruleHealth(health)],
    });
    expect(port).toEqual(plain);
    expect(notVerified).toBe('Azure has no state for any backend of the rule');
  });

  test.each([
    { up: 1, down: 2, text: 'Azure sees 1 of 3 backends up' },
    { up: 1, down: 0, text: 'Azure sees 1 of 1 backend up and has no state for 2 more' },
  ])('of $up up and $down down of three is said as that', ({ up, down: dead, text }) => {
    expect(seenText({ up, down: dead }, 3)).toBe(text);
  });

  test('is nothing where it could not be asked: the numbers are predictions, and say so', () => {
    const plain = portOf({});
    for (const backendHealthOf of [
      unread('403', 'forbidden'),
      [ruleHealth(unread('timeout'))],
    ] as const) {
      const { notVerified, ...port } = portOf({ backendHealth: backendHealthOf });
      expect(port).toEqual(plain);
      expect(notVerified).toBeDefined();
    }
  });
});

test('a prediction is the model alone: what Azure saw, it saw of the present state', () => {
  const health = [ruleHealth(nodes.map((each) => backendHealth(each, down)))];
  const outcomes = [cluster({ nodes }), cluster({ nodes, backendHealth: health })].map(
    (snapshot) => {
      const all = situations.of(snapshot);
      if (all.kind === 'unread') throw new Error(all.why);
      const [web = service()] = snapshot.services.kind === 'read' ? snapshot.services.value : [];
      return predict(all.value.of(web));
    },
  );
  expect(outcomes[1]).toEqual(outcomes[0]);
});

test('a metric is of a frontend however its IPv6 address is spelled', () => {
  const ip = '2603:1020:206:4::1a';
  const frontend = { address: '2603:1020:0206:0004:0:0:0:001A', port: 80 };
  const snapshot = cluster({
    nodes,
    services: [service({ ipFamilies: ['IPv6'], ingressIps: [ip] })],
    endpointSlices: [slice([endpoint('a', 'user-0')], { addressType: 'IPv6' })],
    loadBalancerMetrics: [
      metrics({
        traffic: read([{ ...steady(60), ...frontend }]),
        probes: read([{ ...frontend, backendIp: 'FD00:0::0005', percent: 0 }]),
      }),
    ],
  });
  const [measure] = [
    ...valueOr(measures.of(snapshot), new Map<PortTraffic, PortMeasure>()).values(),
  ];
  expect(measure?.rate.now).toBe(60);
  expect(measuredUp(measure, ['fd00::5'])).toBe(false);
});

test.each([
  { packets: 720, connections: 60, rate: undefined },
  { packets: 0, connections: 0, rate: 0 },
])(
  'of a frontend port with TCP as well, $packets packets are $rate of UDP',
  ({ packets, connections, rate }) => {
    const dns = { name: 'dns', protocol: 'UDP', port: 80, nodePort: 30_053 } as const;
    const whole = loadBalancer({ members: nodes.map(nicMember) });
    const [tcp] = whole.rules;
    if (tcp === undefined) throw new Error('no rule');
    const udp = {
      ...tcp,
      id: armId(tcp.id.replace('-tcp-', '-udp-')),
      name: tcp.name.replace('-TCP-', '-UDP-'),
      protocol: 'udp' as const,
    };
    const snapshot = cluster({
      nodes,
      services: [service({ ports: [port80, dns] })],
      loadBalancers: [{ ...whole, rules: [tcp, udp] }],
      loadBalancerMetrics: [
        metrics({ traffic: read([{ ...steady(connections), packets: { now: packets } }]) }),
      ],
    });
    const found = [...valueOr(measures.of(snapshot), new Map<PortTraffic, PortMeasure>()).values()];
    expect(found.map(({ unit, rate: { now } }) => [unit, now])).toEqual([
      ['connections', connections],
      ['packets', rate],
    ]);
  },
);
