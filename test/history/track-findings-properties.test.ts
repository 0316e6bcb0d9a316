import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import type { ClusterFindings, Finding } from '../../shared/findings/index.ts';
import { diff } from '../../shared/history/index.ts';
import type { TrackedState } from '../../shared/history/state.ts';
import { finding } from '../policy/builders.ts';
import { clusterId, result } from './builders.ts';
import { hourMs } from './timeline.ts';
import { runsOf } from '../support/long.ts';

const rules = ['traffic/starved-endpoints', 'traffic/no-traffic', 'placement/unschedulable'];
const names = ['a', 'b', 'c'];
const services = ['web', 'api'].map((name) => ({ namespace: 'shop', name }));

/** Each rule on each Service of each cluster: what a run may find. */
const possible: readonly (readonly [string, Finding])[] = names.flatMap((name, at) =>
  rules.flatMap((rule, ruleAt) =>
    services.map(({ namespace, name: service }, serviceAt): readonly [string, Finding] => [
      name,
      finding({
        fingerprint: `${at}${ruleAt}${serviceAt}`.padStart(16, '0'),
        rule,
        subject: { kind: 'Service', namespace, name: service },
      }),
    ]),
  ),
);

type World = ReadonlySet<string>;
const worlds = fc
  .subarray(possible.map(([, { fingerprint }]) => fingerprint))
  .map((prints): World => new Set(prints));

/** A Service that gets nothing hides that some of its pods get nothing. */
const cause = 'traffic/no-traffic';
const symptom = 'traffic/starved-endpoints';

function healthy(name: string, world: World, isCauseRead = true): ClusterFindings {
  const there = possible
    .filter(([cluster, { fingerprint }]) => cluster === name && world.has(fingerprint))
    .map(([, each]) => each);
  const findings = there.filter(({ rule }) => isCauseRead || rule !== cause);
  const explained = findings.flatMap((each) => {
    const by = findings.filter(
      ({ rule, subject }) => rule === cause && subject.name === each.subject.name,
    );
    return each.rule === symptom && by.length > 0
      ? [{ fingerprint: each.fingerprint, rule: each.rule, by }]
      : [];
  });
  const hidden = new Set(explained.map(({ fingerprint }) => fingerprint));
  return result(name, {
    services,
    findings: findings.filter(({ fingerprint }) => !hidden.has(fingerprint)),
    explained,
    ...(!isCauseRead && {
      result: 'partial' as const,
      unknown: [{ rule: cause, why: 'securityGroups: 403 Forbidden' }],
    }),
  });
}

/** What one fault makes of a cluster's result. Faults that let rules run take findings away at will. */
const faults = fc.oneof(
  fc.record({
    kind: fc.constantFrom(
      'unreachable' as const,
      'denied' as const,
      'skipped' as const,
      'failed' as const,
    ),
    left: worlds,
  }),
  // A page that did not come, 410 twice, throttled, timed out: rules say unknown.
  fc.record({ kind: fc.constant('unjudged' as const), left: worlds }),
  // A page that lost Services and was not noticed.
  fc.record({ kind: fc.constant('lost-services' as const), left: worlds }),
  fc.record({ kind: fc.constant('settling' as const), left: worlds }),
  // The list of the cause was not read: what it hid is seen.
  fc.record({ kind: fc.constant('cause-unread' as const), left: worlds }),
  fc.record({ kind: fc.constant('missing' as const), left: worlds }),
);
type Fault = typeof faults extends fc.Arbitrary<infer T> ? T : never;

function faulty(name: string, world: World, { kind, left }: Fault): readonly ClusterFindings[] {
  const found = healthy(name, new Set([...left].filter((print) => world.has(print))));
  if (kind === 'missing') return [];
  if (kind === 'cause-unread') return [healthy(name, world, false)];
  if (kind === 'settling') return [{ ...found, settling: true }];
  if (kind === 'lost-services') return [{ ...found, findings: [], services: [] }];
  if (kind !== 'unjudged') return [{ ...found, result: kind }];
  const unknown = rules.map((rule) => ({ rule, why: 'endpointSlices: 410 Gone twice' }));
  return [{ ...found, result: 'partial', unknown }];
}

function next(previous: TrackedState | undefined, at: number, results: readonly ClusterFindings[]) {
  const now = new Date(Date.parse('2026-11-23T00:00:00Z') + at * 6 * hourMs).toISOString();
  return diff(previous, results, { runId: now, startedAt: now, now });
}

