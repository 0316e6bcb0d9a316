import { describe, expect, test } from '@jest/globals';
import {
  findFaults,
  observationOf,
  withObservations,
  type Finding,
} from '../../shared/findings/index.ts';
import { harmWords, idleWords } from '../../shared/findings/observed-words.ts';
import { armId, read, unread, valueOr } from '../../shared/model/index.ts';
import { allRules, defaultSettings, type RuleSettings } from '../../shared/rules/index.ts';
import { traffic } from '../../shared/traffic/index.ts';
import {
  backendHealth,
  bothPorts,
  childId,
  cluster,
  endpoint,
  loadBalancer,
  metrics,
  nicMember,
  node,
  port443,
  port80,
  resourceChange,
  ruleHealth,
  securityGroup,
  securityRule,
  service,
  slice,
  staleMember,
  steady,
  type SnapshotChanges,
} from '../builders/index.ts';
import type { ObservedBefore } from '../../shared/findings/index.ts';

const nodes = ['system-0', 'user-0', 'user-1', 'user-2'].map((name) => node(name));
const [system = node('x'), first = node('x'), second = node('x')] = nodes;

/** Of three ready pods the two on nodes outside the pool get nothing: a third of an even share each. */
const starving: SnapshotChanges = {
  nodes,
  loadBalancers: [loadBalancer({ members: [system, first].map(nicMember) })],
  endpointSlices: [
    slice([endpoint('a', 'user-0'), endpoint('b', 'user-1'), endpoint('c', 'user-2')]),
  ],
};
const counted = (perMinute: number) => ({
  loadBalancerMetrics: [metrics({ traffic: read([steady(perMinute)]) })],
});

function judged(
  changes: SnapshotChanges,
  settings: Partial<RuleSettings> = {},
  before?: ObservedBefore,
): readonly Finding[] {
  const snapshot = cluster(changes);
  const all = { ...defaultSettings, ...settings };
  const { findings } = findFaults(snapshot, allRules, all);
  return withObservations(findings, snapshot, all, before);
}

function of(rule: string, findings: readonly Finding[]): Finding | undefined {
  return findings.find((each) => each.rule === rule);
}

const starved = 'traffic/starved-endpoints';

/** What was observed of `shop/web` at a time. */
function since(what: 'idle' | 'disagrees', at: string): ObservedBefore {
  return { verified: ['shop/web'], idle: {}, disagrees: {}, [what]: { 'shop/web': at } };
}

describe('harm', () => {
  test('of starved pods is what an even share would have brought them', () => {
    expect(of(starved, judged({ ...starving, ...counted(900) }))).toMatchObject({
      harm: { kind: 'misplaced', unit: 'connections', perMinute: expect.closeTo(600), of: 900 },
      message: expect.stringContaining('About 600 of 900 connections a minute reach other pods'),
    });
  });

  test('of a loss is its part of the connections', () => {
    const losing = {
      ...starving,
      loadBalancers: [
        loadBalancer({
          members: [first, second, system].map(nicMember),
          probe: 'kube-proxy' as const,
        }),
      ],
      endpointSlices: [slice([endpoint('a', 'user-0'), endpoint('b', 'user-1')])],
      ...counted(900),
    };
    expect(of('traffic/lost-connections', judged(losing))).toMatchObject({
      harm: { kind: 'lost', perMinute: expect.closeTo(300), of: 900 },
      message: expect.stringContaining('About 300 of 900 connections a minute are lost.'),
    });
  });

  test('of all connections says all', () => {
    const every = { kind: 'lost', perMinute: 900.2, of: 900, unit: 'connections' } as const;
    expect(harmWords(every)).toBe('All of about 900 connections a minute are lost.');
  });

  test('is unknown without metrics, and nothing else changes', () => {
    const plain = judged({ ...starving, loadBalancerMetrics: unread('metrics: 403', 'forbidden') });
    const { findings } = findFaults(cluster(starving), allRules, defaultSettings);
    expect(of(starved, plain)?.harm).toBeUndefined();
    expect(of(starved, plain)?.message).toBe(of(starved, findings)?.message);
    expect(of(starved, plain)?.severity).toBe(of(starved, findings)?.severity);
  });

  test('of UDP is counted in packets', () => {
    const udp = {
      ...starving,
      loadBalancers: [
        loadBalancer({
          members: [system, first].map(nicMember),
          ports: [{ port: 80, protocol: 'udp' }],
        }),
      ],
      services: [
        service({ ports: [{ name: 'http', protocol: 'UDP', port: 80, nodePort: 30_080 }] }),
      ],
      endpointSlices: [
        slice([endpoint('a', 'user-0'), endpoint('b', 'user-1'), endpoint('c', 'user-2')], {
          ports: [{ name: 'http', port: 8080, protocol: 'UDP' }],
        }),
      ],
      ...counted(900),
    };
    expect(of(starved, judged(udp))).toMatchObject({ harm: { unit: 'packets', of: 10_800 } });
  });
});

