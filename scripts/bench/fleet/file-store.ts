import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Store } from '../../../shared/history/storage/store.ts';
import { memoryStore } from '../../../shared/history/storage/memory-store.ts';

/** Storage with its blobs in a folder, and rows in memory: as far away from the measured process as a disk is. */
export async function fileStore(folder: string): Promise<Store> {
  await mkdir(folder, { recursive: true });
  const names = new Set((await readdir(folder)).map(decodeURIComponent));
  const fileOf = (name: string): string => path.join(folder, encodeURIComponent(name));
  return {
    ...memoryStore(),
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
  };
}
