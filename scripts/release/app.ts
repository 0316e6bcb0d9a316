import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundle, copyRulePages, root, sizeOf } from './bundle.ts';
import { notices } from './notices.ts';
import { zip } from './zip.ts';

/** Folders that a build of the app writes, and nothing else does. */
const folders = ['chunks', 'functions', 'rules', 'shared'];

/**
 * Builds the function app: one entry per function under `<dist>/functions`, what they share in chunks
 * beside them, so that a cold start loads few files and `@azure/arm-network` only where something is
 * audited. Says how large it became.
 */
export async function buildApp(dist: string): Promise<void> {
  for (const folder of folders) rmSync(path.join(dist, folder), { recursive: true, force: true });
  const functions = globSync('functions/**/*.ts', { cwd: root }).toSorted();
  const built = await bundle({
    entryPoints: [...functions, 'shared/service/local.ts'],
    outbase: root,
    outdir: dist,
  });
  await copyRulePages(dist);
  writeFileSync(path.join(dist, 'THIRD-PARTY-NOTICES'), notices(built));
  const { bytes, files } = sizeOf(built);
  process.stdout.write(`built the app: ${(bytes / 1e6).toFixed(1)} MB in ${files} files\n`);
}

/** Path in the project → the file, of all that is deployed. */
function appFiles(dist: string): ReadonlyMap<string, string> {
  const built = [
    'THIRD-PARTY-NOTICES',
    ...folders.flatMap((folder) => globSync(`${folder}/**/*.{js,md}`, { cwd: dist })),
  ].map((file) => [`dist/${file.replaceAll(path.sep, '/')}`, path.join(dist, file)] as const);
  const beside = ['LICENSE', 'host.json', 'package.json'].map(
    (file) => [file, path.join(root, file)] as const,
  );
  return new Map([...beside, ...built].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The package of the function app, as the platform mounts it. */
export function appZip(dist: string): Buffer {
  return zip([...appFiles(dist)].map(([name, file]) => ({ name, bytes: readFileSync(file) })));
}
