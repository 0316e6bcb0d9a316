import { allRules } from '../rules/index.ts';

const titles: ReadonlyMap<string, string> = new Map(
  allRules.map(({ meta }) => [meta.id, meta.title]),
);

/** The title of a rule as its page has it; of a rule that this version does not have, its id. */
export function ruleTitle(rule: string): string {
  return titles.get(rule) ?? rule;
}
