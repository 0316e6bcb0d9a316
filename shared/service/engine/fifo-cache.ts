/**
 * A few values for each storage apart, the first that was set going first: a worker lives for weeks
 * and sees hundreds of runs.
 */
export function fifoCache<V>(most: number): {
  readonly get: (of: object, key: string) => V | undefined;
  readonly set: (of: object, key: string, value: V) => void;
  readonly forget: (of: object, key: string) => void;
} {
  const kept = new WeakMap<object, Map<string, V>>();
  return {
    get: (of, key) => kept.get(of)?.get(key),
    forget: (of, key) => void kept.get(of)?.delete(key),
    set(of, key, value) {
      const values = kept.get(of) ?? new Map<string, V>();
      kept.set(of, values);
      // The one that was put there first goes first.
      if (!values.has(key) && values.size >= most) values.delete(values.keys().next().value ?? '');
      values.set(key, value);
    },
  };
}
