import { clusterKey } from './keys.ts';
import type { TableRow, Store } from './store.ts';

/**
 * Large sets are counted in 16 or 256 parts by the first digits of the key, so that the worker that
 * writes a row looks at a few dozen rows to learn whether it was the last, however many there are.
 */
export function shardSizes(ids: readonly string[]): readonly number[] {
  const digits = ids.length <= unsharded ? 0 : ids.length <= 16 * unsharded ? 1 : 2;
  const sizes = Array.from({ length: 16 ** digits }, () => 0);
  for (const id of ids) {
    const shard = digits === 0 ? 0 : Number.parseInt(clusterKey(id).slice(0, digits), 16);
    sizes[shard] = (sizes[shard] ?? 0) + 1;
  }
  return sizes;
}

/** Rows that are read for each one that is written. */
const unsharded = 64;

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
  const digits = key.slice(0, sizes.length === 1 ? 0 : sizes.length === 16 ? 1 : 2);
  const shard = digits === '' ? 0 : Number.parseInt(digits, 16);
  const written = store.listRows(rows, digits, digits === '' ? undefined : `${digits}g`);
  if ((await count(written)) < (sizes[shard] ?? 0)) return false;
  if (digits === '') return true;
  await store.putRow(marks, `${mark}${digits}`, { done: true });
  const full = sizes.filter((size) => size !== 0).length;
  return (await count(store.listRows(marks, mark, `${mark}~`))) >= full;
}

async function count(rows: AsyncIterable<TableRow>): Promise<number> {
  let found = 0;
  for await (const _ of rows) found += 1;
  return found;
}
