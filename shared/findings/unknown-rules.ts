import { compareText, listed, subjectText, type Reason } from '../model/index.ts';
import type { RuleOutcome, Rule, Unjudged } from '../rules/rule.ts';
import type { UnknownRule } from './cluster-findings.ts';

/** What a rule could not tell: one entry per reason, with all subjects that it concerns. */
export function unknownRules(
  { meta }: Pick<Rule, 'meta'>,
  outcome: RuleOutcome,
): readonly UnknownRule[] {
  const rule = meta.id;
  if (outcome.kind === 'unknown') {
    const { why, slices, code } = outcome;
    // Nobody asked for it, and the coverage says so: saved answers hold none of Azure's own observations.
    if (code === 'not-asked') return [];
    return [{ rule, why, slices, code }];
  }
  const { unknown: reasons } = outcome;
  const unjudged = reasons.filter((each): each is Unjudged => 'subject' in each);
  const whole = reasons.filter((each) => !('subject' in each));
  return [
    ...[...byWhy(whole)].map(([why, each]) => ({ rule, why, ...sourcesOf(each) })),
    ...[...byWhy(unjudged)].map(([why, each]) => {
      const subjects = [...new Set(each.map(({ subject }) => subjectText(subject)))].toSorted();
      return { rule, why: `${listed(subjects)}: ${why}`, subjects, ...sourcesOf(each) };
    }),
  ].toSorted((a, b) => compareText(a.why, b.why));
}

function byWhy<T extends Reason>(reasons: readonly T[]): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(reasons, ({ why }) => why);
}

function sourcesOf(reasons: readonly Reason[]): Pick<UnknownRule, 'slices' | 'code'> {
  const slices = [...new Set(reasons.flatMap((each) => each.slices ?? []))].toSorted();
  const code = reasons.find((each) => each.code !== undefined)?.code;
  return { ...(slices.length > 0 && { slices }), ...(code !== undefined && { code }) };
}
