import type { ClusterFindings, ObservedBefore } from '../../findings/index.ts';
import {
  forgetAccess,
  knownAccess,
  putAccess,
  readAccess,
  type ClusterAccessEntry,
} from './access.ts';
import { areListed, claimPlan, isListed, markListed } from './listed.ts';
import { pack, unpack } from './codec.ts';
import { runFolder } from './keys.ts';
import {
  closeRun,
  createPlan,
  openRun,
  openRuns,
  readPlan,
  type OpenRun,
  type RunPlan,
} from './plan.ts';
import { putObserved, readObserved } from './observed.ts';
import { lastPolicyText, putPolicyText } from './policy-text.ts';
import { prune } from './prune.ts';
import { readReport, type AnyReport } from './report-blob.ts';
import {
  isComplete,
  progressOf,
  putResult,
  readResult,
  type Progress,
  type Stored,
} from './results.ts';
import { claimClusters, takeSlot, type SlotRequest } from './slots.ts';
import { sealedRuns, type SealedRun } from './seal.ts';
import { sealRun, type SealWork, type Sealed, type Shapes } from './seal-run.ts';
import type { Store } from './store.ts';

/** What runs keep, by what they do with it. Every function may be called again, and after any crash. */
export interface Storage<C extends ClusterFindings, R extends AnyReport<C>> {
  readonly openRun: (run: OpenRun) => Promise<void>;
  readonly createPlan: (plan: RunPlan) => Promise<RunPlan>;
  readonly readPlan: (runId: string) => Promise<RunPlan | undefined>;
  /** Runs that are not sealed, the oldest first; with a time, those whose deadline was before it. */
  readonly openRuns: (due?: string) => Promise<readonly OpenRun[]>;
  /** A place among the runs that people ask for; false = there is none. The run leaves it when it is closed. */
  readonly takeSlot: (request: SlotRequest) => Promise<boolean>;
  /** @returns the open run that audits the clusters of a key: this one, unless another does already. */
  readonly claimClusters: (runId: string, key: string) => Promise<string>;
  /** What the clusters of a run share (ARM lists of a subscription), by a name without `/`. The first writer's stays. */
  readonly putData: (runId: string, name: string, text: string) => Promise<void>;
  readonly readData: (runId: string, name: string) => Promise<string | undefined>;
  readonly markListed: (runId: string, subscriptionId: string) => Promise<void>;
  readonly isListed: (runId: string, subscriptionId: string) => Promise<boolean>;
  /** Whether all of them are marked, asked after one was. */
  readonly areListed: (
    runId: string,
    subscriptionIds: readonly string[],
    last: string,
  ) => Promise<boolean>;
  /** Whether the one named goes on to make the plan; one of those that ask. */
  readonly claimPlan: (runId: string, listed: number, subscriptionId: string) => Promise<boolean>;
  readonly putResult: (runId: string, cluster: C) => Promise<Stored>;
  readonly readResult: (runId: string, clusterId: string) => Promise<C | undefined>;
  readonly progress: (runId: string) => Promise<Progress | undefined>;
  readonly isComplete: (runId: string, clusterId: string) => Promise<boolean>;
  /** Nobody has to look at the run again. */
  readonly closeRun: (runId: string) => Promise<void>;
  readonly sealRun: (runId: string, work: SealWork<C, R>) => Promise<Sealed<R>>;
  /** Sealed runs of the whole fleet, the newest first. */
  readonly sealedRuns: (limit: number) => Promise<readonly SealedRun[]>;
  readonly readReport: (runId: string) => Promise<R | undefined>;
  readonly prune: (now: string) => Promise<void>;
  readonly readAccess: (clusterId: string) => Promise<ClusterAccessEntry | undefined>;
  /** Of which clusters access was kept. */
  readonly knownAccess: () => Promise<(clusterId: string) => boolean>;
  readonly putAccess: (clusterId: string, access: ClusterAccessEntry) => Promise<void>;
  readonly forgetAccess: (clusterId: string) => Promise<void>;
  /** What runs observed of a cluster, for its next audit. */
  readonly readObserved: (clusterId: string) => Promise<ObservedBefore | undefined>;
  readonly putObserved: (clusterId: string, observed: ObservedBefore) => Promise<void>;
  /** The last policy without faults, as text, for a `policyLoader`. */
  readonly putPolicyText: (text: string) => Promise<void>;
  readonly lastPolicyText: () => Promise<string | undefined>;
}

/** What runs keep, over the account of the function app, or what a test puts in its place. */
export function storageOver<C extends ClusterFindings, R extends AnyReport<C>>(
  store: Store,
  shapes: Shapes<C, R>,
): Storage<C, R> {
  return {
    openRun: (run) => openRun(store, run),
    createPlan: (plan) => createPlan(store, plan),
    readPlan: (runId) => readPlan(store, runId),
    openRuns: (due) => openRuns(store, due),
    takeSlot: (request) => takeSlot(store, request),
    claimClusters: (runId, key) =>
      claimClusters(store, { runId, key }, async (other) =>
        (await openRuns(store)).some((open) => open.runId === other),
      ),
    async putData(runId, name, text) {
      await store.createBlob(dataName(runId, name), await pack(text));
    },
    async readData(runId, name) {
      const bytes = await store.readBlob(dataName(runId, name), maxDataBytes);
      return bytes === undefined ? undefined : unpack(bytes);
    },
    markListed: (runId, subscriptionId) => markListed(store, runId, subscriptionId),
    isListed: (runId, subscriptionId) => isListed(store, runId, subscriptionId),
    areListed: (runId, ids, last) => areListed(store, runId, ids, last),
    claimPlan: (runId, listed, id) => claimPlan(store, runId, listed, id),
    putResult: (runId, cluster) => putResult(store, runId, cluster),
    readResult: (runId, clusterId) => readResult(store, runId, clusterId, shapes.isCluster),
    progress: (runId) => progressOf(store, runId),
    isComplete: (runId, clusterId) => isComplete(store, runId, clusterId),
    closeRun: (runId) => closeRun(store, runId),
    sealRun: (runId, work) => sealRun(store, shapes, runId, work),
    sealedRuns: (limit) => sealedRuns(store, limit),
    readReport: (runId) => readReport(store, runId, shapes.isReport),
    prune: (now) => prune(store, now),
    readAccess: (clusterId) => readAccess(store, clusterId),
    knownAccess: () => knownAccess(store),
    putAccess: (clusterId, access) => putAccess(store, clusterId, access),
    readObserved: (clusterId) => readObserved(store, clusterId),
    putObserved: (clusterId, observed) => putObserved(store, clusterId, observed),
    forgetAccess: (clusterId) => forgetAccess(store, clusterId),
    putPolicyText: (text) => putPolicyText(store, text),
    lastPolicyText: () => lastPolicyText(store),
  };
}

const maxDataBytes = 64 * 1024 * 1024;

function dataName(runId: string, name: string): string {
  if (!/^[\w.-]{1,128}$/u.test(name)) throw new TypeError('not the name of data of a run');
  return `${runFolder(runId)}data/${name}`;
}
