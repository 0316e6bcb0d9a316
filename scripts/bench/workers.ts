import { driveFleet } from '../../test/support/drive-fleet.ts';
import { load } from './support/processes.ts';

const fleet = { clusters: 300, subscriptions: 1, latencyMs: 10 } as const;
/** What AKS allows a subscription. */
const credentials = { size: 60, refillPerSecond: 1 } as const;
const operation = /listClusterUserCredential/iu;

/**
 * Several workers on one large subscription whose kubeconfigs AKS hands out one by one: no cluster is
 * lost, hardly a call is refused, and more workers make it no slower.
 */
export async function run(): Promise<void> {
  const allowedMs = ((fleet.clusters - credentials.size) / credentials.refillPerSecond) * 1000;
  for (const workers of [1, 3, 6]) {
    const { report, ms, calls, sealedRuns } = await driveFleet({
      ...fleet,
      workers,
      kills: 0,
      seed: 1,
      speed: 1,
      throttle: { credentials },
    });
    const words = Object.entries(
      Object.groupBy(report?.clusters ?? [], ({ result }) => result),
    ).map(([word, of]) => `${of.length} ${word}`);
    const asked = Object.entries(calls)
      .filter(([name]) => operation.test(name))
      .reduce((sum, [, count]) => sum + count, 0);
    console.log(
      `${workers} ${workers === 1 ? 'worker ' : 'workers'}: ${words.join(', ') || 'no report'}; ${sealedRuns} sealed; ${asked} credential calls, ${(asked / fleet.clusters).toFixed(2)} x  (at most 1.1 x); ${(ms / 1000).toFixed(0)} s, ${(ms / allowedMs).toFixed(2)} x what the bucket allows  (at most 1.2 x); ${load()}`,
    );
  }
}
