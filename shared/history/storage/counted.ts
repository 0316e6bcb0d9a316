import { clusterKey } from './keys.ts';
import type { TableRow, Store } from './store.ts';

/**
 * Large sets are counted in 16 parts by the first digit of the key, so that the worker that writes a
 * row looks at a sixteenth of the rows to learn whether it was the last.
 */
export function shardSizes(ids: readonly string[]): readonly number[] {
  if (ids.length <= unsharded) return [ids.length];
  const sizes = Array.from({ length: 16 }, () => 0);
  for (const id of ids) {
    const shard = Number.parseInt(clusterKey(id).slice(0, 1), 16);
    sizes[shard] = (sizes[shard] ?? 0) + 1;
  }
  return sizes;
}

const unsharded = 500;

interface Counted {
  /** Partition with a row for each member of the set, by its key. */
  readonly rows: string;
  /** From `shardSizes`. */
  readonly sizes: readonly number[];
  /** Of the row that was written last. */
  readonly key: string;
  /** Partition and prefix of the rows that say which parts are full. */
  readonly marks: string;
  readonly mark: string;
}

/** Whether every member of a set has a row. Whoever wrote the last one gets `true`; several may. */
export async function isCounted(
  store: Store,
  { rows, sizes, key, marks, mark }: Counted,
): Promise<boolean> {
  const digit = sizes.length === 1 ? '' : key.slice(0, 1);
  const shard = digit === '' ? 0 : Number.parseInt(digit, 16);
  const written = store.listRows(rows, digit, digit === '' ? undefined : `${digit}g`);
  if ((await count(written)) < (sizes[shard] ?? 0)) return false;
  if (digit === '') return true;
  await store.putRow(marks, `${mark}${digit}`, { done: true });
  const full = sizes.filter((size) => size !== 0).length;
  return (await count(store.listRows(marks, mark, `${mark}~`))) >= full;
}

async function count(rows: AsyncIterable<TableRow>): Promise<number> {
  let found = 0;
  for await (const _ of rows) found += 1;
  return found;
}
