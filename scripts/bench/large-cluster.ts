import { largeRuns, unreadLines } from './support/large-runs.ts';
import { load, median } from './support/processes.ts';
import type { TimerRun } from './support/timer-run.ts';

const size = { nodes: 5_000, pods: 150_000, services: 300 };
const mostRssMb = 300;

/** One cluster as large as AKS makes them, read over TLS by the built app: memory and time of the whole run. */
export async function run(): Promise<void> {
  await import('../build.ts');
  const { runs, requestsPerRun, cluster } = await largeRuns(size, 3);
  console.log(
    `${size.nodes} nodes, ${size.pods} pods, ${size.services} Services: ${cluster?.result ?? 'no report'}; ${requestsPerRun} requests a run`,
  );
  for (const line of unreadLines(cluster)) console.log(line);
  const of = (pick: (result: TimerRun) => number): string => median(runs.map(pick)).toFixed(1);
  console.log(`peak RSS            ${of((each) => each.maxRssMb)} MB  (under ${mostRssMb} MB)`);
  console.log(`  all runs          ${runs.map(({ maxRssMb }) => maxRssMb.toFixed(0)).join(' ')}`);
  console.log(`  before it begins  ${of((each) => each.loadedRssMb)} MB`);
  console.log(`wall time           ${of(({ ms }) => ms / 1000)} s`);
  console.log(`processor time      ${of(({ cpuMs }) => cpuMs / 1000)} s`);
  console.log(`medians of ${runs.length}, default options of node, ${load()}`);
}
