import { describe, expect, test } from '@jest/globals';
import { applyPolicy } from '../../shared/policy/index.ts';
import type { ClusterFindings, ClusterResult, Finding } from '../../shared/findings/index.ts';
import { policyOf } from '../policy/builders.ts';
import { result } from './builders.ts';
import { cluster, notified, print, shown, starved, timeline } from './timeline.ts';

function losing(fraction: number): ClusterFindings {
  return cluster([starved('shop/web', { evidence: { ports: [{ lost: fraction }] } })]);
}

const unread: readonly ClusterResult[] = ['unreachable', 'denied', 'skipped', 'failed'];

describe('a first run', () => {
  test('is a baseline: everything is open, nothing is news', () => {
    const first = timeline().run([cluster([starved()])]);
    expect(first).toMatchObject({ baseline: true, changes: [], history: [] });
    expect(shown(first)).toEqual(['open shop/web']);
  });

  test('so is the one after what was known is lost', () => {
    const runs = timeline();
    runs.run([cluster([starved()])]);
    runs.forget();
    expect(runs.run([cluster([starved(), starved('shop/api')])])).toMatchObject({
      baseline: true,
      changes: [],
    });
    expect(notified(runs.run([cluster([starved('shop/api')])]).changes)).toEqual([
      'resolved shop/web',
    ]);
  });
});

describe('a finding', () => {
  test('opens, stays, resolves, and comes back', () => {
    const runs = timeline();
    runs.run([cluster([])]);
    const opened = runs.run([cluster([starved()])]);
    expect([shown(opened), notified(opened.changes)]).toEqual([['new shop/web'], ['new shop/web']]);
    const stays = runs.run([cluster([starved()])]);
    expect([shown(stays), notified(stays.changes)]).toEqual([['open shop/web'], []]);
    const resolved = runs.run([cluster([])]);
    expect([shown(resolved), notified(resolved.changes)]).toEqual([
      ['resolved shop/web'],
      ['resolved shop/web'],
    ]);
    expect(resolved.clusters[0]?.findings[0]?.closed).toBe('fixed');
    const after = runs.run([cluster([])]);
    expect([shown(after), notified(after.changes)]).toEqual([[], []]);
    const back = runs.run([cluster([starved()])], { hours: 48 });
    expect([shown(back), notified(back.changes)]).toEqual([
      ['reopened shop/web'],
      ['reopened shop/web'],
    ]);
    expect(shown(runs.run([cluster([starved()])]))).toEqual(['open shop/web']);
  });

  test('keeps the time when it was first seen', () => {
    const runs = timeline();
    runs.run([cluster([starved('shop/web', { firstSeen: '2026-11-20T00:00:00Z' })])]);
    const later = runs.run([
      cluster([
        starved('shop/web', {
          firstSeen: '2026-11-23T12:00:00Z',
          lastSeen: '2026-11-23T12:00:00Z',
        }),
      ]),
    ]);
    expect(later.clusters[0]?.findings[0]).toMatchObject({
      firstSeen: '2026-11-20T00:00:00Z',
      lastSeen: '2026-11-23T12:00:00Z',
    });
  });

  test('that comes back after 90 days is a new one', () => {
    const runs = timeline();
    runs.run([cluster([starved()])]);
    runs.run([cluster([])]);
    runs.run([cluster([])], { hours: 91 * 24 });
    expect(notified(runs.run([cluster([starved()])]).changes)).toEqual(['new shop/web']);
  });

  test('that turns three times in a day is flapping, until it rests for a day', () => {
    const runs = timeline();
    runs.run([cluster([])]);
    const flapping = [[starved()], [], [starved()], [starved()], [starved()]].map(
      (findings, at) =>
        runs.run([cluster(findings)], { hours: at === 4 ? 24 : 6 }).clusters[0]?.findings[0]
          ?.flapping,
    );
    expect(flapping).toEqual([undefined, undefined, true, true, undefined]);
  });

  test.each([
    {
      name: 'a worse severity',
      from: { severity: 'high' },
      to: { severity: 'critical' },
      worse: true,
    },
    {
      name: 'a better severity',
      from: { severity: 'critical' },
      to: { severity: 'high' },
      worse: false,
    },
    {
      name: '20 points more lost',
      from: { evidence: { ports: [{ lost: 0.2 }] } },
      to: { evidence: { ports: [{ lost: 0.1 }, { lost: 0.4 }] } },
      worse: true,
    },
    {
      name: '19 points more lost',
      from: { evidence: { ports: [{ lost: 0.2 }] } },
      to: { evidence: { ports: [{ lost: 0.39 }] } },
      worse: false,
    },
    {
      name: 'another starved pod',
      from: { evidence: { ports: [{ starvedPods: 2 }] } },
      to: { evidence: { ports: [{ starvedPods: 2 }, { starvedPods: 1 }] } },
      worse: true,
    },
    { name: 'other texts', from: { message: 'a' }, to: { message: 'b', title: 'c' }, worse: false },
  ] as const)('with $name is told again: $worse', ({ from, to, worse }) => {
    const runs = timeline();
    runs.run([cluster([starved('shop/web', from)])]);
    const next = runs.run([cluster([starved('shop/web', to)])]);
    expect(notified(next.changes)).toEqual(worse ? ['worse shop/web'] : []);
    expect(next.clusters[0]?.findings[0]?.changed).toBe(worse ? true : undefined);
    const again = runs.run([cluster([starved('shop/web', to)])]);
    expect([notified(again.changes), again.clusters[0]?.findings[0]?.changed]).toEqual([
      [],
      undefined,
    ]);
  });

  test('that creeps is told when it is worse than what people know', () => {
    const runs = timeline();
    const told = [0.1, 0.2, 0.29, 0.31].map((fraction) =>
      notified(runs.run([losing(fraction)]).changes),
    );
    expect(told).toEqual([[], [], [], ['worse shop/web']]);
  });
});

