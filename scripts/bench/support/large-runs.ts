import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStore, storageOver } from '../../../shared/history/index.ts';
import type { ClusterReport } from '../../../shared/report/report.ts';
import { isClusterReport, isReport } from '../../../shared/report/shapes.ts';
import type { ClusterSize } from '../../../simulator/fleets/large.ts';
import { startAzurite } from '../../local/azurite.ts';
import { startSimulatorProcess } from '../../local/simulator.ts';
import { bundled, measured, root } from './processes.ts';
import type { TimerRun } from './timer-run.ts';

export interface LargeRuns {
  readonly runs: readonly TimerRun[];
  readonly requestsPerRun: number;
  /** What the last run says of the cluster. */
  readonly cluster: ClusterReport | undefined;
}

/** A cluster of some size, read over TLS and judged by the built app, each run in a process of its own. */
export async function largeRuns(size: ClusterSize, count: number): Promise<LargeRuns> {
  using temporary = mkdtempDisposableSync(path.join(tmpdir(), 'evenkeel-bench-'));
  const folder = temporary.path;
  const azurite = await startAzurite();
  const simulator = await startSimulatorProcess({ fleet: { kind: 'large', ...size } });
  try {
    const script = await bundled(path.join(root, 'scripts/bench/support/timer-run.ts'), folder);
    const { port, authorityPem, identity } = simulator;
    const runs: TimerRun[] = [];
    for (let turn = 0; turn < count; turn++)
      runs.push(
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
    const cluster = await newest(azurite.connectionString);
    return { runs, requestsPerRun: Math.round(requests / count), cluster };
  } finally {
    await simulator.close();
    await azurite.stop();
  }
}

async function newest(connectionString: string): Promise<ClusterReport | undefined> {
  const store = await openStore({ connectionString });
  const storage = storageOver(store, { isCluster: isClusterReport, isReport });
  const [last] = await storage.sealedRuns(1);
  const report = last && (await storage.readReport(last.runId));
  return report?.clusters[0];
}

/** The slices of a cluster that were not read, a line each. */
export function unreadLines(cluster: ClusterReport | undefined): readonly string[] {
  return (cluster?.coverage ?? []).flatMap(({ slice, state, why }) =>
    state === 'unread' ? `  ${slice}: ${why ?? 'unread'}` : [],
  );
}
