import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeCliPackage } from '../release/cli-package.ts';
import { load, medianStarts } from './support/processes.ts';

const runs = 15;

/** How long the packed command takes to start, beside an empty process, which is the unit. */
export async function run(): Promise<void> {
  using temporary = mkdtempDisposableSync(path.join(tmpdir(), 'evenkeel-bench-'));
  const folder = temporary.path;
  await writeCliPackage(path.join(folder, 'package'));
  const empty = path.join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const evenkeel = path.join(folder, 'package/bin/evenkeel.cjs');
  const variants = [
    { name: 'empty process', command: [empty], most: 0 },
    { name: 'evenkeel --help', command: [evenkeel, '--help'], most: 120 },
    { name: 'evenkeel audit --example', command: [evenkeel, 'audit', '--example'], most: 350 },
  ];
  const medians = medianStarts(
    variants.map(({ command }) => command),
    runs,
  );
  const [unit = Number.NaN] = medians;
  for (const [at, { name, most }] of variants.entries()) {
    const ms = medians[at] ?? Number.NaN;
    const target = most === 0 ? '' : `  +${(ms - unit).toFixed(0)} ms (at most ${most})`;
    console.log(
      `${name.padEnd(26)} ${ms.toFixed(0).padStart(5)} ms ${(ms / unit).toFixed(2).padStart(6)} x${target}`,
    );
  }
  console.log(`medians of ${runs}; ${load()}`);
}
