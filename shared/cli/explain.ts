import { allRules, nearest } from '../rules/index.ts';
import { InputError } from '../audit/input-error.ts';
import { rulePage } from '../audit/own-files.ts';
import { readOptions } from './options.ts';
import { pageForTerminal } from './page.ts';
import type { Invocation } from './terminal.ts';

/** `evenkeel explain RULE`: the rule's page, laid out on a terminal, as Markdown when piped. */
export function explain({ args, io }: Invocation): number {
  const { positionals } = readOptions(args, {}, 1);
  const [wanted] = positionals;
  if (wanted === undefined)
    throw new InputError(
      'specify a rule, for example traffic/starved-endpoints (evenkeel rules lists them)',
    );
  const page = rulePage(ruleId(wanted));
  io.out(io.tty ? pageForTerminal(page, io.width, io.colour) : page);
  return 0;
}

/** The id of a rule by its full name, or by its stem where only one rule has it. */
function ruleId(wanted: string): string {
  const ids = allRules.map(({ meta }) => meta.id);
  const given = wanted.toLowerCase();
  const byStem = ids.filter((id) => id === given || id.split('/')[1] === given);
  const [only] = byStem;
  if (byStem.length === 1 && only !== undefined) return only;
  const near = nearest(given, [...ids, ...ids.flatMap((id) => id.split('/')[1] ?? [])]);
  const close = near === undefined ? ids.filter((id) => id.includes(given)).slice(0, 3) : [near];
  throw new InputError(
    `unknown rule ${JSON.stringify(wanted)}${close.length === 0 ? '' : `; did you mean ${close.join(' or ')}?`} (evenkeel rules lists them)`,
  );
}
