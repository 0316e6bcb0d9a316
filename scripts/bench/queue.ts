import { driveFleet } from '../../test/support/drive-fleet.ts';
import { load } from './support/processes.ts';

const subscriptions = 25;
const clusters = Number(process.env['EVENKEEL_BENCH_CLUSTERS'] ?? 5_000);

/** A large fleet by the queue engine: a worker with its storage in Azurite, each subscription listed by a message. */
export async function run(): Promise<void> {
  const { report, sealedRuns, ms, usage } = await driveFleet({
    clusters,
    subscriptions,
    latencyMs: 0,
    kills: 0,
    seed: 1,
    speed: 1,
    longestMs: 30 * 60_000,
  });
  const { complete, planned } = report?.summary.clusters ?? { complete: 0, planned: 0 };
  console.log(
    `${complete} of ${planned} complete, ${sealedRuns} sealed, ${(ms / 1000).toFixed(0)} s; ${((usage?.cpuMs ?? 0) / clusters).toFixed(1)} ms of processor a cluster, peak RSS ${usage?.maxRssMb.toFixed(0)} MB; ${load()}`,
  );
}
