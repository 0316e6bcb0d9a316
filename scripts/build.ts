import { globSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/**
 * The deployed app: one entry per function under `dist/functions`, what they share in chunks beside
 * them, so that a cold start loads few files and `@azure/arm-network` only where something is audited.
 */
const root = path.join(import.meta.dirname, '..');
const dist = path.join(root, 'dist');

/** Dependencies are CommonJS in part and call `require`; an ES module has none of its own. */
const banner =
  "import { createRequire as createRequireHere } from 'node:module';const require = createRequireHere(import.meta.url);";

rmSync(dist, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: [...globSync('functions/*.ts', { cwd: root }).toSorted(), 'shared/service/local.ts'],
  outbase: root,
  outdir: dist,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  sourcemap: true,
  keepNames: true,
  external: ['@azure/functions-core'],
  banner: { js: banner },
  chunkNames: 'chunks/[name]-[hash]',
  metafile: true,
  logLevel: 'warning',
});
const bytes = Object.entries(result.metafile.outputs)
  .filter(([file]) => file.endsWith('.js'))
  .reduce((sum, [, output]) => sum + output.bytes, 0);
process.stdout.write(
  `built dist: ${(bytes / 1e6).toFixed(1)} MB in ${globSync('**/*.js', { cwd: dist }).length} files\n`,
);
