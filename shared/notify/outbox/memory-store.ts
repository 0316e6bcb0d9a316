import { compareText } from '../../model/index.ts';
import { hasWork, type OutboxRow } from './row.ts';
import type { OutboxStore, StoredRow } from './store.ts';

/** Rows in memory, with the same conditions as in storage: for one process, the demo and tests. */
export function memoryOutbox(): OutboxStore {
  const rows = new Map<string, StoredRow>();
  let version = 0;
  const put = (row: OutboxRow): StoredRow => {
    version += 1;
    const stored = { row, etag: String(version) };
    rows.set(id(row), stored);
    return stored;
  };
  const sorted = (filter: (row: OutboxRow) => boolean): readonly StoredRow[] =>
    [...rows.values()]
      .filter(({ row }) => filter(row))
      .toSorted((a, b) => compareText(id(a.row), id(b.row)));
  return {
    work: async () => sorted(hasWork),
    list: async (route, prefix) =>
      sorted((row) => row.route === route && row.key.startsWith(prefix)),
    read: async (route, key) => rows.get(id({ route, key })),
    async insert(row) {
      if (rows.has(id(row))) return false;
      put(row);
      return true;
    },
    async replace(row, etag) {
      return rows.get(id(row))?.etag === etag ? put(row) : undefined;
    },
    async remove({ row, etag }) {
      if (rows.get(id(row))?.etag === etag) rows.delete(id(row));
    },
  };
}

function id({ route, key }: Pick<OutboxRow, 'route' | 'key'>): string {
  return `${route}\n${key}`;
}
