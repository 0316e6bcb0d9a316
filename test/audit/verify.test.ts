import { describe, expect, test } from '@jest/globals';
import { auditSnapshot } from '../../shared/audit/audit-snapshot.ts';
import { observedState } from '../../shared/audit/observed-state.ts';
import { rulesOfCluster, rulesToVerify } from '../../shared/audit/verify.ts';
import { coverageOf } from '../../shared/collect/index.ts';
import { nothingBefore } from '../../shared/findings/index.ts';
import { read, unread, type ClusterSnapshot } from '../../shared/model/index.ts';
import {
  backendHealth,
  bothPorts,
  cluster,
  endpoint,
  loadBalancer,
  metrics,
  nicMember,
  node,
  port443,
  port80,
  ruleHealth,
  service,
  slice,
  steady,
  type SnapshotChanges,
} from '../builders/index.ts';

const takenAt = '2026-11-23T06:00:00Z';
const nodes = ['system-0', 'user-0', 'user-1'].map((name) => node(name));
const [, first = node('x')] = nodes;
const well = cluster({ nodes });
/** `web-b` is on a node outside the pool. */
const starving: SnapshotChanges = {
  nodes,
  loadBalancers: [loadBalancer({ members: nodes.slice(0, 2).map(nicMember) })],
};

function audited(snapshot: ClusterSnapshot, before = nothingBefore) {
  return auditSnapshot({ snapshot, coverage: coverageOf(snapshot), before });
}

function asked(
  snapshot: ClusterSnapshot,
  given: Partial<Parameters<typeof rulesToVerify>[2]> = {},
): readonly string[] {
  const { findings } = audited(snapshot);
  const verification = { all: false, rules: 4, before: [], ...given };
  return rulesToVerify(snapshot, findings, verification).map((id) => id.split('-').at(-1) ?? '');
}

describe('what Azure is asked about', () => {
  test('is nothing where no finding rests on the probe or the pool', () => {
    expect(asked(well)).toEqual([]);
  });

  test('is a Service with a finding, one that was verified before, and all with --verify', () => {
    expect(asked(cluster(starving))).toEqual(['80']);
    expect(asked(well, { before: ['shop/web'] })).toEqual(['80']);
    expect(asked(well, { all: true })).toEqual(['80']);
  });

  test('is a Service whose probe metric says another thing than the model', () => {
    const probes = read([
      { address: '20.50.10.10', port: 80, backendIp: first.internalIps[0] ?? '', percent: 0 },
    ]);
    expect(asked(cluster({ nodes, loadBalancerMetrics: [metrics({ probes })] }))).toEqual(['80']);
  });

  test('is each probe and pool once, within the budget of the cluster', () => {
    const ports = [port80, port443];
    const two = {
      ...starving,
      services: [service({ ports })],
      endpointSlices: [
        slice([endpoint('web-a', 'user-0'), endpoint('web-b', 'user-1')], { ports: bothPorts }),
      ],
      loadBalancers: [
        loadBalancer({
          members: nodes.slice(0, 2).map(nicMember),
          ports: [{ port: 80 }, { port: 443 }],
        }),
      ],
    };
    expect(asked(cluster(two))).toEqual(['80']);
    expect(asked(cluster(two), { rules: 0 })).toEqual([]);
  });

  test('is no rule without a probe: Azure knows no health of it', () => {
    const without = {
      ...starving,
      loadBalancers: [loadBalancer({ members: nodes.slice(0, 2).map(nicMember), probe: 'none' })],
    } satisfies SnapshotChanges;
    expect(asked(cluster(without), { all: true })).toEqual([]);
  });
});

function sum(clusters: number, at = takenAt): number {
  return Array.from({ length: clusters }, (_, index) => rulesOfCluster(index, clusters, at)).reduce(
    (total, each) => total + each,
    0,
  );
}

describe('the budget of a subscription', () => {
  test.each([
    { clusters: 1, all: 4 },
    { clusters: 50, all: 200 },
    { clusters: 51, all: 200 },
    { clusters: 200, all: 200 },
    { clusters: 5000, all: 200 },
  ])('of $clusters clusters is $all rules', ({ clusters, all }) => {
    expect(sum(clusters)).toBe(all);
  });

  test('goes round where there are more clusters than rules', () => {
    const turns = Array.from({ length: 24 }, (_, hour) =>
      rulesOfCluster(7, 4800, new Date(Date.parse(takenAt) + hour * 200 * 3_600_000).toISOString()),
    );
    expect(turns.filter((each) => each > 0).length).toBe(1);
  });
});

