import { spawn } from 'node:child_process';
import { globSync, mkdtempDisposableSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { saveLargeCluster } from './engine/save-cluster.ts';
import { readUsage, type Usage } from './engine/usage.ts';

/** Nodes, Services and endpoints of the largest cluster; the others are half and a quarter of it. */
const largest = { nodes: 5_000, services: 500, pods: 25_000 };

interface Measured extends Usage {
  readonly wallMs: number;
}

/** The command line on saved clusters of growing size, each in a process of its own. */
export async function run(): Promise<void> {
  using temporary = mkdtempDisposableSync(path.join(tmpdir(), 'evenkeel-bench-'));
  const root = temporary.path;
  console.log('nodes  services  endpoints  input MB  seconds  CPU s  max RSS MB');
  for (const part of [0.25, 0.5, 1]) {
    const size = {
      nodes: largest.nodes * part,
      services: largest.services * part,
      pods: largest.pods * part,
    };
    const directory = path.join(root, String(size.nodes));
    await saveLargeCluster(directory, size);
    const { wallMs, cpuMs, maxRssMb } = await measure(directory, path.join(root, 'report.json'));
    const columns = [
      String(size.nodes).padStart(5),
      String(size.services).padStart(9),
      String(size.pods).padStart(10),
      megabytesOf(directory).toFixed(0).padStart(9),
      (wallMs / 1000).toFixed(1).padStart(8),
      (cpuMs / 1000).toFixed(1).padStart(6),
      maxRssMb.toFixed(0).padStart(11),
    ];
    console.log(columns.join(' '));
    rmSync(directory, { recursive: true });
  }
}

async function measure(directory: string, output: string): Promise<Measured> {
  const usage = `${output}.usage`;
  const here = import.meta.dirname;
  const command = path.join(here, '../../shared/cli/main.ts');
  const options = ['--from', directory, '--format', 'json', '--output', output];
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', path.join(here, 'engine/usage.ts'), command, 'audit', ...options],
    { env: { ...process.env, EVENKEEL_BENCH_USAGE: usage }, stdio: 'inherit' },
  );
  const status = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  const wallMs = performance.now() - started;
  if (status !== 0 && status !== 1) throw new Error(`the audit ended with ${status}`);
  return { wallMs, ...readUsage(usage) };
}

function megabytesOf(directory: string): number {
  const files = globSync('*/*.json', { cwd: directory });
  const bytes = files.map((file) => statSync(path.join(directory, file)).size);
  return bytes.reduce((sum, each) => sum + each, 0) / 1_048_576;
}