describe('what is said of a finding', () => {
  const two: SnapshotChanges = {
    nodes,
    services: [service({ ports: [port80, port443] })],
    loadBalancers: [
      loadBalancer({
        members: [system, first].map(nicMember),
        ports: [{ port: 80 }, { port: 443 }],
      }),
    ],
    endpointSlices: [
      slice([endpoint('a', 'user-0'), endpoint('b', 'user-1')], {
        ports: bothPorts.slice(0, 1),
      }),
    ],
    loadBalancerMetrics: [metrics({ traffic: read([steady(900), steady(70, 443)]) })],
  };

  test('is of its own ports: what others lose does not count', () => {
    const byRule = new Map(judged(two).map(({ rule, harm }) => [rule, harm?.of]));
    expect(byRule.get(starved)).toBe(900);
    expect(byRule.get('traffic/no-ready-endpoints')).toBe(70);
  });

  test('is nothing where all connections arrive as they should', () => {
    const even: SnapshotChanges = {
      nodes,
      services: [service({ externalTrafficPolicy: 'Cluster' })],
      loadBalancers: [
        loadBalancer({ members: nodes.map(nicMember), probe: { protocol: 'tcp', port: 30_080 } }),
      ],
    };
    const hidden = of('traffic/source-ip-hidden', judged({ ...even, ...counted(900) }));
    expect(hidden?.message).not.toMatch(/minute|hour/u);
    const silent = of('traffic/source-ip-hidden', judged({ ...even, ...counted(0) }));
    expect(silent?.message).toContain('No connections in the last hour.');
  });

  test('is no zero where no backend is up: whether Azure counts a SYN then is not known', () => {
    const dead = { ...starving, endpointSlices: [slice([endpoint('b', 'user-1')])], ...counted(0) };
    const none = of('traffic/no-traffic', judged(dead));
    expect(none?.harm).toBeUndefined();
    expect(none?.message).not.toContain('last hour');
  });

  test('is short where there is no right, and the grant stays beside it', () => {
    const refused = unread('health of rule x: 403, no right; to grant it: az role', 'forbidden');
    const finding = of(starved, judged({ ...starving, backendHealth: refused }));
    expect(finding?.message).toContain(
      'Not verified against Azure: health of rule x: 403, no right.',
    );
    expect(finding?.notVerified).toContain('to grant it: az role');
  });
});