describe('what could not be looked at', () => {
  test.each(unread)('stays on a cluster that is %s, whatever was found beside it', (word) => {
    const runs = timeline();
    runs.run([cluster([starved(), starved('shop/api')])]);
    const next = runs.run([cluster([starved('shop/api')], { result: word })]);
    expect([shown(next), notified(next.changes)]).toEqual([
      ['open shop/api', 'stale shop/web'],
      [],
    ]);
    expect(next.clusters[0]).toMatchObject({ unreadRuns: 1 });
    const third = runs.run([cluster([], { result: word })]);
    expect(third.clusters[0]).toMatchObject({
      unreadRuns: 2,
      findings: [{ staleRuns: 1 }, { staleRuns: 2 }],
    });
    const healed = runs.run([cluster([starved()])]);
    expect(shown(healed)).toEqual(['open shop/web', 'resolved shop/api']);
    expect(healed.clusters[0]).not.toHaveProperty('unreadRuns');
    expect(healed.clusters[0]?.findings[0]).not.toHaveProperty('staleRuns');
  });

  test.each([
    {
      name: 'the rule could not run',
      unknown: [{ rule: starved().rule, why: 'loadBalancers: 403 Forbidden' }],
      kept: true,
    },
    {
      name: 'the rule could not judge its Service',
      unknown: [
        {
          rule: starved().rule,
          why: 'shop/web: the probe is not known',
          subjects: ['shop/web'],
        },
      ],
      kept: true,
    },
    {
      name: 'the rule could not judge another Service',
      unknown: [
        {
          rule: starved().rule,
          why: 'shop/api: the probe is not known',
          subjects: ['shop/api'],
        },
      ],
      kept: false,
    },
    {
      name: 'a reason names a Service in its text alone',
      unknown: [{ rule: starved().rule, why: 'shop/api: the probe is not known' }],
      kept: true,
    },
    {
      name: 'another rule could not run',
      unknown: [{ rule: 'traffic/no-traffic', why: 'loadBalancers: 403' }],
      kept: false,
    },
    { name: 'all rules judged', unknown: [], kept: false },
  ])('in a partial result, when $name: kept $kept', ({ unknown, kept }) => {
    const runs = timeline();
    runs.run([cluster([starved()])]);
    const next = runs.run([cluster([], { result: 'partial', unknown })]);
    expect(shown(next)).toEqual([kept ? 'stale shop/web' : 'resolved shop/web']);
  });

  test('a reason about a Service says nothing about other kinds of subjects', () => {
    const deployment = starved('shop/app', {
      subject: { kind: 'Deployment', namespace: 'shop', name: 'app' },
    });
    const runs = timeline();
    runs.run([cluster([deployment])]);
    const unknown = [{ rule: deployment.rule, why: 'shop/api: its pods are not known' }];
    expect(shown(runs.run([cluster([], { unknown })]))).toEqual(['stale shop/app']);
  });

  test('a cluster without any result is kept as it was', () => {
    const runs = timeline();
    runs.run([cluster([starved()]), result('b')]);
    const next = runs.run([result('b')]);
    expect(next.changes).toEqual([]);
    expect(shown(runs.run([cluster([starved()])]))).toEqual(['open shop/web']);
  });

  test('a Service that one run does not list may come back; one that two do not is gone', () => {
    const runs = timeline();
    runs.run([cluster([starved()])]);
    const api = [{ namespace: 'shop', name: 'api' }];
    expect(shown(runs.run([cluster([], { services: api })]))).toEqual(['stale shop/web']);
    expect(shown(runs.run([cluster([], { services: [], result: 'unreachable' })]))).toEqual([
      'stale shop/web',
    ]);
    const gone = runs.run([cluster([], { services: api })]);
    expect(shown(gone)).toEqual(['resolved shop/web']);
    expect(gone.clusters[0]?.findings[0]?.closed).toBe('subject-gone');
  });

  test('so may a load balancer; one that is listed and in order is fixed', () => {
    const runs = timeline();
    const stale = starved('lb/internal', { subject: { kind: 'LoadBalancer', name: 'internal' } });
    const others = { loadBalancers: ['kubernetes'] };
    const closed = (changes: Partial<ClusterFindings>) => {
      runs.run([cluster([stale])]);
      return runs.run([cluster([], changes)]).changes.map(({ finding }) => finding.closed);
    };
    expect(closed(others)).toEqual([]);
    expect(runs.run([cluster([], others)]).changes[0]?.finding.closed).toBe('subject-gone');
    expect(closed({ loadBalancers: ['internal', 'kubernetes'] })).toEqual(['fixed']);
    expect(closed({})).toEqual(['fixed']);
  });
});

