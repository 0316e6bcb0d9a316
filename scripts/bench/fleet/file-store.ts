import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Row, Store } from '../../../shared/state/storage/store.ts';

/** Storage with its blobs in a folder, and rows in memory: as far away from the measured process as a disk is. */
export async function fileStore(folder: string): Promise<Store> {
  await mkdir(folder, { recursive: true });
  const names = new Set((await readdir(folder)).map(decodeURIComponent));
  const fileOf = (name: string): string => path.join(folder, encodeURIComponent(name));
  const partitions = new Map<string, Map<string, Row>>();
  let etags = 0;
  const rowsOf = (partition: string): Map<string, Row> => {
    const rows = partitions.get(partition) ?? new Map<string, Row>();
    partitions.set(partition, rows);
    return rows;
  };
  const put = (partition: string, key: string, fields: Row['fields']): void => {
    rowsOf(partition).set(key, { key, fields, etag: String((etags += 1)) });
  };
  return {
    async createBlob(name, bytes) {
      if (names.has(name)) return false;
      names.add(name);
      await writeFile(fileOf(name), bytes);
      return true;
    },
    readBlob: async (name) => (names.has(name) ? await readFile(fileOf(name)) : undefined),
    async *listBlobs(prefix) {
      for (const name of [...names].toSorted())
        if (name.startsWith(prefix)) yield await Promise.resolve(name);
    },
    async deleteBlob(name) {
      names.delete(name);
      await rm(fileOf(name), { force: true });
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
      for (const key of [...rowsOf(partition).keys()].toSorted()) {
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
