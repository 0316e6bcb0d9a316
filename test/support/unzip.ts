import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openPromise } from 'yauzl';

/** Unpacks an archive into a folder. @returns The names in it, in their order. */
export async function unzip(file: string, folder: string): Promise<readonly string[]> {
  const archive = await openPromise(file);
  const names: string[] = [];
  for await (const entry of archive.eachEntry()) {
    const to = path.join(folder, entry.fileName);
    mkdirSync(path.dirname(to), { recursive: true });
    writeFileSync(to, await buffer(await archive.openReadStreamPromise(entry)));
    names.push(entry.fileName);
  }
  return names;
}
