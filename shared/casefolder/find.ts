import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** A path that holds nothing that can be read; the message is one line for the person who typed it. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}

/** A file by its name below the path that was given, and where it is. */
export interface FoundFile {
  /** With `/` between its parts. */
  readonly name: string;
  readonly path: string;
  /** A link to a folder outside of the one that was given: it is not followed. */
  readonly leadsOut?: boolean;
}

/** Files that are about one cluster, as far as where they are tells. */
export interface FileSet {
  /** Put before names in messages; `''` or a folder with a separator behind it. */
  readonly prefix: string;
  /** What the set is called where no cluster gives it a name. */
  readonly name: string;
  readonly files: readonly FoundFile[];
  /** It has the layout of a case folder: names say what a file should hold. */
  readonly layout: boolean;
  /** Its files were found in a folder; those of the other sets were named one by one. */
  readonly isFolder: boolean;
}

/** Files about a case: when it was saved, and what was asked. */
export const aboutNames: readonly string[] = ['saved.json', 'case.json'];

/** Folders of a case: what ARM answered, and what the API server did. */
const sides: readonly string[] = ['arm', 'kubernetes'];

const maxFiles = 100_000;
const maxFolders = 12;

/**
 * The sets of files that paths mean: each case folder, or folder below with `arm` or `kubernetes`
 * inside, is one; any other folder is one; files that are given by themselves are one together.
 * @throws {FolderError} for a path that is not there, or a folder without a file.
 */
export function findFileSets(paths: readonly string[]): readonly FileSet[] {
  const single: string[] = [];
  const sets: FileSet[] = [];
  const seen = new Set<string>();
  for (const each of paths) {
    const stats = statSync(each, { throwIfNoEntry: false });
    if (stats === undefined) throw new FolderError(`${each}: no such file or folder`);
    const real = realpathSync(each);
    if (seen.has(real)) continue;
    seen.add(real);
    if (stats.isDirectory()) sets.push(...setsOfFolder(each));
    else single.push(each);
  }
  return single.length === 0 ? sets : [...sets, filesTogether(single)];
}

function filesTogether(paths: readonly string[]): FileSet {
  const parents = paths.map((each) => path.dirname(each));
  const [first = '.'] = parents;
  const shared = parents.every((each) => each === first);
  const prefix = shared ? prefixOf(first) : '';
  const files = paths.map((each) => ({
    name: (shared ? path.basename(each) : each).split(path.sep).join('/'),
    path: each,
  }));
  const name = path.basename(path.resolve(paths[0] ?? '')).replace(/\..*$/u, '');
  return { prefix: first === '.' ? '' : prefix, name, files, layout: false, isFolder: false };
}

function setsOfFolder(directory: string): readonly FileSet[] {
  if (isWholeCase(directory)) return [caseSet(directory)];
  const names = readdirSync(directory).toSorted();
  if (names.length === 0)
    throw new FolderError(
      `${directory}: the folder is empty; save data into it (evenkeel save, or az and kubectl)`,
    );
  const inside = names.map((name) => path.join(directory, name)).filter(isFolder);
  const cases = inside.filter(isCase);
  if (!isCase(directory) && cases.length > 0) {
    const sets = inside.flatMap((each) => (isWholeCase(each) ? [caseSet(each)] : looseSet(each)));
    // One side of a case alone, and folders beside it: the other side may be among them.
    if (cases.length > 1 || sets.length === 1 || cases.some(hasBothSides)) return sets;
  }
  const files = filesBelow(directory);
  if (files.length === 0)
    throw new FolderError(`${directory}: the folder and its subfolders contain no files`);
  return [{ ...named(directory), files, layout: false, isFolder: true }];
}

/** A case folder; one with a single side and other things beside it may have the other side among them. */
function isWholeCase(directory: string): boolean {
  if (!isCase(directory)) return false;
  return (
    hasBothSides(directory) ||
    readdirSync(directory).every((name) => isOfCase(name) || name.startsWith('.'))
  );
}

function hasBothSides(directory: string): boolean {
  return sides.every((name) => isFolder(path.join(directory, name)));
}

function isOfCase(name: string): boolean {
  return sides.includes(name) || aboutNames.includes(name);
}

