import { globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../audit/input-error.ts';

export interface ManifestFile {
  readonly file: string;
  readonly text: string;
}

/**
 * The manifests that `--with` names: files, folders with `.yaml`, `.yml` and `.json` below them, and
 * `-` for standard input.
 * @throws {InputError} for what is not there.
 */
export function manifestFiles(
  names: readonly string[],
  readInput: () => string,
): readonly ManifestFile[] {
  return names.flatMap((name): readonly ManifestFile[] => {
    if (name === '-') return [{ file: '-', text: readInput() }];
    const found = filesOf(name);
    if (found.length === 0)
      throw new InputError(`--with ${name}: the folder has no .yaml, .yml or .json file`);
    return found.map((file) => ({ file, text: readText(file) }));
  });
}

function filesOf(name: string): readonly string[] {
  if (!isFolder(name)) return [name];
  return globSync('**/*.{yaml,yml,json}', { cwd: name })
    .toSorted()
    .map((each) => path.join(name, each));
}

function isFolder(name: string): boolean {
  try {
    return statSync(name).isDirectory();
  } catch (error) {
    throw new InputError(`--with ${name}: no such file or folder`, { cause: error });
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an error';
    throw new InputError(`--with ${file}: cannot be read (${code})`, { cause: error });
  }
}
