import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

type Keep = (ignoreFile: string, paths: readonly string[]) => readonly string[];

/**
 * How Azure Functions Core Tools read an ignore file: each pattern is the beginning of a path from the
 * top, with or without its slash; `*` stays within a folder's name; exceptions win wherever they stand.
 * @param options.wholeWords A pattern ends where a word does; older ones took any beginning.
 * @see Azure/azure-functions-core-tools, Common/GitIgnoreParser.cs
 */
export function coreToolsKeep({ wholeWords }: { readonly wholeWords: boolean }): Keep {
  return (ignoreFile, paths) => {
    const lines = ignoreFile
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
    const ignored = beginnings(
      lines.filter((line) => !line.startsWith('!')),
      wholeWords,
    );
    const excepted = beginnings(
      lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1)),
      wholeWords,
    );
    return paths.filter((each) => excepted.test(each) || !ignored.test(each));
  };
}

function beginnings(patterns: readonly string[], wholeWords: boolean): RegExp {
  if (patterns.length === 0) return /$^/u;
  const all = patterns.map((pattern) => `(${source(pattern)})`).join('|');
  return new RegExp(`^(${all})${wholeWords ? String.raw`\b` : ''}`, 'u');
}

function source(pattern: string): string {
  return pattern
    .replace(/^\//u, '')
    .replaceAll(/[[\]/{}()+?.\\^$|]/gu, String.raw`\$&`)
    .replaceAll('**', '(.+)')
    .replaceAll('*', String.raw`([^\/]+)`);
}

/** How git reads the same file. */
export const gitKeeps: Keep = (ignoreFile, paths) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-ignore-'));
  try {
    execFileSync('git', ['init', '--quiet', folder]);
    writeFileSync(path.join(folder, '.gitignore'), ignoreFile);
    // It knows no path inside its own folder, which nobody publishes.
    const asked = paths.filter((each) => !each.startsWith('.git/'));
    const { stdout } = spawnSync('git', ['check-ignore', '--no-index', '--stdin'], {
      cwd: folder,
      input: asked.join('\n'),
      encoding: 'utf8',
    });
    const ignored = new Set(stdout.split('\n'));
    return asked.filter((each) => !ignored.has(each));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
