import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../shared/report/index.ts';
import { startAzurite } from '../../scripts/local/azurite.ts';
import { startSimulatorProcess } from '../../scripts/local/simulator.ts';
import { openStore } from '../../shared/history/index.ts';
import { runStorage } from '../service/engine/driver.ts';
import type { Throttle } from '../../simulator/throttle.ts';
import type { WorkerOptions, WorkerUsage } from './queue-worker.ts';

export interface FleetDrive {
  readonly clusters: number;
  readonly subscriptions: number;
  /** How often the worker is killed, at random points of the run. */
  readonly kills: number;
  readonly seed: number;
  readonly latencyMs: number;
  /** Processes that take messages; one where absent. The first of them fires the timer. */
  readonly workers?: number;
  /** What Azure allows a subscription; anything where absent. */
  readonly throttle?: Throttle;
  /** How much faster the run's clock is than the real one; 20 where absent, so that leases run out in seconds. */
  readonly speed?: number;
  /** After which it is given up. */
  readonly longestMs?: number;
}

export interface Driven {
  readonly report: Report | undefined;
  readonly kills: number;
  readonly sealedRuns: number;
  readonly ms: number;
  /** What Azure was asked for, by operation. */
  readonly calls: Readonly<Record<string, number>>;
  /** Of the worker that fired the timer; absent where it was killed. */
  readonly usage?: WorkerUsage;
}

const from = '2026-11-23T06:00:10Z';
const runId = '2026-11-23T06:00:00Z';
/** A run takes half a minute on an idle machine. */
const tenMinutesMs = 600_000;

/**
 * A run of the queue engine with everything real but Azure: Azurite, TLS, the SDK clients, and a
 * worker that is killed and started again, which also fires its timer again.
 */
export async function driveFleet(options: FleetDrive): Promise<Driven> {
  const azurite = await startAzurite();
  const simulator = await startSimulatorProcess({
    fleet: { kind: 'many', subscriptions: options.subscriptions, clusters: options.clusters },
    latencyMs: options.latencyMs,
    ...(options.throttle !== undefined && { throttle: options.throttle }),
  });
  const random = seeded(options.seed);
  const { speed = 20, longestMs = tenMinutesMs } = options;
  const others: ChildProcess[] = [];
  const began = performance.now();
  let worker: ChildProcess | undefined;
  try {
    const { port, authorityPem, identity } = simulator;
    const workerOptions: WorkerOptions = {
      simulator: { port, authorityPem, identity },
      env: {
        AzureWebJobsStorage: azurite.connectionString,
        EVENKEEL_SCHEDULE: '0 0 */6 * * *',
        EVENKEEL_SUBSCRIPTIONS: '*',
        EVENKEEL_ENGINE: 'queue',
      },
      clock: { from, realMs: Date.now(), speed },
      // A killed worker's messages come back soon; a host that lives renews what it works on.
      visibilitySeconds: options.kills > 0 ? 4 : 60,
      fireTimer: true,
    };
    const storage = runStorage(await openStore({ connectionString: azurite.connectionString }));
    let kills = 0;
    let sealedRuns = 0;
    worker = start(workerOptions);
    for (let count = 1; count < (options.workers ?? 1); count++)
      others.push(start({ ...workerOptions, fireTimer: false }));
    for (let tick = 0; began + longestMs > performance.now() && sealedRuns === 0; tick++) {
      await sleep(100);
      if (kills < options.kills && random() < 0.12) {
        // As a host that is recycled, and as one that is lost.
        await kill(worker, kills % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
        kills += 1;
        worker = start(workerOptions);
      }
      // An emulator at its limits is late with an answer now and then.
      if (tick % 5 === 0)
        sealedRuns = await storage.sealedRuns(10).then(
          ({ length }) => length,
          () => sealedRuns,
        );
    }
    const ms = performance.now() - began;
    const report = await storage.readReport(runId);
    const { calls } = await simulator.served();
    const usage = kills > 0 ? undefined : await usageOf(worker);
    return { report, kills, sealedRuns, ms, calls, ...(usage !== undefined && { usage }) };
  } finally {
    if (worker !== undefined) await kill(worker);
    for (const other of others) await kill(other);
    await simulator.close();
    await azurite.stop();
  }
}

function start(options: WorkerOptions): ChildProcess {
  const entry = fileURLToPath(new URL('queue-worker.ts', import.meta.url));
  return fork(entry, [JSON.stringify(options)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

async function usageOf(worker: ChildProcess): Promise<WorkerUsage> {
  worker.send('usage');
  // Before it comes what it said when it was ready.
  for (;;) {
    const [message]: unknown[] = await once(worker, 'message');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the worker sends nothing else
    if (typeof message === 'object') return message as WorkerUsage;
  }
}

async function kill(
  worker: ChildProcess,
  signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL',
): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, 'exit');
  worker.kill(signal);
  await ended;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The same numbers for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
