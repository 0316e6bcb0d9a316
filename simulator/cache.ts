/** Keeps what was used last, up to a number of entries and a sum of weights. */
export interface BoundedCache<T> {
  readonly get: (key: string, make: () => T) => T;
  readonly size: () => number;
}

/** The values used last, up to a number of entries and a sum of weights. */
export function boundedCache<T>(
  maxEntries: number,
  maxWeight = Infinity,
  weigh: (value: T) => number = () => 1,
): BoundedCache<T> {
  const entries = new Map<string, { readonly value: T; readonly weight: number }>();
  let total = 0;
  return {
    get(key, make) {
      const held = entries.get(key);
      if (held !== undefined) {
        entries.delete(key);
        entries.set(key, held);
        return held.value;
      }
      const value = make();
      const weight = weigh(value);
      if (weight > maxWeight) return value;
      entries.set(key, { value, weight });
      total += weight;
      for (const [oldest, { weight: freed }] of entries) {
        if (entries.size <= maxEntries && total <= maxWeight) break;
        entries.delete(oldest);
        total -= freed;
      }
      return value;
    },
    size: () => entries.size,
  };
}
