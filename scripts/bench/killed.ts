import { driveFleet } from '../../test/support/drive-fleet.ts';
import { load } from './support/processes.ts';

const fleet = { clusters: 300, subscriptions: 5, latencyMs: 10 } as const;
const kills = 20;
const seeds = [1, 2, 3, 4, 5];

/** The queue engine with a worker that is killed at random points, again and again; the test has one seed. */
export async function run(): Promise<void> {
  const calm = await driveFleet({ ...fleet, kills: 0, seed: 0 });
  const expected = outcome(calm);
  console.log(`without kills: ${(calm.ms / 1000).toFixed(0)} s, ${load()}`);
  let wrong = 0;
  for (const seed of seeds) {
    const killed = await driveFleet({ ...fleet, kills, seed });
    const same = outcome(killed) === expected && killed.sealedRuns === 1;
    if (!same) wrong += 1;
    console.log(
      `seed ${seed}: ${killed.kills} kills, ${killed.sealedRuns} sealed, ${killed.report?.clusters.length ?? 0} clusters, ${same ? 'the same report' : 'ANOTHER REPORT'}, ${(killed.ms / 1000).toFixed(0)} s`,
    );
  }
  console.log(`runs that ended otherwise: ${wrong}  (0), ${load()}`);
}

/** What must not depend on who was killed when: every cluster, its word and its findings. */
function outcome({ report }: Awaited<ReturnType<typeof driveFleet>>): string {
  return JSON.stringify(
    report?.clusters.map(({ id, result, findings }) => [
      id,
      result,
      findings.map(({ fingerprint, severity }) => [fingerprint, severity]),
    ]) ?? 'no report',
  );
}
