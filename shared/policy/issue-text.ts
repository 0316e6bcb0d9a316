import type * as z from 'zod';
import { at } from './fields.ts';
import { nearest } from '../model/index.ts';
import { otherVersion, unknownRule } from './schema.ts';
import { policyJsonSchema } from './json-schema.ts';

/**
 * A fault in one line for people: where, what is wrong, what was probably meant.
 * @param key The key that is not known, of an issue about keys.
 */
export function issueText(
  issue: z.core.$ZodIssue,
  document: unknown,
  ruleIds: readonly string[],
  key?: string,
): string {
  const path = pathText(issue.path);
  const value = at(document, ...issue.path);
  const name = String(issue.path.at(-1) ?? 'the file');
  if (key !== undefined) {
    const keys = knownKeys(issue.path);
    const meant = hint(key, keys);
    return `${path}unknown key ${quoted(key)}${meant === '' ? `; keys are ${keys.join(', ')}` : meant}`;
  }
  if (value === undefined && issue.path.length > 0) {
    const parent = pathText(issue.path.slice(0, -1));
    return issue.code === 'custom' ? `${path}${issue.message}` : `${parent}needs "${name}"`;
  }
  if (issue.path.length === 0 && value === null)
    return 'the file is empty; a policy must start with "version: 1"';
  if (value === null) return `${path}has no value; set one or remove the key`;
  if (issue.message === unknownRule)
    return `${path}unknown rule ${shown(value)}${hint(value, ruleIds)}`;
  return `${path}${reason(issue, value)}`;
}

function reason(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${shownBefore(value)}is ${kindOf(value)}, not ${kinds[issue.expected] ?? issue.expected}${
        issue.expected === 'string' && typeof value === 'number' ? '; put it in quotes' : ''
      }`;
    case 'invalid_value': {
      if (issue.message === otherVersion) return `${shown(value)}: ${issue.message}`;
      const values = issue.values.map(String);
      return `${shown(value)} is not ${values.length === 1 ? '' : 'one of '}${values.join(', ')}${hint(value, values)}`;
    }
    case 'too_small':
      if (issue.origin === 'number' || issue.origin === 'int')
        return `${shown(value)} is too small; ${issue.inclusive === true ? 'at least' : 'more than'} ${issue.minimum}`;
      return issue.origin === 'array' ? 'the list is empty' : 'the text is empty';
    case 'too_big':
      if (issue.origin === 'number' || issue.origin === 'int')
        return `${shown(value)} is too large; at most ${issue.maximum}`;
      return `longer than ${issue.maximum}`;
    case 'invalid_format':
      return `${shown(value)}: ${issue.message}`;
    case 'custom':
      return typeof value === 'string' ? `${shown(value)}: ${issue.message}` : issue.message;
    case 'invalid_union':
      return `${shownBefore(value)}${issue.message}${typeof value === 'number' ? '; put it in quotes' : ''}`;
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return issue.message;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of names and values',
};

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'boolean') return 'true or false';
  return kinds[typeof value] ?? typeof value;
}

function hint(name: unknown, names: readonly string[]): string {
  const meant = typeof name === 'string' ? nearest(name, names) : undefined;
  return meant === undefined || meant === name ? '' : `; did you mean ${quoted(meant)}?`;
}

/** `rules[0].scope.tag: `; nothing for the file itself. */
function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '';
  const parts = path.map((step, index) =>
    typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${cut(String(step))}`,
  );
  return `${parts.join('')}: `;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'this list';
  if (typeof value === 'object') return 'this map';
  return quoted(value);
}

function shownBefore(value: unknown): string {
  return typeof value === 'object' ? '' : `${shown(value)} `;
}

function quoted(value: unknown): string {
  return cut(JSON.stringify(value) ?? 'nothing');
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** The same whatever rules there are. */
let keys: ReturnType<typeof policyJsonSchema> | undefined;

/** The keys that a map at a path of the policy may have. */
function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  keys ??= policyJsonSchema([]);
  const root = keys;
  let schema: unknown = root;
  for (const step of path) {
    const next =
      typeof step === 'number'
        ? at(schema, 'items')
        : (at(schema, 'properties', step) ?? at(schema, 'additionalProperties'));
    const shared = at(next, '$ref');
    schema = typeof shared === 'string' ? at(root, '$defs', shared.slice('#/$defs/'.length)) : next;
  }
  return Object.keys(at(schema, 'properties') ?? {});
}
