import { isObject } from '../model/index.ts';
import { isDeepStrictEqual } from 'node:util';

/**
 * What a manifest says of a field of an object that exists, as client-side `kubectl apply` takes it:
 * `set` it, `clear` it (null, or named by the last applied configuration and no longer here), or
 * `keep` it as it is.
 */
export type Intent = 'set' | 'clear' | 'keep';

/** Fields that the last applied configuration names, such as `spec.externalTrafficPolicy`; `undefined` = there is none. */
export type AppliedFields = ReadonlySet<string>;

export interface Manifest {
  readonly raw: { readonly [key: string]: unknown };
  readonly applied: AppliedFields | undefined;
}

/** What a manifest says of the field at a path. */
export function intentOf({ raw, applied }: Manifest, path: readonly string[]): Intent {
  let value: unknown = raw;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key))
      return applied?.has(path.join('.')) === true ? 'clear' : 'keep';
    value = value[key];
    if (value === null) return 'clear';
  }
  return 'set';
}

/** A field of an object that exists. `fallback` is what the API server puts there when it is cleared. */
export function merged<T>(
  manifest: Manifest,
  path: readonly string[],
  values: { readonly live: T; readonly wanted: T; readonly fallback: T },
): T {
  switch (intentOf(manifest, path)) {
    case 'set':
      return values.wanted;
    case 'clear':
      return values.fallback;
    case 'keep':
      return values.live;
  }
}

/** Labels, annotations, selectors: merged key by key. */
export function mergedMap(
  manifest: Manifest,
  path: readonly string[],
  live: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const given = valueAt(manifest.raw, path);
  if (given === null) return new Map();
  const result = new Map(live);
  for (const key of live.keys())
    if (intentOf(manifest, [...path, key]) === 'clear') result.delete(key);
  for (const [key, value] of wanted) result.set(key, value);
  return result;
}

/** The value at a path of own fields; `undefined` = there is none. */
export function valueAt(raw: unknown, path: readonly string[]): unknown {
  let value: unknown = raw;
  for (const key of path)
    value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

/** The `spec` of an object, empty where it has none. */
export function specOf(raw: Manifest['raw']): Manifest['raw'] {
  return isObject(raw['spec']) ? raw['spec'] : {};
}

/** Equal in content, whatever the order of keys. */
export function same(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b);
}

/** Differences of two maps as `label: before → after`. */
export function mapChanges(
  title: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return keys.flatMap((key) =>
    before.get(key) === after.get(key)
      ? []
      : [`${title} ${key}: ${before.get(key) ?? '(none)'} → ${after.get(key) ?? '(none)'}`],
  );
}