const all = (world: World): readonly ClusterFindings[] => names.map((name) => healthy(name, world));

describe('one fault of one cluster', () => {
  test('resolves nothing of it, and changes nothing for the others', () => {
    fc.assert(
      fc.property(
        worlds,
        worlds,
        fc.constantFrom(...names),
        faults,
        (before, after, name, fault) => {
          const { state } = next(undefined, 0, all(before));
          const clean = next(state, 1, all(after));
          const others = names.filter((each) => each !== name).map((each) => healthy(each, after));
          // What is still there is a part of what was: a fault never shows more than the truth.
          const run = next(state, 1, [...others, ...faulty(name, before, fault)]);
          const resolved = run.changes.filter(({ kind }) => kind === 'resolved');
          expect(resolved.filter(({ cluster }) => cluster === clusterId(name))).toEqual([]);
          for (const each of others) {
            const same = ({ id }: ClusterFindings): boolean => id === each.id;
            expect(run.clusters.find(same)).toEqual(clean.clusters.find(same));
          }
        },
      ),
      { numRuns: runsOf(2000, 500) },
    );
  });

  test('is over when the cluster is read again: the same as if it had not been', () => {
    fc.assert(
      fc.property(worlds, fc.constantFrom(...names), faults, (world, name, fault) => {
        const { state } = next(undefined, 0, all(world));
        const others = names.filter((each) => each !== name).map((each) => healthy(each, world));
        const dark = next(state, 1, [...others, ...faulty(name, world, fault)]);
        const healed = next(dark.state, 2, all(world));
        const calm = next(next(state, 1, all(world)).state, 2, all(world));
        expect(dark.changes).toEqual([]);
        expect(healed.changes).toEqual([]);
        const byPrint = ({ clusters }: typeof calm) =>
          clusters.map(({ findings }) =>
            findings.map(({ fingerprint, state: shown, firstSeen }) => [
              fingerprint,
              shown,
              firstSeen,
            ]),
          );
        expect(byPrint(healed)).toEqual(byPrint(calm));
      }),
      { numRuns: runsOf(1000, 300) },
    );
  });
});

/** What people must have notified before. */
const fits = { new: 'unheard of', reopened: 'closed', resolved: 'open' } as const;

describe('any number of runs', () => {
  const steps = fc.array(
    fc.record({ world: worlds, name: fc.constantFrom(...names), fault: fc.option(faults) }),
    { minLength: 1, maxLength: 12 },
  );

  test('tell every opening and every end once, in turn', () => {
    fc.assert(
      fc.property(steps, (runs) => {
        let state: TrackedState | undefined;
        const told = new Map<string, 'open' | 'closed'>();
        const story: (readonly [string, keyof typeof fits])[] = [];
        for (const [at, { world, name, fault }] of runs.entries()) {
          const others = names.filter((each) => each !== name).map((each) => healthy(each, world));
          const one = fault === null ? [healthy(name, world)] : faulty(name, world, fault);
          const run = next(state, at, [...others, ...one]);
          if (run.baseline)
            for (const each of run.clusters.flatMap(({ findings }) => findings))
              told.set(each.fingerprint, 'open');
          for (const {
            kind,
            finding: { fingerprint },
          } of run.changes) {
            if (kind === 'worse' || kind === 'counts-again') continue;
            story.push([told.get(fingerprint) ?? 'unheard of', kind]);
            told.set(fingerprint, kind === 'resolved' ? 'closed' : 'open');
          }
          ({ state } = run);
        }
        expect(story.filter(([before, kind]) => before !== fits[kind])).toEqual([]);
      }),
      { numRuns: runsOf(1000, 300) },
    );
  });

  test('in which clusters come in any order end in the same state', () => {
    fc.assert(
      fc.property(
        worlds,
        worlds,
        fc.shuffledSubarray(names, { minLength: 3 }),
        (before, after, order) => {
          const { state } = next(undefined, 0, all(before));
          const shuffled = order.map((name) => healthy(name, after));
          expect(next(state, 1, shuffled).state).toEqual(next(state, 1, all(after)).state);
        },
      ),
    );
  });

  test('that are compared twice with the same state give the same', () => {
    fc.assert(
      fc.property(worlds, worlds, (before, after) => {
        const { state } = next(undefined, 0, all(before));
        const frozen = JSON.stringify(state);
        expect(next(state, 1, all(after))).toEqual(next(state, 1, all(after)));
        expect(JSON.stringify(state)).toBe(frozen);
      }),
    );
  });
});
