/**
 * Model rows as JSON and back, for what a run keeps between its steps: a `Map` becomes an object with
 * one field that no row has. Only what this module wrote is read back.
 */
const mark = '$map';

export function encodeRows(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    field instanceof Map ? { [mark]: [...field] } : field,
  );
}

export function decodeRows(text: string): unknown {
  return JSON.parse(text, (_key, field: unknown) =>
    isEncodedMap(field) ? new Map(field[mark]) : field,
  );
}

function isEncodedMap(value: unknown): value is { readonly [mark]: readonly [unknown, unknown][] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 1 &&
    mark in value &&
    Array.isArray(value[mark]) &&
    value[mark].every((pair) => Array.isArray(pair) && pair.length === 2)
  );
}
