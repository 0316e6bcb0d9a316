import {
  give,
  slicesOf,
  type Fact,
  type Given,
  type Source,
  type Sources,
} from '../facts/index.ts';
import type { Read } from '../model/index.ts';
import {
  defaultSettings,
  type CheckResult,
  type Evidence,
  type EvidenceValue,
  type Rule,
  type RuleContext,
  type RuleMeta,
} from './rule.ts';

/** What a rule judges by, and what only its fixes look into. */
interface RuleSources<
  N extends readonly Source[],
  H extends readonly Source[],
  F extends readonly Fact[],
> extends Sources<N, H> {
  /** Facts without needs that answer with fixes: a finding does not rest on them. */
  readonly fixes?: F;
}

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
): Rule {
  const { needs } = sources;
  const helps: readonly Source[] = sources.helps ?? [];
  const given: readonly Source[] = [...needs, ...(sources.fixes ?? [])];
  const run: Rule['run'] = (snapshot, settings = defaultSettings) => {
    const all = give<readonly [...N, ...F], H>(snapshot, given, helps);
    if (all.kind === 'missing') {
      const { slices, unread } = all;
      return { kind: 'unknown', slices, code: unread.code ?? 'unreachable', why: unread.why };
    }
    const result = check(all.value, { settings });
    const faults = result.faults.map((fault) => ({ ...fault, evidence: cut(fault.evidence) }));
    const { explained = [], unknown = [] } = result;
    return { kind: 'checked', faults, explained, unknown };
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
      const { why, code, slices } = outcome;
      return { kind: 'unread', why, code, slices };
    },
  };
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
