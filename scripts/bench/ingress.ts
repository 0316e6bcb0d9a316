import { largeRuns, unreadLines, type LargeRuns } from './support/large-runs.ts';
import { load, median } from './support/processes.ts';
import type { TimerRun } from './support/timer-run.ts';

const cluster = { nodes: 1_000, pods: 30_000, services: 100 };
const innerServices = 2_000;
const routes = { ingresses: 2_000, httpRoutes: 500 };
const [mostTimes, mostRssMb] = [1.5, 200];

/** A cluster of the built app with Ingresses and HTTPRoutes, and the same one without them. */
export async function run(): Promise<void> {
  await import('../build.ts');
  const none = { innerServices, ingresses: 0, httpRoutes: 0 };
  const without = await largeRuns({ ...cluster, ingress: none }, 5);
  const withRoutes = await largeRuns({ ...cluster, ingress: { innerServices, ...routes } }, 5);
  console.log(
    `${cluster.nodes} nodes, ${cluster.pods} pods, ${cluster.services} LoadBalancer and ${innerServices} ClusterIP Services; ${routes.ingresses} Ingresses, ${routes.httpRoutes} HTTPRoutes`,
  );
  print('without them', without);
  print('with them', withRoutes);
  const times = (processorMs(withRoutes) / processorMs(without)).toFixed(2);
  console.log(
    `processor time      ${times} x  (at most ${mostTimes} x); peak RSS at most ${mostRssMb} MB`,
  );
  console.log(`medians of ${withRoutes.runs.length}, default options of node, ${load()}`);
}

function print(title: string, { runs, requestsPerRun, cluster: judged }: LargeRuns): void {
  const findings = judged?.findings.length ?? 0;
  console.log(
    `${title.padEnd(20)}${judged?.result ?? 'no report'}, ${findings} findings; ${requestsPerRun} requests; wall ${(of(runs, ({ ms }) => ms) / 1000).toFixed(1)} s, processor ${(processorMs({ runs }) / 1000).toFixed(1)} s, peak RSS ${of(runs, ({ maxRssMb }) => maxRssMb).toFixed(0)} MB (${runs.map(({ maxRssMb }) => maxRssMb.toFixed(0)).join(' ')}; ${of(runs, ({ loadedRssMb }) => loadedRssMb).toFixed(0)} before it begins)`,
  );
  for (const line of unreadLines(judged)) console.log(line);
}

function processorMs({ runs }: Pick<LargeRuns, 'runs'>): number {
  return of(runs, ({ cpuMs }) => cpuMs);
}

function of(runs: readonly TimerRun[], pick: (run: TimerRun) => number): number {
  return median(runs.map(pick));
}
