import { isObject } from '../../model/index.ts';
import { packJson, shaped, unpackJson } from './codec.ts';
import { newestFirst, runFolder, runPartition } from './keys.ts';
import { closeRun, type RunPlan } from './plan.ts';
import { resultKeys } from './results.ts';
import { StorageError, type Store } from './store.ts';

/** What a run is closed with: fixed once, so that whoever finishes the work finishes the same work. */
export interface Closing {
  readonly sealedAt: string;
  /** Keys of the clusters whose result came in time. */
  readonly results: readonly string[];
  /** The sealed run to compare with; none = a first run, or one that a newer one overtook. */
  readonly previous?: string;
  /** A newer run was sealed before this one: it gets a report, and changes nothing else. */
  readonly overtaken: boolean;
}

export interface SealedRun {
  readonly runId: string;
  readonly startedAt: string;
  readonly sealedAt: string;
  /** Whether findings' lives were written with it. */
  readonly hasState: boolean;
  /** Some cluster was not read, or not whole, for want of a right. */
  readonly lacksRights: boolean;
}

export type SealClaim = 'mine' | 'taken' | 'sealed';

/** A sealer that says nothing for so long is taken for dead. All that it does may happen twice. */
const leaseMs = 5 * 60_000;

/** Takes the right to seal a run: one taker at a time, another one when the first seems dead. */
export async function claimSeal(
  store: Store,
  runId: string,
  taker: string,
  now: string,
): Promise<SealClaim> {
  const partition = runPartition(runId);
  if (await store.createRow(partition, 'seal', { taker, at: now })) return 'mine';
  const row = await store.readRow(partition, 'seal');
  if (row === undefined) return 'taken';
  const { taker: holder, at, done } = row.fields;
  if (done === true) return 'sealed';
  if (holder === taker) return 'mine';
  if (Date.parse(now) - Date.parse(String(at)) < leaseMs) return 'taken';
  const took = await store.replaceRow(partition, { ...row, fields: { taker, at: now } });
  return took ? 'mine' : 'taken';
}

/** Clocks of hosts may differ by so much. */
const clockToleranceMs = 10 * 60_000;

/** Fixes what the run is closed with, or finds what an earlier sealer fixed. */
export async function fixClosing(store: Store, plan: RunPlan, now: string): Promise<Closing> {
  const { runId, startedAt, fleet } = plan;
  const name = `${runFolder(runId)}closing`;
  const found = await store.readBlob(name, maxClosingBytes);
  if (found !== undefined) return shaped(await unpackJson(found), isClosing, 'closing');
  // A run from a day to come is of a host whose clock was wrong: nothing is compared with it.
  const latest = new Date(Date.parse(now) + clockToleranceMs).toISOString();
  const newest = await firstSealed(store, (run) => run.startedAt <= latest);
  const overtaken = fleet && newest !== undefined && newest.startedAt > startedAt;
  const previous = overtaken
    ? undefined
    : await firstSealed(
        store,
        (run) => run.hasState && run.runId !== runId && run.startedAt <= latest,
      );
  const closing: Closing = {
    sealedAt: now,
    results: await resultKeys(store, runId),
    ...(previous !== undefined && { previous: previous.runId }),
    overtaken,
  };
  if (await store.createBlob(name, await packJson(closing))) return closing;
  const first = await store.readBlob(name, maxClosingBytes);
  if (first === undefined) throw new StorageError(0, `storage: the closing of ${runId} vanished`);
  return shaped(await unpackJson(first), isClosing, 'closing');
}

const maxClosingBytes = 16 * 1024 * 1024;

function isClosing(value: unknown): value is Closing {
  return (
    isObject(value) && Array.isArray(value['results']) && typeof value['sealedAt'] === 'string'
  );
}

/** Makes a sealed run known to readers and to the next run. */
export async function publish(
  store: Store,
  { runId, startedAt, fleet }: RunPlan,
  { sealedAt, overtaken }: Closing,
  { hasState, lacksRights }: Pick<SealedRun, 'hasState' | 'lacksRights'>,
): Promise<void> {
  await store.putRow(fleet ? 'sealed' : 'sealed part', newestFirst(startedAt, runId), {
    runId,
    startedAt,
    sealedAt,
    hasState: hasState && !overtaken,
    lacksRights,
  });
}

/** Marks a seal as done: nobody has to look at the run again. */
export async function finishSeal(
  store: Store,
  runId: string,
  { sealedAt }: Closing,
): Promise<void> {
  await store.putRow(runPartition(runId), 'seal', { taker: '', at: sealedAt, done: true });
  await closeRun(store, runId);
}

/** Sealed runs of the whole fleet, the newest first. */
export async function sealedRuns(store: Store, limit: number): Promise<readonly SealedRun[]> {
  const runs: SealedRun[] = [];
  if (limit > 0)
    for await (const run of sealedIn(store, 'sealed')) if (runs.push(run) >= limit) break;
  return runs;
}

/** The newest run of the whole fleet for which it holds. */
async function firstSealed(
  store: Store,
  holds: (run: SealedRun) => boolean,
): Promise<SealedRun | undefined> {
  for await (const run of sealedIn(store, 'sealed')) if (holds(run)) return run;
  return undefined;
}

/** Rows of sealed runs, of the fleet or of parts of it. */
export async function* sealedIn(
  store: Store,
  partition: 'sealed' | 'sealed part',
): AsyncGenerator<SealedRun & { readonly key: string }> {
  for await (const { key, fields } of store.listRows(partition)) {
    const { runId, startedAt, sealedAt, hasState, lacksRights } = fields;
    if (typeof runId === 'string' && typeof startedAt === 'string' && typeof sealedAt === 'string')
      yield {
        key,
        runId,
        startedAt,
        sealedAt,
        hasState: hasState === true,
        lacksRights: lacksRights === true,
      };
  }
}
