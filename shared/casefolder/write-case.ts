import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isObject } from '../input/index.ts';
import { FolderError } from './find.ts';
import { savedKubernetesLists } from './kubernetes-lists.ts';
import type { SavedFile } from './save-record.ts';

/** A cluster as it was read, before it is written. */
export interface SavedCase {
  /** Items by file of the case folder. */
  readonly lists: ReadonlyMap<string, readonly unknown[]>;
  readonly about: SavedFile;
}

/**
 * Writes a case folder; one that the same cluster was saved into before is written anew.
 * @returns The files with the numbers of their items.
 * @throws {FolderError} where the folder holds something else.
 */
export function writeCase(
  directory: string,
  { lists, about }: SavedCase,
): readonly { readonly file: string; readonly items: number }[] {
  checkFolder(directory, about);
  for (const side of ['arm', 'kubernetes']) {
    rmSync(path.join(directory, side), { recursive: true, force: true });
    mkdirSync(path.join(directory, side), { recursive: true, mode: 0o700 });
  }
  const write = (file: string, text: string): void =>
    writeFileSync(path.join(directory, file), text, { mode: 0o600 });
  const files = [...lists].map(([file, items]) => {
    write(file, bodyOf(file, items));
    return { file, items: items.length };
  });
  write('saved.json', `${JSON.stringify(about, null, 2)}\n`);
  return files.toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

/** An item to a line: people look into these files before they hand them on. */
function bodyOf(file: string, items: readonly unknown[]): string {
  const lines = items.map((item) => JSON.stringify(item)).join(',\n');
  const list = savedKubernetesLists.find((each) => each.file === file);
  if (list === undefined) return `{"value":[\n${lines}\n]}\n`;
  return `{"kind":"${list.kind}List","apiVersion":"v1","items":[\n${lines}\n]}\n`;
}

/** Nothing of somebody else's is overwritten. */
function checkFolder(directory: string, about: SavedFile): void {
  const file = path.join(directory, 'saved.json');
  if (existsSync(file)) {
    const other = clusterOf(file);
    // Of names that were replaced nobody can tell whose they are.
    if (other === about.cluster && !about.anonymized) return;
    throw new FolderError(
      `${directory}: contains ${other ?? 'another case'}; use another folder with --output`,
    );
  }
  if (['arm', 'kubernetes'].some((side) => existsSync(path.join(directory, side))))
    throw new FolderError(
      `${directory}: contains a case that evenkeel save did not write; use another folder with --output`,
    );
}

function clusterOf(file: string): string | undefined {
  try {
    const body: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isObject(body) && typeof body['cluster'] === 'string' ? body['cluster'] : undefined;
  } catch {
    return undefined;
  }
}
