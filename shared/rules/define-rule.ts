import {
  give,
  slicesOf,
  type Fact,
  type Given,
  type Source,
  type Sources,
} from '../facts/index.ts';
import { sliceNames, type ClusterSnapshot, type Read, type SliceName } from '../model/index.ts';
import { traffic } from '../traffic/index.ts';
import {
  defaultSettings,
  type CheckResult,
  type Evidence,
  type EvidenceValue,
  type Rule,
  type RuleContext,
  type RuleMeta,
} from './rule.ts';

type Legacy = SliceName | 'traffic';
type FromLegacy<L> = L extends 'traffic' ? typeof traffic : L extends SliceName ? L : never;

/** What a rule judges by, and what only its fixes look into. */
interface RuleSources<
  N extends readonly Source[],
  H extends readonly Source[],
  F extends readonly Fact[],
> extends Sources<N, H> {
  /** Facts without needs that answer with fixes: a finding does not rest on them. */
  readonly fixes?: F;
}

/** Until every rule names what it needs and what helps: needs by name, and the snapshot beside them. */
export function defineRule<const L extends readonly Legacy[]>(
  meta: RuleMeta,
  needs: L,
  check: (
    given: Given<readonly FromLegacy<L[number]>[], readonly []>,
    context: RuleContext & { readonly snapshot: ClusterSnapshot },
  ) => CheckResult,
): Rule;
/**
 * A rule from its texts, what it needs and what helps, and its check. The check receives these by
 * name, needs as values and helps as `Read`, and nothing else of the snapshot; where a need was not
 * read the rule is `unknown` and the check does not run. Lists of evidence are cut to 50 items and
 * texts to 300 characters here, so that no rule need think of it.
 */
export function defineRule<
  const N extends readonly Source[],
  const H extends readonly Source[] = readonly [],
  const F extends readonly Fact[] = readonly [],
>(
  meta: RuleMeta,
  sources: RuleSources<N, H, F>,
  check: (given: Given<readonly [...N, ...F], H>, context: RuleContext) => CheckResult,
): Rule;
export function defineRule(
  meta: RuleMeta,
  sources: readonly Legacy[] | AnySources,
  check: (given: never, context: never) => CheckResult,
): Rule {
  const legacy = 'needs' in sources ? undefined : sources;
  const needs = legacy?.map((each) => (each === 'traffic' ? traffic : each)) ?? needsOf(sources);
  const helps = legacy === undefined && 'needs' in sources ? (sources.helps ?? []) : snapshotSlices;
  const fixes = 'needs' in sources ? (sources.fixes ?? []) : [];
  const run: Rule['run'] = (snapshot, settings = defaultSettings) => {
    const given = give(snapshot, [...needs, ...fixes], legacy === undefined ? helps : []);
    if (given.kind === 'missing') {
      const { slices, unread } = given;
      return { kind: 'unknown', slices, code: unread.code ?? 'unreachable', why: unread.why };
    }
    const context = legacy === undefined ? { settings } : { settings, snapshot };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the overloads say what is given
    const result = check(given.value as never, context as never);
    const faults = result.faults.map((fault) => ({ ...fault, evidence: cut(fault.evidence) }));
    return { kind: 'checked', faults, unknown: result.unknown ?? [] };
  };
  return {
    meta,
    needs,
    helps,
    slices: slicesOf([...needs, ...helps]),
    outcome: outcomeFact({ meta, needs, helps, run }),
    run,
  };
}

/** What a rule finds by default settings, as a fact for other rules: a finding says why something is missing. */
function outcomeFact({
  meta,
  needs,
  helps,
  run,
}: Pick<Rule, 'meta' | 'needs' | 'helps' | 'run'>): Rule['outcome'] {
  return {
    name: meta.id,
    needs,
    helps,
    of(snapshot): Read<CheckResult> {
      const outcome = run(snapshot);
      if (outcome.kind === 'checked') return { kind: 'read', value: outcome };
      return { kind: 'unread', why: outcome.why, code: outcome.code };
    },
  };
}

const snapshotSlices = sliceNames.filter(
  (name) => !['backendHealth', 'loadBalancerMetrics', 'resourceChanges'].includes(name),
);

type AnySources = RuleSources<readonly Source[], readonly Source[], readonly Fact[]>;

function needsOf(sources: readonly Legacy[] | AnySources): readonly Source[] {
  return 'needs' in sources ? sources.needs : [];
}

const longestList = 50;
const longestText = 300;

function cut(evidence: Evidence): Evidence {
  return Object.fromEntries(
    Object.entries(evidence).map(([key, value]) => [key, cutValue(value)] as const),
  );
}

function cutValue(value: EvidenceValue): EvidenceValue {
  if (isList(value)) return value.slice(0, longestList).map(cutValue);
  if (typeof value === 'object') return cut(value);
  return typeof value === 'string' && value.length > longestText
    ? `${value.slice(0, longestText - 1)}…`
    : value;
}

/** `Array.isArray` alone does not know readonly lists. */
function isList(value: EvidenceValue): value is readonly EvidenceValue[] {
  return Array.isArray(value);
}
