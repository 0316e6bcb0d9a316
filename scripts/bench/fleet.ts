import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compareText } from '../../shared/model/index.ts';
import { startSimulatorProcess } from '../local/simulator.ts';
import type { FleetRun, FleetRunOptions } from './fleet/child.ts';
import { bundled, load, measured, root } from './support/processes.ts';

const subscriptions = 25;
const clusters = Number(process.env['EVENKEEL_BENCH_CLUSTERS'] ?? 5_000);
const latencyMs = 50;
/** Of the inline engine. */
const clustersAtOnce = 8;
const mostTimes = 1.5;
const mostRssMb = 400;

/**
 * A large fleet in one process, each answer 50 ms away: time, memory and calls. The accesses of the
 * clusters are known from before, as in every run but the first: AKS hands out one kubeconfig a
 * second and subscription, which nothing here could make faster.
 */
export async function run(): Promise<void> {
  using temporary = mkdtempDisposableSync(path.join(tmpdir(), 'evenkeel-bench-'));
  const folder = temporary.path;
  const simulator = await startSimulatorProcess({
    fleet: { kind: 'many', subscriptions, clusters },
    latencyMs,
  });
  try {
    const script = await bundled(path.join(root, 'scripts/bench/fleet/child.ts'), folder);
    const { port, authorityPem, identity } = simulator;
    const options = { folder, simulator: { port, authorityPem, identity } };
    await measured<FleetRun>(script, { ...options, warm: true } satisfies FleetRunOptions);
    const before = await simulator.served();
    const done = await measured<FleetRun>(script, {
      ...options,
      warm: false,
    } satisfies FleetRunOptions);
    const after = await simulator.served();
    const calls = after.requests - before.requests;
    const ideal = (calls * latencyMs) / clustersAtOnce;
    const words = Object.entries(done.results).map(([word, count]) => `${count} ${word}`);
    console.log(
      `${clusters} clusters in ${subscriptions} subscriptions: ${words.join(', ')}; ${done.findings} findings`,
    );
    for (const [operation, count] of Object.entries(after.calls).toSorted(([a], [b]) =>
      compareText(a, b),
    )) {
      const asked = count - (before.calls[operation] ?? 0);
      if (asked > 0) console.log(`  ${String(asked).padStart(7)} ${operation}`);
    }
    console.log(
      `calls x latency / concurrency  ${(ideal / 1000).toFixed(0)} s  (${calls} x ${latencyMs} ms / ${clustersAtOnce})`,
    );
    console.log(
      `time of plan and audits        ${(done.auditsMs / 1000).toFixed(0)} s, ${(done.auditsMs / ideal).toFixed(2)} x  (at most ${mostTimes} x)`,
    );
    console.log(
      `time of the seal               ${((done.ms - done.auditsMs) / 1000).toFixed(1)} s`,
    );
    console.log(`processor time                 ${(done.cpuMs / 1000).toFixed(0)} s`);
    console.log(
      `peak RSS                       ${done.maxRssMb.toFixed(0)} MB, ${done.loadedRssMb.toFixed(0)} MB before it begins  (under ${mostRssMb} MB)`,
    );
    console.log(load());
    await again(script, folder);
  } finally {
    await simulator.close();
  }
}

const runsOfOne = 100;

/** Many runs of a small fleet in one process: what is kept of one is given back before the next. */
async function again(script: string, folder: string): Promise<void> {
  const small = await startSimulatorProcess({
    fleet: { kind: 'many', subscriptions: 1, clusters: 5 },
  });
  try {
    const { port, authorityPem, identity } = small;
    const options = {
      folder: path.join(folder, 'again'),
      simulator: { port, authorityPem, identity },
    };
    await measured<FleetRun>(script, { ...options, warm: true } satisfies FleetRunOptions);
    const { rssMb } = await measured<FleetRun>(script, {
      ...options,
      warm: false,
      runs: runsOfOne,
    } satisfies FleetRunOptions);
    const at = [10, 25, 50, 75, 100].map((after) => `${after}: ${rssMb[after - 1]?.toFixed(0)} MB`);
    console.log(`RSS after so many runs of 5 clusters in one process  ${at.join('  ')}`);
  } finally {
    await small.close();
  }
}