describe('what the next run is told', () => {
  const differs = cluster({
    nodes,
    backendHealth: [
      ruleHealth(nodes.map((each) => backendHealth(each, 'Down_Probe_TcpProbeTimeout'))),
    ],
  });

  test('is who was verified, and since when Azure and the model differ', () => {
    const now = observedState(audited(differs), nothingBefore, '2026-11-23T06:00:00Z');
    expect(now).toMatchObject({
      verified: ['shop/web'],
      idle: {},
      disagrees: { 'shop/web': '2026-11-23T06:00:00Z' },
    });
    const later = observedState(audited(differs, now), now, '2026-11-23T12:00:00Z');
    expect(later.disagrees).toEqual(now.disagrees);
  });

  test('stays what it was where Azure was not asked', () => {
    const {
      bad: _bad,
      compared: _compared,
      ...known
    } = observedState(audited(differs), nothingBefore, takenAt);
    expect(observedState(audited(well, known), known, '2026-11-23T12:00:00Z')).toEqual(known);
  });

  test('is who is idle, and when that was known last', () => {
    const idle = cluster({
      nodes,
      loadBalancerMetrics: [metrics({ traffic: read([steady(0)]) })],
    });
    const now = observedState(audited(idle), nothingBefore, '2026-11-23T06:00:00Z');
    expect(now.idle).toEqual({ 'shop/web': '2026-11-23T06:00:00Z' });
    const blind = cluster({ nodes, loadBalancerMetrics: { kind: 'unread', why: '403' } });
    expect(observedState(audited(blind, now), now, '2026-11-23T12:00:00Z').idle).toEqual(now.idle);
  });

  test('is what was left over: it counts from the second run that sees it', () => {
    const own = loadBalancer({ members: nodes.map(nicMember) });
    const gone = loadBalancer({ key: `a${'3'.repeat(31)}`, ports: [{ port: 443 }] });
    const left = cluster({
      nodes,
      loadBalancers: [{ ...own, rules: [...own.rules, ...gone.rules] }],
    });
    const of = (report: ReturnType<typeof audited>) =>
      report.findings.find(({ rule }) => rule === 'load-balancer/leftover-rule');
    const once = audited(left, { ...nothingBefore, leftovers: {} });
    expect(of(once)).toBeUndefined();
    expect(once.unknown).toContainEqual({
      rule: 'load-balancer/leftover-rule',
      why: expect.stringContaining('this run only'),
      subjects: ['kubernetes'],
    });
    const known = observedState(once, nothingBefore, '2026-11-23T06:00:00Z');
    expect(known.leftovers).toEqual({ kubernetes: [expect.stringContaining('333')] });
    const more = loadBalancer({ key: `a${'5'.repeat(31)}`, ports: [{ port: 444 }] });
    const grown = [{ ...own, rules: [...own.rules, ...gone.rules, ...more.rules] }];
    expect(of(audited(cluster({ nodes, loadBalancers: grown }), known))?.severity).toBe('medium');
    const twice = audited(left, known);
    expect(of(twice)?.severity).toBe('medium');
    expect(observedState(twice, known, '2026-11-23T12:00:00Z').leftovers).toEqual(known.leftovers);
    const others = { ...nothingBefore, leftovers: { kubernetes: ['a444'] } };
    expect(of(audited(left, others))).toBeUndefined();
    // Audits that no other follows.
    expect(of(audited(left))?.severity).toBe('medium');
    expect(of(auditSnapshot({ snapshot: left, coverage: [] }))?.severity).toBe('medium');
  });

  const moved = { lastChangeAt: '2026-11-23T05:58:00Z' };
  const pods = [endpoint('web-a', 'user-0'), endpoint('web-b', 'user-1')];
  const appeared = node('user-1', { createdAt: '2026-11-23T05:58:00Z' });
  test.each([
    {
      what: 'a port that starves',
      given: { ...starving, endpointSlices: [slice(pods, moved)] },
      rule: 'traffic/starved-endpoints',
      bad: { 'shop/web': ['80/TCP/IPv4'], kubernetes: ['user-1'] },
      severity: 'critical',
    },
    {
      what: 'a node that no pool has',
      given: { ...starving, nodes: [...nodes.slice(0, 2), appeared] },
      rule: 'backend/eligible-node-missing',
      bad: { 'shop/web': ['80/TCP/IPv4'], kubernetes: ['user-1'] },
      severity: 'medium',
    },
    {
      what: 'a Service that loses all',
      given: {
        nodes,
        services: [service({ createdAt: '2026-11-23T05:58:00Z' })],
        loadBalancers: [loadBalancer({ ports: [] })],
      },
      rule: 'traffic/no-traffic',
      bad: { 'shop/web': ['80/TCP/IPv4'] },
      severity: 'critical',
    },
  ])('is what was bad: $what is not young in the second run', ({ given, rule, bad, severity }) => {
    const snapshot = cluster(given);
    const of = (before = nothingBefore) =>
      audited(snapshot, before).findings.find((each) => each.rule === rule);
    expect(of()).toMatchObject({ severity: 'info' });
    const known = observedState(audited(snapshot), nothingBefore, takenAt);
    expect(known.bad).toEqual(bad);
    expect(of(known)).toMatchObject({
      severity,
      message: expect.stringContaining('The previous run saw it too.'),
    });
    expect(of(known)?.message).not.toContain('less than five minutes');
    const others = { 'shop/web': ['443/TCP/IPv4'], kubernetes: ['user-7'] };
    expect(of({ ...nothingBefore, bad: others })).toMatchObject({ severity: 'info' });
    expect(observedState(audited(well, known), known, takenAt).bad).toBeUndefined();
  });

  test('stays bad while the port cannot be judged', () => {
    const known = observedState(audited(cluster(starving)), nothingBefore, takenAt);
    const blind = cluster({ ...starving, loadBalancers: unread('403') });
    expect(observedState(audited(blind, known), known, takenAt).bad).toMatchObject({
      'shop/web': ['80/TCP/IPv4'],
    });
    expect(observedState(audited(blind), nothingBefore, takenAt).bad).toBeUndefined();
  });

  test('holds nothing of a Service that is gone', () => {
    const known = {
      verified: ['shop/old'],
      idle: {},
      disagrees: { 'shop/old': 'x' },
      bad: { 'shop/old': ['80/TCP/IPv4'] },
    };
    expect(observedState(audited(well), known, '2026-11-23T06:00:00Z')).toEqual(nothingBefore);
  });
});
