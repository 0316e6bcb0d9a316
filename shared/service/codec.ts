/**
 * Model rows as JSON and back, for what a run keeps between its steps: a `Map` becomes an object with
 * one field that no row has. Only what this module wrote is read back.
 */
const mark = '$map';

/** Rows of the model as JSON, Maps included. */
export function encodeRows(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    field instanceof Map ? { [mark]: [...field] } : field,
  );
}

/** Rows that `encodeRows` wrote. */
export function decodeRows(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return withMaps(value);
}

/** Objects are changed in place: a reviver of the parser takes several times as long. */
function withMaps(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isEncodedMap(value))
    return new Map(value[mark].map(([key, field]) => [withMaps(key), withMaps(field)]));
  if (Array.isArray(value)) return value.map(withMaps);
  for (const [key, field] of Object.entries(value))
    if (typeof field === 'object' && field !== null) Reflect.set(value, key, withMaps(field));
  return value;
}

function isEncodedMap(value: object): value is { readonly [mark]: readonly [unknown, unknown][] } {
  return (
    mark in value &&
    Object.keys(value).length === 1 &&
    Array.isArray(value[mark]) &&
    value[mark].every((pair) => Array.isArray(pair) && pair.length === 2)
  );
}
