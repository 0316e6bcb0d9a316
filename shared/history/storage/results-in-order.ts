import type { ClusterFindings } from '../../findings/index.ts';
import type { PlannedCluster } from './plan.ts';
import { readResult } from './results.ts';
import { SpoiltError, type Store } from './store.ts';

/** Results in order, a few being read ahead; without those that are spoilt, which would keep the run from its end. */
export async function* readResults<C extends ClusterFindings>(
  store: Store,
  isCluster: (value: unknown) => value is C,
  runId: string,
  clusters: readonly PlannedCluster[],
): AsyncGenerator<C> {
  const ahead: Promise<C | undefined>[] = [];
  let next = 0;
  while (next < clusters.length || ahead.length > 0) {
    while (ahead.length < readAhead && next < clusters.length) {
      const cluster = clusters[next];
      next += 1;
      if (cluster === undefined) continue;
      const reading = readResult(store, runId, cluster.id, isCluster).catch(ifSpoilt);
      // Nobody waits for it once another has failed: unhandled, it would end the process.
      reading.catch(() => undefined);
      ahead.push(reading);
    }
    const result = await ahead.shift();
    if (result !== undefined) yield result;
  }
}

function ifSpoilt(error: unknown): undefined {
  if (!(error instanceof SpoiltError)) throw error;
}

const readAhead = 8;
