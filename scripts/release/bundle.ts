import { globSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';

export const root = path.join(import.meta.dirname, '..', '..');

/** Dependencies are CommonJS in part and call `require`; an ES module has none of its own. */
const banner =
  "import { createRequire as createRequireHere } from 'node:module';const require = createRequireHere(import.meta.url);";

/** What is deployed and what is installed: ES modules for Node 22, shared code in chunks that load when they are needed. */
export async function bundle(
  options: Pick<BuildOptions, 'entryPoints' | 'outbase' | 'outdir'>,
): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    keepNames: true,
    minifyWhitespace: true,
    minifySyntax: true,
    // An uncaught error shows its source line.
    lineLimit: 160,
    external: ['@azure/functions-core'],
    banner: { js: banner },
    chunkNames: 'chunks/[name]-[hash]',
    metafile: true,
    logLevel: 'warning',
    ...options,
  });
  return metafile;
}

/** The page of every rule, into `<folder>/rules`: beside the chunks, as in the sources beside the rooms. */
export async function copyRulePages(folder: string): Promise<void> {
  const pages = globSync('shared/rules/*/*.md', { cwd: root });
  for (const page of pages)
    await cp(path.join(root, page), path.join(folder, path.relative('shared', page)));
}

/** Bytes of the JavaScript that a build wrote, and its files. */
export function sizeOf({ outputs }: Metafile): { readonly bytes: number; readonly files: number } {
  const scripts = Object.entries(outputs).filter(([file]) => file.endsWith('.js'));
  return {
    bytes: scripts.reduce((sum, [, output]) => sum + output.bytes, 0),
    files: scripts.length,
  };
}
