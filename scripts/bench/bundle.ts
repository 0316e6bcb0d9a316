import { spawnSync } from 'node:child_process';
import { globSync, mkdtempDisposableSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { load, medianStarts, root } from './support/processes.ts';

const runs = 10;
/** Cold load of the whole app, in empty processes of the same machine. */
const mostTimes = 6;
/** What the handlers load when they are called for the first time. */
const firstUse = ['on-health', 'on-report', 'on-start-audit', 'on-message', 'on-timer'];

/** How long the built app takes to load, whole and function by function, beside a process that does nothing. */
export async function run(): Promise<void> {
  using temporary = mkdtempDisposableSync(path.join(tmpdir(), 'evenkeel-bench-'));
  const folder = temporary.path;
  spawnSync(process.execPath, [path.join(root, 'scripts/build.ts')], { stdio: 'inherit' });
  const empty = path.join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const loader = await plainLoader(folder);
  const files = globSync('dist/functions/*.js', { cwd: root })
    .toSorted()
    .map((file) => path.join(root, file));
  const main = path.join(root, 'dist/functions/app/main.js');
  const variants = [
    { name: 'empty process', command: [empty] },
    { name: 'loader alone', command: [loader] },
    { name: `app, ${files.length} functions`, command: [loader, main] },
    ...files.map((file) => ({ name: path.basename(file, '.js'), command: [loader, file] })),
    ...firstUse.map((work) => ({
      name: `app, and the work of ${work}`,
      command: [
        loader,
        main,
        ...globSync(`dist/chunks/${work}-*.js`, { cwd: root }).map((file) => path.join(root, file)),
      ],
    })),
  ];
  const medians = medianStarts(
    variants.map(({ command }) => command),
    runs,
  );
  const [unit = Number.NaN] = medians;
  for (const [at, { name }] of variants.entries()) {
    const ms = medians[at] ?? Number.NaN;
    const target = at === 2 ? `  (at most ${mostTimes})` : '';
    console.log(
      `${name.padEnd(28)} ${ms.toFixed(0).padStart(5)} ms ${(ms / unit).toFixed(2).padStart(6)} x${target}`,
    );
  }
  console.log(
    `medians of ${runs}; size ${megabytes('dist/**/*.js')} MB in ${globSync('dist/**/*.js', { cwd: root }).length} files; ${load()}`,
  );
}

/** The host's part as plain JavaScript, so that no types are stripped in the time that is measured. */
async function plainLoader(folder: string): Promise<string> {
  const outfile = path.join(folder, 'load.mjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'bundle/load.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  return outfile;
}

function megabytes(pattern: string): string {
  const bytes = globSync(pattern, { cwd: root }).map(
    (file) => statSync(path.join(root, file)).size,
  );
  return (bytes.reduce((sum, each) => sum + each, 0) / 1e6).toFixed(1);
}
