import { globSync, rmSync } from 'node:fs';
import path from 'node:path';
import { bundle, copyRulePages, root, sizeOf } from './release/bundle.ts';

/**
 * The deployed app: one entry per function under `dist/functions`, what they share in chunks beside
 * them, so that a cold start loads few files and `@azure/arm-network` only where something is audited.
 */
const dist = path.join(root, 'dist');

for (const folder of ['functions', 'chunks', 'shared', 'rules'])
  rmSync(path.join(dist, folder), { recursive: true, force: true });
const built = await bundle({
  entryPoints: [...globSync('functions/*.ts', { cwd: root }).toSorted(), 'shared/service/local.ts'],
  outbase: root,
  outdir: dist,
  sourcemap: true,
});
await copyRulePages(dist);
const { bytes, files } = sizeOf(built);
process.stdout.write(`built dist: ${(bytes / 1e6).toFixed(1)} MB in ${files} files\n`);
