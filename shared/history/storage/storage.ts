import type { ClusterFindings } from '../../findings/index.ts';
import { knownAccess, putAccess, readAccess } from './access.ts';
import { pack, unpack } from './codec.ts';
import { runFolder } from './keys.ts';
import { areListed, claimPlan, isListed, markListed } from './listed.ts';
import { putObserved, readObserved } from './observed.ts';
import { closeRun, createPlan, openRun, openRuns, readPlan } from './plan.ts';
import { lastPolicyText, putPolicyText } from './policy-text.ts';
import { prune } from './prune.ts';
import { readReport, type AnyReport } from './report-blob.ts';
import { isComplete, progressOf, putResult, readResult } from './results.ts';
import { sealedRuns } from './seal.ts';
import { sealRun, type SealWork, type Shapes } from './seal-run.ts';
import { claimClusters, takeSlot } from './slots.ts';
import type { Store } from './store.ts';

/** What runs keep, by what they do with it. Every function may be called again, and after any crash. */
export type Storage<C extends ClusterFindings, R extends AnyReport<C>> = Readonly<
  ReturnType<typeof storageOver<C, R>>
>;

/** What runs keep, over the account of the function app, or what a test puts in its place. */
export function storageOver<C extends ClusterFindings, R extends AnyReport<C>>(
  store: Store,
  shapes: Shapes<C, R>,
) {
  const over =
    <A extends readonly unknown[], T>(call: (store: Store, ...args: A) => T) =>
    (...args: A): T =>
      call(store, ...args);
  return {
    openRun: over(openRun),
    createPlan: over(createPlan),
    readPlan: over(readPlan),
    openRuns: over(openRuns),
    takeSlot: over(takeSlot),
    /** @returns the open run that audits the clusters of a key: this one, unless another does already. */
    claimClusters: (runId: string, key: string) =>
      claimClusters(store, { runId, key }, async (other) =>
        (await openRuns(store)).some((open) => open.runId === other),
      ),
    /** What the clusters of a run share (ARM lists of a subscription), by a name without `/`. The first writer's stays. */
    async putData(runId: string, name: string, text: string) {
      await store.createBlob(dataName(runId, name), await pack(text));
    },
    async readData(runId: string, name: string) {
      const bytes = await store.readBlob(dataName(runId, name), maxDataBytes);
      return bytes === undefined ? undefined : unpack(bytes);
    },
    markListed: over(markListed),
    isListed: over(isListed),
    areListed: over(areListed),
    claimPlan: over(claimPlan),
    putResult: (runId: string, cluster: C) => putResult(store, runId, cluster),
    readResult: (runId: string, clusterId: string) =>
      readResult(store, runId, clusterId, shapes.isCluster),
    progress: over(progressOf),
    isComplete: over(isComplete),
    closeRun: over(closeRun),
    sealRun: (runId: string, work: SealWork<C, R>) => sealRun(store, shapes, runId, work),
    sealedRuns: over(sealedRuns),
    readReport: (runId: string) => readReport(store, runId, shapes.isReport),
    prune: over(prune),
    readAccess: over(readAccess),
    knownAccess: over(knownAccess),
    putAccess: over(putAccess),
    readObserved: over(readObserved),
    putObserved: over(putObserved),
    putPolicyText: over(putPolicyText),
    lastPolicyText: over(lastPolicyText),
  };
}

const maxDataBytes = 64 * 1024 * 1024;

function dataName(runId: string, name: string): string {
  if (!/^[\w.-]{1,128}$/u.test(name)) throw new TypeError('not the name of data of a run');
  return `${runFolder(runId)}data/${name}`;
}
