import { compareText } from '../model/index.ts';
import type { Outcome, Rule, Unjudged } from '../rules/rule.ts';
import { subjectText } from '../model/index.ts';
import { listed } from '../fixes/text.ts';
import type { UnknownRule } from './cluster-findings.ts';

/** What a rule could not tell: one entry per reason, with all subjects that it concerns. */
export function unknownRules(
  { meta }: Pick<Rule, 'meta'>,
  outcome: Outcome,
): readonly UnknownRule[] {
  const rule = meta.id;
  if (outcome.kind === 'unknown') {
    const { why, slices, code } = outcome;
    // Nobody asked for it, and the coverage says so: saved answers hold none of Azure's own observations.
    if (code === 'not-asked') return [];
    return [{ rule, why, slices, code }];
  }
  const whole = outcome.unknown.filter((each) => typeof each === 'string');
  const byReason = Map.groupBy(
    outcome.unknown.filter((each) => typeof each !== 'string'),
    ({ why }) => why,
  );
  return [
    ...[...new Set(whole)].map((why) => ({ rule, why })),
    ...[...byReason].map(([why, unjudged]) => entryOf(rule, why, unjudged)),
  ].toSorted((a, b) => compareText(a.why, b.why));
}

function entryOf(rule: string, why: string, unjudged: readonly Unjudged[]): UnknownRule {
  const subjects = [...new Set(unjudged.map(({ subject }) => subjectText(subject)))].toSorted();
  const slices = [...new Set(unjudged.flatMap((each) => each.slices ?? []))].toSorted();
  const code = unjudged.find((each) => each.code !== undefined)?.code;
  return {
    rule,
    why: `${listed(subjects)}: ${why}`,
    subjects,
    ...(slices.length > 0 && { slices }),
    ...(code !== undefined && { code }),
  };
}
