import type { TableRow, Store } from './store.ts';

/** Storage in memory, with the same promises: for runs that are compared with nothing, and for tests. */
export function memoryStore(): Store {
  const blobs = new Map<string, Uint8Array>();
  const partitions = new Map<string, Map<string, TableRow>>();
  let etags = 0;
  const rowsOf = (partition: string): Map<string, TableRow> => {
    const rows = partitions.get(partition) ?? new Map<string, TableRow>();
    partitions.set(partition, rows);
    return rows;
  };
  const put = (partition: string, key: string, fields: TableRow['fields']): void => {
    rowsOf(partition).set(key, { key, fields, etag: String((etags += 1)) });
  };
  return {
    createBlob(name, bytes) {
      if (blobs.has(name)) return Promise.resolve(false);
      blobs.set(name, bytes);
      return Promise.resolve(true);
    },
    readBlob: (name) => Promise.resolve(blobs.get(name)),
    async *listBlobs(prefix) {
      for (const name of sorted(blobs.keys()))
        if (name.startsWith(prefix)) yield await Promise.resolve(name);
    },
    deleteBlob(name) {
      blobs.delete(name);
      return Promise.resolve();
    },
    createRow(partition, key, fields) {
      if (rowsOf(partition).has(key)) return Promise.resolve(false);
      put(partition, key, fields);
      return Promise.resolve(true);
    },
    putRow(partition, key, fields) {
      put(partition, key, fields);
      return Promise.resolve();
    },
    replaceRow(partition, row) {
      if (rowsOf(partition).get(row.key)?.etag !== row.etag) return Promise.resolve(false);
      put(partition, row.key, row.fields);
      return Promise.resolve(true);
    },
    readRow: (partition, key) => Promise.resolve(rowsOf(partition).get(key)),
    async *listRows(partition, from = '', before) {
      for (const key of sorted(rowsOf(partition).keys())) {
        const row = rowsOf(partition).get(key);
        if (row === undefined || key < from || (before !== undefined && key >= before)) continue;
        yield await Promise.resolve(row);
      }
    },
    deleteRow(partition, key) {
      rowsOf(partition).delete(key);
      return Promise.resolve();
    },
  };
}

function sorted(names: Iterable<string>): readonly string[] {
  return [...names].toSorted();
}
