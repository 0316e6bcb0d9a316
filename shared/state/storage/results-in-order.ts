import type { ClusterFindings } from '../../findings/index.ts';
import type { PlannedCluster } from './plan.ts';
import { readResult } from './results.ts';
import type { Store } from './store.ts';

/** Results in order, a few being read ahead. */
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
      if (cluster !== undefined) ahead.push(readResult(store, runId, cluster.id, isCluster));
    }
    const result = await ahead.shift();
    if (result !== undefined) yield result;
  }
}

const readAhead = 8;