describe('a cluster', () => {
  test('that is gone closes its findings, and is forgotten', () => {
    const runs = timeline();
    runs.run([cluster([starved()])]);
    const gone = runs.run([cluster([], { result: 'gone' })]);
    expect(gone.clusters[0]?.findings).toMatchObject([
      { state: 'resolved', closed: 'cluster-deleted' },
    ]);
    expect(runs.state?.clusters).toEqual([]);
  });

  test('that nobody wants to audit any more is dropped without a word', () => {
    const runs = timeline();
    const { id } = cluster([]);
    runs.run([cluster([starved()]), result('b')]);
    const next = runs.run([result('b')], { excluded: new Set([id]) });
    expect(next.changes).toEqual([]);
    expect(runs.state?.clusters.map(({ name }) => name)).toEqual(['b']);
  });

  test('that Azure changes holds what is new for one run, and resolves nothing in it', () => {
    const runs = timeline();
    runs.run([cluster([starved()])]);
    const settling = runs.run([cluster([starved('shop/api')], { settling: true })]);
    expect([shown(settling), notified(settling.changes)]).toEqual([
      ['open shop/api', 'stale shop/web'],
      [],
    ]);
    expect(settling.clusters[0]?.findings[0]?.held).toBe(true);
    const settled = runs.run([cluster([starved('shop/api')])]);
    expect(notified(settled.changes)).toEqual(['resolved shop/web', 'new shop/api']);
    expect(settled.clusters[0]?.findings[0]).not.toHaveProperty('held');
  });

  test('that never comes to rest is held once', () => {
    const runs = timeline();
    runs.run([cluster([])]);
    runs.run([cluster([starved()], { settling: true })]);
    expect(notified(runs.run([cluster([starved()], { settling: true })]).changes)).toEqual([
      'new shop/web',
    ]);
  });

  test('whose surge was over before the next run: nobody hears of it', () => {
    const runs = timeline();
    runs.run([cluster([])]);
    runs.run([cluster([starved()], { settling: true })]);
    expect(runs.run([cluster([])])).toMatchObject({ changes: [], clusters: [{ findings: [] }] });
  });

  test('that became unreachable while it was held: told when it is seen again, as new', () => {
    const runs = timeline();
    runs.run([cluster([])]);
    runs.run([cluster([starved()], { settling: true })]);
    const dark = runs.run([cluster([], { result: 'unreachable' })]);
    expect([shown(dark), dark.changes]).toEqual([['stale shop/web'], []]);
    expect(notified(runs.run([cluster([starved()])]).changes)).toEqual(['new shop/web']);
  });
});

