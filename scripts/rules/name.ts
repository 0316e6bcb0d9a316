import { families } from './families.ts';

export interface RuleName {
  readonly family: string;
  /** The failing state, as a noun: `starved-endpoints`. */
  readonly stem: string;
  /** `starvedEndpoints` */
  readonly constant: string;
}

/** A request that cannot be met; the message is one line for whoever asked. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}

/** Ways to begin that name what a check does, and not what is wrong. */
const verbs = /^(?:check|detect|ensure|find|has|is|must|should|test|validate|verify)-/u;
/** Words that JavaScript keeps for itself, or that the folder needs. */
const reserved = new Set(
  'break case catch class const continue debugger default delete do else enum export extends false finally for function if import in index instanceof let new null package private return static super switch this throw true try typeof var void while with yield await'.split(
    ' ',
  ),
);

/** @throws {RequestError} naming what is wrong with the family or the stem. */
export function parseRuleName(args: readonly string[]): RuleName {
  const [family, stem, ...rest] = args;
  if (family === undefined || stem === undefined || rest.length > 0)
    throw new RequestError('usage: npm run new-rule -- FAMILY STEM, as in traffic idle-backends');
  if (!families.has(family))
    throw new RequestError(
      `there is no family ${JSON.stringify(family)}; the families are ${[...families.keys()].join(', ')}`,
    );
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u.test(stem) || stem.length > 40)
    throw new RequestError(
      `${JSON.stringify(stem)} is no stem: lower-case words with hyphens between, at most 40 characters`,
    );
  if (verbs.test(stem))
    throw new RequestError(
      `${JSON.stringify(stem)} says what a check does; name the failing state, as in idle-backends`,
    );
  if (reserved.has(stem))
    throw new RequestError(`${JSON.stringify(stem)} is a word with a meaning of its own`);
  return { family, stem, constant: camelCase(stem) };
}

/** `starved-endpoint` → `starvedEndpoint`. */
export function camelCase(kebab: string): string {
  return kebab.replaceAll(/-([a-z0-9])/gu, (_, letter: string) => letter.toUpperCase());
}
