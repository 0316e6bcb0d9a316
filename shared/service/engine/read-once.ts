import { perOwner } from '../per-owner.ts';
import type { RunStorage } from './deps.ts';

/**
 * What of a run never changes, read once however many ask for it at the same time. The last few are
 * kept for each storage, since a worker lives for weeks and sees hundreds of runs; what was not there,
 * or could not be read, is read again.
 */
export function readOnce<V>(
  most: number,
): (storage: RunStorage, key: string, read: () => Promise<V>) => Promise<V> {
  const keptOf = perOwner<Promise<V>>();
  return async (storage, key, read) => {
    const kept = keptOf(storage);
    const known = kept.get(key);
    if (known !== undefined) return await known;
    // The one that was put there first goes first.
    if (kept.size >= most) kept.delete(kept.keys().next().value ?? '');
    const reading = read();
    kept.set(key, reading);
    const value = await reading.catch((error: unknown) => {
      kept.delete(key);
      throw error;
    });
    if (value === undefined) kept.delete(key);
    return value;
  };
}