describe('policy', () => {
  const exempt = policyOf(
    'exemptions: [{ rule: traffic/*, subject: shop/web, reason: r, owner: o, expires: 2026-11-23 }]',
  );
  const off = policyOf('rules: [{ rule: traffic/*, off: true }]');
  const judge = (policy: typeof off, now: string) => ({
    judge: (each: ClusterFindings) => applyPolicy(policy, each, now),
  });

  test('an exempt finding is no news, neither when it opens nor when it closes', () => {
    const runs = timeline();
    runs.run([cluster([])]);
    const opened = runs.run([cluster([starved()])], judge(exempt, '2026-11-23T12:00:00Z'));
    expect([shown(opened), opened.changes]).toEqual([['exempt shop/web'], []]);
    const closed = runs.run([cluster([])], judge(exempt, '2026-11-23T18:00:00Z'));
    expect([shown(closed), closed.changes]).toEqual([[], []]);
  });

  test('a finding that people know, exempt since, closes without news', () => {
    const runs = timeline();
    runs.run([cluster([])]);
    expect(notified(runs.run([cluster([starved()])]).changes)).toEqual(['new shop/web']);
    const set = runs.run([cluster([starved()])], judge(exempt, '2026-11-23T18:00:00Z'));
    expect([shown(set), set.changes]).toEqual([['exempt shop/web'], []]);
    const closed = runs.run([cluster([])], judge(exempt, '2026-11-23T23:00:00Z'));
    expect([shown(closed), closed.changes]).toEqual([[], []]);
  });

  test('applied by the worker or at the end, exemptions mean the same', () => {
    const runs = timeline();
    runs.run([cluster([])]);
    const worker = applyPolicy(exempt, cluster([starved()]), '2026-11-23T12:00:00Z');
    expect(shown(runs.run([worker]))).toEqual(['exempt shop/web']);
    expect(notified(runs.run([cluster([starved()])]).changes)).toEqual(['counts-again shop/web']);
  });

  test('a finding counts again when its exemption is over, and people hear of it', () => {
    const runs = timeline();
    runs.run([cluster([])]);
    runs.run([cluster([starved()])], judge(exempt, '2026-11-23T12:00:00Z'));
    const over = runs.run([cluster([starved()])], judge(exempt, '2026-11-24T00:00:00Z'));
    expect([shown(over), notified(over.changes)]).toEqual([
      ['open shop/web'],
      ['counts-again shop/web'],
    ]);
    expect(over.clusters[0]?.findings[0]?.exemption?.expired).toBe(true);
    expect(notified(runs.run([cluster([])]).changes)).toEqual(['resolved shop/web']);
  });

  test('also on a cluster that cannot be read', () => {
    const runs = timeline();
    runs.run([
      cluster([
        applyPolicy(exempt, cluster([starved()]), '2026-11-23T06:00:00Z').findings[0] ?? starved(),
      ]),
    ]);
    const dark = cluster([], { result: 'unreachable' });
    expect(shown(runs.run([dark]))).toEqual(['exempt shop/web']);
    const over = runs.run([dark], { hours: 24 });
    expect([shown(over), notified(over.changes)]).toEqual([
      ['stale shop/web'],
      ['counts-again shop/web'],
    ]);
  });

  test('a rule that is switched off is no fix', () => {
    const runs = timeline();
    runs.run([cluster([starved()])]);
    const next = runs.run([cluster([starved()])], judge(off, runs.now));
    expect(next).toMatchObject({
      changes: [],
      clusters: [{ findings: [], switchedOff: [print('shop/web')] }],
    });
    expect(notified(runs.run([cluster([starved()])]).changes)).toEqual(['new shop/web']);
  });

  test('nor is one that was switched off by the worker, or for a cluster that cannot be read', () => {
    const runs = timeline();
    runs.run([cluster([starved()])]);
    expect(runs.run([applyPolicy(off, cluster([starved()]), runs.now)]).changes).toEqual([]);
    runs.run([cluster([starved()])]);
    const dark = runs.run([cluster([], { result: 'unreachable' })], judge(off, runs.now));
    expect([shown(dark), dark.changes]).toEqual([[], []]);
  });

  test('a severity that policy changed holds for what is kept, and goes with the policy', () => {
    const low = policyOf("rules: [{ rule: '*', severity: low }]");
    const runs = timeline();
    runs.run([cluster([starved()])], judge(low, runs.now));
    const dark = [cluster([], { result: 'denied' as const })];
    expect(runs.run(dark, judge(low, runs.now)).clusters[0]?.findings[0]?.severity).toBe('low');
    const back = runs.run(dark, judge(policyOf('rules: []'), runs.now));
    expect(back.clusters[0]?.findings[0]).toMatchObject({ severity: 'critical', state: 'stale' });
  });
});

