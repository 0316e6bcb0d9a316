import { describe, expect, test } from '@jest/globals';
import { slicesOf, type Source } from '../../shared/facts/index.ts';
import { unknownRules } from '../../shared/findings/unknown-rules.ts';
import {
  observedSlices,
  sliceNames,
  unread,
  valueOr,
  type SliceName,
} from '../../shared/model/index.ts';
import {
  allRules,
  defaultSettings,
  type Rule,
  type RuleSettings,
  type Severity,
} from '../../shared/rules/index.ts';
import { measures, traffic } from '../../shared/traffic/index.ts';
import { cluster, type SnapshotChanges } from '../builders/index.ts';
import { isLong } from '../support/long.ts';
import { pairsOf } from './pairs.ts';
import { expectSound, nameOf } from './sound.ts';

interface Found {
  /** `Service shop/web`, `Node user-1`, `NodePool system`. */
  readonly subject: string;
  readonly severity: Severity;
  readonly causes: readonly string[];
  /** Only what the row is about. */
  readonly evidence?: Readonly<Record<string, unknown>>;
}

interface Row {
  /** What is the case, as a sentence. */
  readonly name: string;
  /** How the cluster differs from the healthy one of the builders. */
  readonly given: SnapshotChanges;
  readonly settings?: Partial<RuleSettings>;
}

interface FiringRow extends Row {
  readonly finds: readonly [Found, ...Found[]];
}

/** One side of a limit or the other. */
interface BoundaryRow extends Row {
  readonly finds: readonly Found[];
}

interface UnknownRow extends Row {
  /** Part of the reason. */
  readonly why: string;
  readonly finds?: readonly Found[];
}

export interface RuleTable {
  readonly fires: readonly [FiringRow, ...FiringRow[]];
  /** At least as many as fire: the nearest healthy forms. */
  readonly quiet: readonly [Row, ...Row[]];
  readonly boundary: readonly [BoundaryRow, ...BoundaryRow[]];
  readonly unknown: readonly UnknownRow[];
}

const observed = sliceNames.filter((name) => observedSlices.has(name));

/**
 * The tests of a rule from its table. Rows assert subjects, severities, causes and evidence, never
 * prose; that texts, evidence and fixes are sound is checked of every fault that any row brings.
 */
export function describeRule(rule: Rule, table: RuleTable): void {
  const { fires, quiet, boundary, unknown } = table;
  describe(`rule ${rule.meta.id}`, () => {
    test.each([...fires])('fires: $name', (row) => {
      expect(judge(rule, row)).toMatchObject({ found: row.finds, unknown: [] });
    });

    test.each([...quiet])('quiet: $name', (row) => {
      expect(judge(rule, row)).toEqual({ found: [], unknown: [] });
    });

    test('what could not be judged is of the kind that its findings are about, or no subject', () => {
      const kinds = new Set(
        fires.flatMap(({ finds }) => finds.map(({ subject }) => kindIn(subject))),
      );
      const others = [...fires, ...quiet, ...boundary, ...unknown].flatMap((row) =>
        kindsUnjudged(rule, row).filter((kind) => !kinds.has(kind)),
      );
      expect(others).toEqual([]);
    });

    test('there are as many quiet rows as firing ones', () => {
      expect(quiet.length).toBeGreaterThanOrEqual(fires.length);
    });

    test.each([...boundary])('boundary: $name', (row) => {
      expect(judge(rule, row)).toMatchObject({ found: row.finds, unknown: [] });
    });

    for (const { name, why, finds = [], ...row } of unknown)
      test(`unknown: ${name}`, () => {
        const given = judge(rule, row);
        expect(given).toMatchObject({ found: finds, unknown: [expect.stringContaining(why)] });
      });

    // What a rule does not name it does not receive; the long form runs it all the same.
    const received = isLong
      ? sliceNames
      : slicesOf([...rule.needs, ...rule.helps, traffic, measures, ...observed]);
    const rows: readonly Row[] = [...fires, ...quiet, ...boundary, ...unknown];
    test.each([...rows])('what was not read decides nothing: $name', ({ given, settings }) => {
      const { tried, ...wrong } = pairsOf(
        cluster(given),
        [rule],
        { ...defaultSettings, ...settings },
        received,
      );
      expect(tried).toBeGreaterThan(0);
      expect(wrong).toEqual({ resolved: [], invented: [], fixed: [], silent: [], unnamed: [] });
    });

    // A finding of one rule stands for those of others.
    test.each(isLong ? rows : fires.slice(0, 1))(
      'what was not read decides nothing, with all rules: $name',
      ({ given, settings }) => {
        const { resolved, invented, fixed } = pairsOf(cluster(given), allRules, {
          ...defaultSettings,
          ...settings,
        });
        expect({ resolved, invented, fixed }).toEqual({ resolved: [], invented: [], fixed: [] });
      },
    );

    for (const slice of neededSlices(rule.needs))
      test(`unknown: ${slice} was not read`, () => {
        const given = { ...fires[0].given, [slice]: unread('403') };
        expect(rule.run(cluster(given))).toMatchObject({
          kind: 'unknown',
          slices: [slice],
          why: `${slice}: 403`,
        });
      });
  });
}

/** `Service` of `Service shop/web`. */
function kindIn(subject: string): string {
  return subject.slice(0, subject.indexOf(' '));
}

/** Kinds of the objects that a rule could not judge, each as it stands in the lists of the row's cluster. */
function kindsUnjudged(rule: Rule, { given, settings }: Row): readonly string[] {
  const snapshot = cluster(given);
  const outcome = rule.run(snapshot, { ...defaultSettings, ...settings });
  if (outcome.kind === 'unknown') return [];
  const lists = [
    ['Service', snapshot.services],
    ['Node', snapshot.nodes],
    ['LoadBalancer', snapshot.loadBalancers],
    ['Deployment', snapshot.deployments],
    ['StatefulSet', snapshot.statefulSets],
    ['DaemonSet', snapshot.daemonSets],
  ] as const;
  return outcome.unknown.flatMap((each) =>
    'subject' in each
      ? lists.flatMap(([kind, list]) =>
          valueOr<readonly unknown[]>(list, []).includes(each.subject) ? [kind] : [],
        )
      : [],
  );
}

/** The slices without which a rule does not run, by way of facts too. */
function neededSlices(needs: readonly Source[]): ReadonlySet<SliceName> {
  return new Set(
    needs.flatMap((need) => (typeof need === 'string' ? [need] : [...neededSlices(need.needs)])),
  );
}

/** What a rule finds and cannot tell of a row's cluster; whatever it finds must be sound. */
function judge(
  rule: Rule,
  { given, settings }: Pick<Row, 'given' | 'settings'>,
): { readonly found: readonly Found[]; readonly unknown: readonly string[] } {
  const outcome = rule.run(cluster(given), { ...defaultSettings, ...settings });
  const reasons = unknownRules(rule, outcome).map(({ why }) => why);
  if (outcome.kind === 'unknown') return { found: [], unknown: reasons };
  expectSound(rule, outcome.faults);
  return {
    unknown: reasons,
    found: outcome.faults.map((fault) => ({
      subject: nameOf(fault),
      severity: fault.severity ?? rule.meta.severity,
      causes: fault.causes ?? [],
      evidence: fault.evidence,
    })),
  };
}
