import { readFileSync } from 'node:fs';
import { sameName } from '../../shared/model/index.ts';
import { listOf, objectOf, textOf, type Json, type JsonObject } from './family.ts';

/**
 * What an auditor must do otherwise than the code that a vector was taken from. A deviation is a
 * family and conditions on its input, all of which must hold: `{"field": "id", "equals": "<text>"}`,
 * or `"respells": [<names>]`, a segment of the path that is one of them in other letters. Never a
 * case id, so that it also holds for vectors that are not here. Field `a.b` is b in a; what is no
 * text is compared as JSON.
 */
export function deviationFor(family: string, input: JsonObject): string | undefined {
  const found = deviations.find(
    (each) =>
      textOf(each['family']) === family &&
      listOf(each['when']).every((when) => holds(objectOf(when), input)),
  );
  return found === undefined ? undefined : textOf(found['reason']);
}

function holds(condition: JsonObject, input: JsonObject): boolean {
  const value = textOf(condition['field'])
    .split('.')
    .reduce<Json | undefined>((at, key) => objectOf(at)[key], input);
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  if ('equals' in condition) return text === textOf(condition['equals']);
  const names = listOf(condition['respells']).map(textOf);
  return text
    .split('/')
    .some((segment) => names.some((name) => name !== segment && sameName(name, segment)));
}

export const deviations: readonly JsonObject[] = listOf(
  JSON.parse(readFileSync(new URL('deviations.json', import.meta.url), 'utf8')) as Json,
).map(objectOf);