test('what a rule found that no longer exists is dropped without a word', () => {
  const runs = timeline();
  runs.run([cluster([starved()])]);
  expect(
    runs.run([cluster([])], { rules: new Map([['traffic/other', { needs: [], all: [] }]]) }),
  ).toMatchObject({
    changes: [],
    clusters: [{ findings: [] }],
  });
});

describe('history', () => {
  test('counts what was open in each run, for 60 runs', () => {
    const runs = timeline();
    for (let n = 0; n < 70; n++) runs.run([cluster(n % 2 === 0 ? [starved()] : [])]);
    const history = runs.state?.history ?? [];
    expect(history).toHaveLength(60);
    expect(history.at(-1)).toMatchObject({
      findings: { critical: 0 },
      clusters: { planned: 1, complete: 1 },
      changes: { new: 0, resolved: 1 },
    });
    expect(history.at(-2)).toMatchObject({
      findings: { critical: 1 },
      changes: { new: 0, resolved: 0 },
    });
  });

  test('is not counted twice when a run is compared again', () => {
    const runs = timeline();
    runs.run([cluster([])], { runId: 'x' });
    runs.run([cluster([])], { runId: 'x' });
    expect(runs.state?.history).toHaveLength(1);
  });
});

function withFaults(
  runs: ReturnType<typeof timeline>,
  inputFaults: number,
  findings: number,
): readonly string[] {
  const found = [starved(), starved('shop/api')].slice(0, findings);
  return shown(runs.run([cluster(found, { inputFaults })]));
}

test.each([
  { name: 'another fault', now: ['b'], shows: ['stale shop/web'] },
  { name: 'the same fault', now: ['a'], shows: ['resolved shop/web'] },
  { name: 'one of two faults', before: ['a', 'b'], now: ['b'], shows: ['resolved shop/web'] },
  { name: 'two others', before: ['a', 'b'], now: ['b', 'c'], shows: ['stale shop/web'] },
])('where as many were left out, it counts which: $name', ({ before = ['a'], now, shows }) => {
  const runs = timeline();
  const run = (found: readonly Finding[], faultKeys: readonly string[]) =>
    shown(runs.run([cluster(found, { inputFaults: faultKeys.length, faultKeys })]));
  run([starved()], before);
  expect(run([], now)).toEqual(shows);
  expect(run([], before)).toEqual(shows[0] === 'stale shop/web' ? ['resolved shop/web'] : []);
});

test('what was left out may be the subject: nothing resolves that was seen when more was read', () => {
  const runs = timeline();
  withFaults(runs, 0, 2);
  expect(withFaults(runs, 1, 1)).toEqual(['open shop/web', 'stale shop/api']);
  expect(withFaults(runs, 1, 0)).toEqual(['stale shop/api', 'resolved shop/web']);
  expect(withFaults(runs, 2, 0)).toEqual(['stale shop/api']);
  expect(withFaults(runs, 0, 0)).toEqual(['resolved shop/api']);
});
