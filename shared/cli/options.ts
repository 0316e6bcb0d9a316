import { existsSync } from 'node:fs';
import { parseArgs, types, type ParseArgsOptionsConfig } from 'node:util';
import { nearest } from '../rules/index.ts';
import { InputError } from '../audit/input-error.ts';

/** What an option that may be given several times is where it is not given. */
export const noValues: string[] = [];

/**
 * Parses the arguments of a command.
 * @throws {InputError} with one line that names the argument, and the option that was meant.
 */
export function readOptions<const T extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: T,
  positionals = 0,
  help = 'evenkeel --help',
) {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new InputError(explained(error, Object.keys(options), help), { cause: error });
  }
  const extra = parsed.positionals[positionals];
  if (extra !== undefined)
    throw new InputError(
      `unexpected argument ${JSON.stringify(extra)} (${hintFor(extra, options, help)})`,
    );
  // A variable of a script that is not set.
  const empty = Object.entries(parsed.values).find(([, value]) => [value].flat().includes(''));
  if (empty !== undefined) throw new InputError(needsValue(`--${empty[0]}`, help));
  return parsed;
}

/** Files and folders are given with an option, not by themselves. */
function hintFor(argument: string, options: ParseArgsOptionsConfig, help: string): string {
  return 'from' in options && existsSync(argument)
    ? `did you mean --from ${argument}?`
    : `see ${help}`;
}

function needsValue(option: string, help: string): string {
  return `${option} needs a value (see ${help})`;
}

function explained(error: unknown, known: readonly string[], help: string): string {
  const message = types.isNativeError(error) ? (error.message.split('\n')[0] ?? '') : '';
  const unknown = /^Unknown option '(-+)([^']*)'/u.exec(message);
  if (unknown === null) return shown(message, help);
  const near = nearest(unknown[2] ?? '', known);
  const hint = near === undefined ? `see ${help}` : `did you mean --${near}?`;
  return `unknown option ${unknown[1]}${unknown[2]}; ${hint}`;
}

/** What Node says of a known option that is used wrongly, as this tool says it. */
function shown(message: string, help: string): string {
  const option = /^Option '(?:-\w, )?(--[\w-]+)/u.exec(message)?.[1];
  if (option !== undefined && /argument missing|argument is ambiguous/u.test(message))
    return needsValue(option, help);
  if (option !== undefined && message.includes('does not take an argument'))
    return `${option} takes no value`;
  return message.replace(/\.$/u, '');
}

/** The value of an option that takes one of a few words. @param option Its name without the dashes; in capitals a word without them. */
export function oneOf<const W extends string>(
  option: string,
  value: string,
  words: readonly W[],
): W {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const near = nearest(value, words);
  throw new InputError(
    `${option === option.toUpperCase() ? option : `--${option}`} must be one of ${words.join(', ')}, not ${JSON.stringify(value)}${near === undefined ? '' : `; did you mean ${near}?`}`,
  );
}
