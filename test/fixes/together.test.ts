import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { findFaults, subjectText, type Fix } from '../../shared/findings/index.ts';
import { read, type ClusterSnapshot } from '../../shared/model/index.ts';
import { allRules } from '../../shared/rules/index.ts';
import { trafficOfServices } from '../../shared/traffic/index.ts';
import { readCase } from '../plan/read-case.ts';
import { runsOf } from '../support/long.ts';
import { apply } from './control-plane.ts';
import { folders } from './folders.ts';
import { harmOf, isWorse } from './harm.ts';
import { surrounded } from './surroundings.ts';
import { faultyClusters } from './faulty-clusters.ts';

const runs = { seed: 20_261_129, numRuns: runsOf(2_000, 20) };

/** Services that are worse off once the first fix of every finding was carried out, and pods that wait. */
function undone(
  snapshot: ClusterSnapshot,
  counts: (fix: Fix) => boolean = () => true,
): readonly string[] {
  const { findings } = findFaults(snapshot, allRules);
  const first = findings.flatMap(({ fixes }) => fixes.slice(0, 1).filter(counts));
  const { pending } = apply(snapshot, first);
  const titles = [...new Set(first.map(({ title }) => title))];
  return [
    ...worseOff(snapshot, first).map((name) => `${name} is worse off after ${titles.join('; ')}`),
    ...(pending > 0 && !saysSo(first)
      ? [`${pending} pods stay Pending after ${titles.join('; ')}`]
      : []),
  ];
}

/** Services that are worse off after fixes, each once. */
function worseOff(snapshot: ClusterSnapshot, fixes: readonly Fix[]): readonly string[] {
  const before = trafficOfServices({ ...snapshot, backendHealth: read([]) });
  const worse = apply(snapshot, fixes).snapshots.flatMap((each) => {
    const after = new Map(trafficOfServices(each).map((row) => [subjectText(row), row.ports]));
    return before
      .filter(({ ports }) => ports.every(({ verdict }) => verdict !== 'unknown'))
      .filter((row) => isWorse(harmOf(after.get(subjectText(row)) ?? []), harmOf(row.ports)))
      .map((row) => subjectText(row));
  });
  return [...new Set(worse)];
}

/** A price that names what some pods then lack is no contradiction: capacity comes first. */
function saysSo(fixes: readonly Fix[]): boolean {
  return fixes.some(({ price }) =>
    price.some((text) => /stays? Pending|need capacity/u.test(text)),
  );
}

describe('the first fixes of a report, all of them, leave no Service worse off', () => {
  test.each(folders)('$name', async ({ directory }) => {
    const { snapshot } = await readCase(directory);
    expect(undone(snapshot)).toEqual([]);
  });

  test('in any small cluster with others beside, those that promise numbers', () => {
    fc.assert(
      fc.property(surrounded, (snapshot) => {
        expect(undone(snapshot, ({ after }) => after !== undefined)).toEqual([]);
      }),
      runs,
    );
  });

  test('in any small cluster, those that promise numbers', () => {
    fc.assert(
      fc.property(faultyClusters, (snapshot) => {
        expect(undone(snapshot, ({ after }) => after !== undefined)).toEqual([]);
      }),
      runs,
    );
  });
});

/** Findings of pools, whose reconcile promises no numbers. */
const ofPools = [
  'backend/address-family-gap',
  'backend/eligible-node-missing',
  'backend/excluded-node-is-member',
  'backend/leaving-node-is-member',
  'backend/stale-member',
];

test('in any small cluster, a reconcile of the pools leaves no Service worse off', () => {
  let tried = 0;
  fc.assert(
    fc.property(fc.oneof(faultyClusters, surrounded), (snapshot) => {
      const { findings } = findFaults(snapshot, allRules);
      const reconciles = findings
        .filter(({ rule }) => ofPools.includes(rule))
        .flatMap(({ rule, fixes }) => fixes.map((fix) => ({ rule, fix })))
        .filter(({ fix }) => fix.title.includes('trigger a reconcile') || touches(fix));
      tried += reconciles.length;
      // Some only say that one should: then it is that of the one Service.
      const step = { tool: 'kubectl', text: reconcileWeb } as const;
      expect(
        reconciles.flatMap(({ rule, fix }) =>
          worseOff(snapshot, [touches(fix) ? fix : { ...fix, steps: [...fix.steps, step] }]).map(
            (name) => `${rule}: ${name} is worse off after ${fix.title}`,
          ),
        ),
      ).toEqual([]);
    }),
    { ...runs, numRuns: runsOf(2_000, 40) },
  );
  expect(tried).toBeGreaterThan(20);
});

test('in any small cluster, a DaemonSet that tolerates the taints is missing nowhere', () => {
  let tried = 0;
  fc.assert(
    fc.property(surrounded, (snapshot) => {
      const { findings } = findFaults(snapshot, allRules);
      const missing = findings.filter(({ rule }) => rule === 'placement/daemonset-missing-nodes');
      const fixes = missing.flatMap((finding) =>
        finding.fixes.flatMap((fix) =>
          fix.title.startsWith('Tolerate') ? [{ finding, fix }] : [],
        ),
      );
      tried += fixes.length;
      for (const { finding, fix } of fixes) {
        const { snapshots, left } = apply(snapshot, [fix]);
        expect(left).toEqual([]);
        for (const each of snapshots) {
          const after = findFaults(each, allRules).findings.map(({ fingerprint }) => fingerprint);
          expect(after).not.toContain(finding.fingerprint);
        }
      }
    }),
    { ...runs, numRuns: runsOf(2_000, 30) },
  );
  expect(tried).toBeGreaterThan(3);
});

const reconcileWeb = 'kubectl -n shop annotate service web evenkeel.dev/reconcile="1" --overwrite';

function touches({ steps }: Fix): boolean {
  return steps.some(({ text }) => text.includes('evenkeel.dev/reconcile'));
}
