/** An object of JSON whose fields may be anything. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

/** Whether a value is one: no list, no null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a JSON text means; `undefined`, which no such text means, where it is none. */
export function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
