import { readFileSync, writeFileSync } from 'node:fs';

/** What a process used from its start to its end. */
export interface Usage {
  readonly maxRssMb: number;
  readonly cpuMs: number;
}

/** Loaded before a measured process (`--import`): writes at its end what it used, where it is told to. */
const file = process.env['EVENKEEL_BENCH_USAGE'];
if (file !== undefined)
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const usage: Usage = { maxRssMb: maxRSS / 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 };
    writeFileSync(file, JSON.stringify(usage));
  });

/** What a measured process wrote to a file of its use. */
export function readUsage(from: string): Usage {
  const usage: Usage = JSON.parse(readFileSync(from, 'utf8'));
  return usage;
}
