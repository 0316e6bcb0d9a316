import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FaultRule } from '../../simulator/faults.ts';
import { startSimulatorProcess } from '../local/simulator.ts';
import type { FleetRun, FleetRunOptions } from './fleet/child.ts';
import { bundled, load, measured, median, root } from './support/processes.ts';

const clusters = 200;
const turns = 3;
const mostTimes = 1.1;
const forbidden: readonly FaultRule[] = [
  'metrics:getBatch',
  'Microsoft.ResourceGraph',
  '/health',
].map((part) => ({ path: part, action: { kind: 'forbid' } }));

/**
 * What it costs a run that Azure's own observations are read: processor time of the audits of one
 * subscription with the rights to them and without.
 */
export async function run(): Promise<void> {
  using temporary = mkdtempDisposableSync(path.join(tmpdir(), 'evenkeel-bench-'));
  const folder = temporary.path;
  const script = await bundled(path.join(root, 'scripts/bench/fleet/child.ts'), folder);
  const withRights: number[] = [];
  const without: number[] = [];
  // In turns, so that what else the machine does falls on both.
  for (let turn = 0; turn < turns; turn++) {
    without.push(await processorMs(script, path.join(folder, `without-${turn}`), forbidden));
    withRights.push(await processorMs(script, path.join(folder, `with-${turn}`), []));
  }
  console.log(`${clusters} clusters in one subscription, medians of ${turns}, ${load()}`);
  console.log(`without observations  ${seconds(without)} s processor time`);
  console.log(`with observations     ${seconds(withRights)} s processor time`);
  console.log(
    `ratio                 ${(median(withRights) / median(without)).toFixed(2)} x  (at most ${mostTimes} x)`,
  );
}

async function processorMs(
  script: string,
  folder: string,
  faults: readonly FaultRule[],
): Promise<number> {
  const simulator = await startSimulatorProcess({
    fleet: { kind: 'many', subscriptions: 1, clusters, internal: true },
    faults,
  });
  try {
    const { port, authorityPem, identity } = simulator;
    const options = { folder, simulator: { port, authorityPem, identity } };
    await measured<FleetRun>(script, { ...options, warm: true } satisfies FleetRunOptions);
    const { cpuMs, results } = await measured<FleetRun>(script, {
      ...options,
      warm: false,
    } satisfies FleetRunOptions);
    if (results['complete'] !== clusters)
      throw new Error(`not complete: ${JSON.stringify(results)}`);
    return cpuMs;
  } finally {
    await simulator.close();
  }
}

function seconds(values: readonly number[]): string {
  const all = values.map((ms) => (ms / 1000).toFixed(1)).join(' ');
  return `${(median(values) / 1000).toFixed(2)} (${all})`;
}