describe('an idle Service', () => {
  const idle = { ...starving, ...counted(0) };

  test('has its starved pods one level lower, and says so', () => {
    expect(of(starved, judged({ ...starving, ...counted(1) }))?.severity).toBe('critical');
    const finding = of(starved, judged(idle));
    expect(finding).toMatchObject({
      severity: 'high',
      idle: true,
      message: expect.stringContaining('the Service is idle: no connection in 7 days.'),
    });
    expect(finding?.message).not.toContain('last hour');
  });

  test('that gets nothing at all is as loud as any', () => {
    const dead = { ...idle, endpointSlices: [slice([endpoint('b', 'user-1')])] };
    expect(of('traffic/no-traffic', judged(dead))?.severity).toBe('critical');
  });

  test.each([
    { name: 'without metrics', changes: { loadBalancerMetrics: unread('metrics: 403') } },
    { name: 'with gaps in the week', changes: { loadBalancerMetrics: [gap()] } },
    {
      name: 'less than a week old',
      changes: { services: [service({ createdAt: '2026-11-20T00:00:00Z' })] },
    },
  ])('is none $name', ({ changes }) => {
    expect(of(starved, judged({ ...idle, ...changes }))).toMatchObject({ severity: 'critical' });
  });

  test.each([
    { name: 'that gets nothing', changes: { endpointSlices: [slice([endpoint('b', 'user-1')])] } },
    {
      name: 'that loses a part',
      changes: {
        services: [service({ externalTrafficPolicy: 'Cluster' as const })],
        loadBalancers: [
          loadBalancer({
            members: [...nodes.map(nicMember), staleMember()],
            probe: 'none' as const,
          }),
        ],
      },
    },
    {
      name: 'that Azure sees no backend of',
      changes: {
        backendHealth: [
          ruleHealth([system, first].map((each) => backendHealth(each, 'Down_Admin'))),
        ],
      },
    },
  ])('is not said of one $name', ({ changes }) => {
    const snapshot = cluster({ ...idle, ...changes });
    const [web] = valueOr(traffic.of(snapshot), []);
    expect(web && observationOf(web, snapshot, defaultSettings).idle).toBe(false);
  });

  test('is none any more once there are connections, though hours of the week are missing', () => {
    const { syns, ...rest } = steady(30);
    const { week: _week, ...partial } = syns;
    const busy = {
      ...starving,
      loadBalancerMetrics: [metrics({ traffic: read([{ ...rest, syns: partial }]) })],
    };
    expect(of(starved, judged(busy, {}, since('idle', '2026-11-23T05:00:00Z')))?.severity).toBe(
      'critical',
    );
  });

  test('stays one for a week without metrics, and no longer', () => {
    const blind = { ...starving, loadBalancerMetrics: unread('metrics: 403') };
    expect(of(starved, judged(blind, {}, since('idle', '2026-11-16T06:00:00Z')))).toMatchObject({
      severity: 'high',
      message: expect.stringContaining('the Service is idle: no traffic when last measured.'),
    });
    expect(of(starved, judged(blind, {}, since('idle', '2026-11-16T05:59:59Z')))?.severity).toBe(
      'critical',
    );
  });

  test('may have some connections where policy says so', () => {
    const few = { ...starving, ...counted(0.005) };
    expect(of(starved, judged(few))?.severity).toBe('critical');
    expect(of(starved, judged(few, { idleConnections: 100 }))).toMatchObject({
      severity: 'high',
      message: expect.stringContaining('the Service is idle: 51 connections in 7 days.'),
    });
  });

  test.each([
    { name: 'no packet', ports: [{ unit: 'packets', week: 0 }], text: 'no packet in 7 days' },
    {
      name: 'both kinds',
      ports: [
        { unit: 'connections', week: 0 },
        { unit: 'packets', week: 3 },
      ],
      text: '3 connections or packets in 7 days',
    },
    { name: 'one', ports: [{ unit: 'connections', week: 0.4 }], text: '1 connection in 7 days' },
  ] as const)('has $name: "$text"', ({ ports, text }) => {
    expect(idleWords(ports)).toBe(text);
  });
});

function gap() {
  const { syns, ...rest } = steady(0);
  const { week: _week, ...partial } = syns;
  return metrics({ traffic: read([{ ...rest, syns: partial }]) });
}

describe('a difference between Azure and the model', () => {
  const down = nodes.map((each) => backendHealth(each, 'Down_Probe_HttpStatusCodeError'));
  const differs: SnapshotChanges = { nodes, backendHealth: [ruleHealth(down)] };
  const disagrees = 'traffic/probe-disagrees';

  test.each([
    { name: 'seen for the first time', before: undefined, severity: 'info' },
    {
      name: 'seen a minute ago',
      before: since('disagrees', '2026-11-23T05:59:00Z'),
      severity: 'info',
    },
    {
      name: 'seen five minutes ago',
      before: since('disagrees', '2026-11-23T05:55:00Z'),
      severity: 'high',
    },
  ])('$name is $severity', ({ before, severity }) => {
    expect(of(disagrees, judged(differs, {}, before))?.severity).toBe(severity);
  });
});

