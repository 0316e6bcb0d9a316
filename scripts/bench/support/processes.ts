import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

export const root = path.join(import.meta.dirname, '..', '..', '..');

/** Bundles a script of the bench, so that what it measures loads as few files as the deployed app. */
export async function bundled(script: string, folder: string): Promise<string> {
  // Two folders down, as the files of the deployed app are: it reads its version from above.
  copyFileSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  const outfile = path.join(folder, 'bench', 'bundled', `${path.basename(script, '.ts')}.mjs`);
  await build({
    entryPoints: [script],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['@azure/functions-core'],
    banner: {
      js: "import { createRequire as createRequireHere } from 'node:module';const require = createRequireHere(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return outfile;
}

/** Runs a measured process with node's default options and reads the JSON that it prints. */
export async function measured<T>(script: string, options: object): Promise<T> {
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`the measured process ended with ${status}: ${said}`);
  const result: T = JSON.parse(said);
  return result;
}

/** How long node takes to run each of some commands, in ms: medians of so many runs. */
export function medianStarts(
  commands: readonly (readonly string[])[],
  runs: number,
): readonly number[] {
  const times = commands.map((): number[] => []);
  // Taking turns: what else this machine does falls on all of them alike.
  for (let turn = 0; turn <= runs; turn++)
    for (const [at, command] of commands.entries()) {
      const began = performance.now();
      const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
      // 1 = an audit with findings.
      if (status !== 0 && status !== 1)
        throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
      // The first turn fills the file cache and the cache of compiled code.
      if (turn > 0) times[at]?.push(performance.now() - began);
    }
  return times.map(median);
}

/** The middle value; halfway between the two in the middle of an even number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** Work that waits for a processor: with others at work, times say little. */
export function load(): string {
  return `load average ${(loadavg()[0] ?? 0).toFixed(1)}`;
}
