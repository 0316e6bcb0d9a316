import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Report } from '../../shared/report/index.ts';
import { isClusterReport, isReport } from '../../shared/report/shapes.ts';
import { openStore, storageOver } from '../../shared/history/index.ts';
import { startAzurite } from '../local/azurite.ts';
import { startSimulatorProcess } from '../local/simulator.ts';
import { bundled, load, measured, median, root } from './support/processes.ts';
import type { TimerRun } from './support/timer-run.ts';

const size = { nodes: 5_000, pods: 150_000, services: 300 };
const runs = 3;
const mostRssMb = 300;

/** One cluster as large as AKS makes them, read over TLS by the built app: memory and time of the whole run. */
export async function run(): Promise<void> {
  await import('../build.ts');
  const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-bench-'));
  const azurite = await startAzurite();
  const simulator = await startSimulatorProcess({ fleet: { kind: 'large', ...size } });
  try {
    const script = await bundled(path.join(root, 'scripts/bench/support/timer-run.ts'), folder);
    const { port, authorityPem, identity } = simulator;
    const results: TimerRun[] = [];
    for (let turn = 0; turn < runs; turn++)
      results.push(
        await measured<TimerRun>(script, {
          dist: path.join(root, 'dist'),
          simulator: { port, authorityPem, identity },
          env: {
            AzureWebJobsStorage: azurite.connectionString,
            // Another slot for each run, so that each is a run of its own.
            EVENKEEL_SCHEDULE: `${turn} * * * * *`,
            EVENKEEL_SUBSCRIPTIONS: '*',
            EVENKEEL_ENGINE: 'inline',
          },
        }),
      );
    const { requests } = await simulator.served();
    const report = await newest(azurite.connectionString);
    const [cluster] = report?.clusters ?? [];
    console.log(
      `${size.nodes} nodes, ${size.pods} pods, ${size.services} Services: ${cluster?.result ?? 'no report'}; ${Math.round(requests / runs)} requests a run`,
    );
    for (const slice of cluster?.coverage ?? [])
      if (slice.state === 'unread') console.log(`  ${slice.slice}: ${slice.why ?? 'unread'}`);
    const of = (pick: (result: TimerRun) => number): string => median(results.map(pick)).toFixed(1);
    console.log(`peak RSS            ${of((each) => each.maxRssMb)} MB  (under ${mostRssMb} MB)`);
    console.log(
      `  all runs          ${results.map(({ maxRssMb }) => maxRssMb.toFixed(0)).join(' ')}`,
    );
    console.log(`  before it begins  ${of((each) => each.loadedRssMb)} MB`);
    console.log(`wall time           ${of(({ ms }) => ms / 1000)} s`);
    console.log(`processor time      ${of(({ cpuMs }) => cpuMs / 1000)} s`);
    console.log(`medians of ${runs}, default options of node, ${load()}`);
  } finally {
    await simulator.close();
    await azurite.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function newest(connectionString: string): Promise<Report | undefined> {
  const store = await openStore({ connectionString });
  const storage = storageOver(store, { isCluster: isClusterReport, isReport });
  const [last] = await storage.sealedRuns(1);
  return last && (await storage.readReport(last.runId));
}
