import { findFileSets, setsOfArchive, type FileSet, type FoundFile } from './find.ts';
import { openCase, type Case } from './open-case.ts';
import { plainFile } from './plain-file.ts';
import { Scratch } from './scratch.ts';
import { sniffFile } from './sniff.ts';
import { UnpackBudget } from './unpack.ts';

export interface OpenedCases {
  readonly sets: readonly FileSet[];
  /** Sorts what is in a set; only one needs to be open at a time. */
  readonly open: (set: FileSet) => Promise<Case>;
  /** Removes what was unpacked. */
  readonly close: () => void;
}

/**
 * Finds the cases that paths mean: folders and files of whatever names, archives as if they were
 * folders.
 * @throws {FolderError} for a path that is not there, or a folder without a file.
 */
export async function openCases(paths: readonly string[]): Promise<OpenedCases> {
  const scratch = new Scratch();
  const remove = (): void => scratch.remove();
  process.once('exit', remove);
  const close = (): void => {
    process.off('exit', remove);
    remove();
  };
  const budget = new UnpackBudget();
  try {
    const sets: FileSet[] = [];
    for (const set of findFileSets(paths))
      if (set.isFolder) sets.push(set);
      else sets.push(...(await withArchives(set, scratch, budget)));
    return {
      sets,
      open: (set) => openCase(set, scratch, budget),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** An archive that is given by itself is a folder of its own, with its layout. */
async function withArchives(
  set: FileSet,
  scratch: Scratch,
  budget: UnpackBudget,
): Promise<readonly FileSet[]> {
  const sets: FileSet[] = [];
  const files: FoundFile[] = [];
  for (const file of set.files) {
    const found = await archiveSets(file, set.prefix, scratch, budget);
    if (found === undefined) files.push(file);
    else sets.push(...found);
  }
  return files.length === 0 ? sets : [...sets, { ...set, files }];
}

async function archiveSets(
  file: FoundFile,
  prefix: string,
  scratch: Scratch,
  budget: UnpackBudget,
): Promise<readonly FileSet[] | undefined> {
  try {
    const { form } = await sniffFile(file.path);
    // Whether a tar file is in a gzip file takes unpacking it: the name is as good.
    const isArchive = form === 'zip' || form === 'tar';
    if (!isArchive && !(form === 'gzip' && /\.(?:tgz|tar\.gz)$/iu.test(file.name)))
      return undefined;
    const plain = await plainFile(file.path, scratch, budget);
    if (plain.kind !== 'archive' || plain.files.length === 0) return undefined;
    return setsOfArchive(file, prefix, plain.files);
  } catch {
    // Whatever it is, `openCase` meets it again and names the file.
    return undefined;
  }
}