describe('the last change', () => {
  const changed = { ...starving, resourceChanges: [resourceChange()] };

  test('of the load balancer stands with a finding about its traffic, without who made it', () => {
    expect(of(starved, judged(changed))?.change).toEqual({
      at: '2026-11-23T05:50:00.000Z',
      resource: 'kubernetes',
      changeType: 'Update',
      operation: 'Microsoft.Network/loadBalancers/write',
      clientType: 'Azure Portal',
      properties: ['properties.probes[0].properties.port'],
    });
  });

  test('names who made it where policy says so, and nothing where it says off', () => {
    const who = of(starved, judged(changed, { attribution: 'people' }))?.change?.changedBy;
    expect(who).toBe('alice@contoso.example');
    expect(of(starved, judged(changed, { attribution: 'off' }))?.change).toBeUndefined();
  });

  const shared = armId(
    '/subscriptions/s/resourceGroups/network/providers/Microsoft.Network/networkSecurityGroups/nsg-subnet',
  );
  const closed: SnapshotChanges = {
    nodes: [node('user-0')],
    loadBalancers: [loadBalancer({ members: [nicMember(node('user-0'))] })],
    securityGroups: [
      securityGroup([securityRule('DenyAll', { allow: false })], {
        id: shared,
        name: 'nsg-subnet',
      }),
    ],
  };

  test.each([
    { what: 'of the nodes', resourceId: shared, told: 'nsg-subnet' },
    { what: 'of another cluster', resourceId: armId(`${shared}-other`), told: undefined },
  ])('of a security group $what in a group of its owner', ({ resourceId, told }) => {
    const findings = judged({ ...closed, resourceChanges: [resourceChange({ resourceId })] });
    expect(of('network/nsg-blocks-service', findings)?.change?.resource).toBe(told);
  });

  const busy = { backendIp: '10.224.0.4', protocol: 'TCP', used: 900, allocated: 1000 };

  test.each([
    { what: 'of the cluster', resourceId: cluster().id, told: 'aks' },
    {
      what: 'of another cluster in its node resource group',
      resourceId: armId(
        childId('own').replace('network/loadbalancers', 'containerservice/managedclusters'),
      ),
      told: undefined,
    },
  ])('$what stands with a finding about the cluster: $told', ({ resourceId, told }) => {
    const findings = judged({
      nodes,
      loadBalancerMetrics: [metrics({ snat: read([busy]) })],
      resourceChanges: [resourceChange({ resourceId })],
    });
    const used = of('outbound/snat-ports-used', findings);
    expect(used).toMatchObject({ subject: { kind: 'Cluster' } });
    expect(used?.change?.resource).toBe(told);
  });

  test.each([
    { what: 'of after the snapshot', at: '2026-11-23T06:00:01.000Z' },
    { what: 'of the year 9999', at: '9999-12-31T23:59:59.000Z' },
    { what: 'of 1970', at: '1970-01-01T00:00:00.000Z' },
    { what: 'older than what is asked for', at: '2026-11-08T05:59:59.000Z' },
  ])('$what is none', ({ at }) => {
    const changes = [resourceChange({ at })];
    expect(of(starved, judged({ ...starving, resourceChanges: changes }))?.change).toBeUndefined();
  });
});

test('of findings of one severity the one that does most harm comes first', () => {
  const two = judged({ ...starving, ...counted(900) }).filter(
    ({ severity }) => severity === 'critical',
  );
  const harms = two.map(({ harm }) => harm?.perMinute ?? 0);
  expect(harms).toEqual(harms.toSorted((a, b) => b - a));
  expect(harms[0]).toBeGreaterThan(0);
});