/** A folder beside case folders, if it has data of its own. */
function looseSet(directory: string): readonly FileSet[] {
  const name = path.basename(directory);
  if (name.startsWith('.') || name === 'node_modules') return [];
  const files = filesBelow(directory);
  if (!files.some((file) => dataName.test(file.name))) return [];
  return [{ ...named(directory), files, layout: false, isFolder: true }];
}

const dataName = /\.(?:json|jsonl|ya?ml|gz|tgz|zip)$/iu;

function caseSet(directory: string): FileSet {
  const files = sides.flatMap((name) => {
    const folder = path.join(directory, name);
    return isFolder(folder) ? filesBelow(folder, `${name}/`, directory) : [];
  });
  const about = aboutNames
    .filter((name) => existsSync(path.join(directory, name)))
    .map((name) => ({ name, path: path.join(directory, name) }));
  return { ...named(directory), files: [...about, ...files], layout: true, isFolder: true };
}

function named(directory: string): Pick<FileSet, 'prefix' | 'name'> {
  return { prefix: prefixOf(directory), name: path.basename(path.resolve(directory)) };
}

function prefixOf(directory: string): string {
  return directory.endsWith(path.sep) ? directory : `${directory}${path.sep}`;
}

/**
 * Every file in order of name; a folder that a link leads to again is looked into once.
 * @param root What was given: links to folders outside of it are not followed.
 */
function filesBelow(directory: string, prefix = '', root = directory): readonly FoundFile[] {
  const files: FoundFile[] = [];
  const within = `${realpathSync(root)}${path.sep}`;
  const seen = new Set<string>();
  const walk = (folder: string, before: string, depth: number): void => {
    const real = realpathSync(folder);
    if (seen.has(real) || depth > maxFolders) return;
    seen.add(real);
    for (const name of readdirSync(folder).toSorted()) {
      const each = path.join(folder, name);
      if (isFolder(each)) {
        // A folder where a file belongs is told by its name.
        if (before !== '' && name.endsWith('.json'))
          files.push({ name: before + name, path: each });
        else if (!`${realpathSync(each)}${path.sep}`.startsWith(within))
          files.push({ name: before + name, path: each, leadsOut: true });
        else if (!name.startsWith('.')) walk(each, `${before}${name}/`, depth + 1);
      } else if (!name.startsWith('.')) files.push({ name: before + name, path: each });
      if (files.length > maxFiles)
        throw new FolderError(
          `${directory}: more than ${maxFiles} files; use the folder of one cluster`,
        );
    }
  };
  walk(directory, prefix, 0);
  return files;
}

function isCase(directory: string): boolean {
  return sides.some((name) => isFolder(path.join(directory, name)));
}

/** A link that leads nowhere, or to itself, is no folder. */
function isFolder(directory: string): boolean {
  return existsSync(directory) && statSync(directory).isDirectory();
}

/** The sets of files of an unpacked archive, by the same rule as those of a folder. */
export function setsOfArchive(
  archive: FoundFile,
  prefix: string,
  files: readonly FoundFile[],
): readonly FileSet[] {
  const own = {
    prefix: `${prefix}${archive.name}/`,
    name: path.basename(archive.name).replace(/\..*$/u, ''),
  };
  const roots = new Set(
    files.flatMap(({ name }) => /^(|.*\/)(?:arm|kubernetes)\/[^/]+$/u.exec(name)?.[1] ?? []),
  );
  const [root = ''] = roots;
  const tops = files.flatMap(({ name }) =>
    name.startsWith(root) ? (name.slice(root.length).split('/')[0] ?? []) : [],
  );
  const isLoose =
    roots.size === 1 &&
    !sides.every((side) => tops.includes(side)) &&
    tops.some((name) => !isOfCase(name) && !name.startsWith('.'));
  if (roots.size === 0 || isLoose) return [{ ...own, files, layout: false, isFolder: true }];
  return [...roots].map((each) => ({
    prefix: `${own.prefix}${each}`,
    name: path.basename(each) || own.name,
    files: files.flatMap((file) => {
      const name = file.name.startsWith(each) ? file.name.slice(each.length) : '';
      const isOwn = /^(?:arm|kubernetes)\//u.test(name) || aboutNames.includes(name);
      return isOwn ? [{ ...file, name }] : [];
    }),
    layout: true,
    isFolder: true,
  }));
}
