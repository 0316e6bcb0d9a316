import { lacksRights, type ClusterFindings } from '../../findings/index.ts';
import { pack, unpack } from './codec.ts';
import { clusterKey, runFolder } from './keys.ts';
import { closeRun, readPlan, type RunPlan, type PlannedCluster } from './plan.ts';
import { putReport, readReport, reportName, type AnyReport } from './report-blob.ts';
import { claimSeal, finishSeal, fixClosing, publish, type Closing } from './seal.ts';
import { SpoiltError, type Store } from './store.ts';
import { readResult } from './results.ts';

export interface SealInputs<C extends ClusterFindings> {
  readonly plan: RunPlan;
  readonly closing: Closing;
  /** Results that came in time, in the order of the plan; read as they are asked for. */
  readonly results: AsyncIterable<C>;
  /** Planned clusters without a result. */
  readonly missing: readonly PlannedCluster[];
  /** Findings' lives as the previous run left them, for `decodeState`; `undefined` where there are none. */
  readonly previous?: { readonly runId: string; readonly text: string };
}

/** How to tell what was kept from what was spoilt. */
export interface Shapes<C extends ClusterFindings, R extends AnyReport<C>> {
  readonly isCluster: (value: unknown) => value is C;
  readonly isReport: (value: unknown) => value is R;
}

export interface SealWork<C extends ClusterFindings, R extends AnyReport<C>> {
  /** Whoever seals, by a name that no one else has. */
  readonly taker: string;
  readonly now: string;
  /** Makes the report. May be asked again after a crash, with the same inputs. */
  readonly work: (
    inputs: SealInputs<C>,
  ) => Promise<{ readonly report: R; readonly state?: string }>;
  /** What follows from a sealed report (messages to send); again after a crash in the midst of it. */
  readonly announce?: ((report: R, plan: RunPlan) => Promise<void>) | undefined;
}

export type Sealed<R> =
  | { readonly kind: 'sealed'; readonly report: R }
  /** Somebody else did it, or is about to; or the run has no plan yet. */
  | { readonly kind: 'done' | 'taken' | 'unplanned' };

/**
 * Seals a run: fixes what is in it, has the report made, keeps it, makes it known. However often it
 * is called and wherever it crashes, one report comes out, and `announce` follows at least once.
 */
export async function sealRun<C extends ClusterFindings, R extends AnyReport<C>>(
  store: Store,
  shapes: Shapes<C, R>,
  runId: string,
  { taker, now, work, announce }: SealWork<C, R>,
): Promise<Sealed<R>> {
  const plan = await readPlan(store, runId);
  if (plan === undefined) return { kind: 'unplanned' };
  const claim = await claimSeal(store, runId, taker, now);
  if (claim === 'taken') return { kind: 'taken' };
  if (claim === 'sealed') {
    await closeRun(store, runId);
    return { kind: 'done' };
  }
  const closing = await fixClosing(store, plan, now);
  const report = await sealedReport(store, shapes, plan, closing, work);
  await publish(store, plan, closing, {
    hasState: await exists(store, stateName(runId)),
    lacksRights: report.clusters.some(lacksRights),
  });
  await announce?.(report, plan);
  await finishSeal(store, runId, closing);
  return { kind: 'sealed', report };
}

async function sealedReport<C extends ClusterFindings, R extends AnyReport<C>>(
  store: Store,
  shapes: Shapes<C, R>,
  plan: RunPlan,
  closing: Closing,
  work: SealWork<C, R>['work'],
): Promise<R> {
  const { runId } = plan;
  if (!(await exists(store, reportName(runId)))) {
    const { report, state } = await work(await inputsOf(store, shapes.isCluster, plan, closing));
    // The report last: where there is one, all that belongs to it is there.
    if (state !== undefined && !closing.overtaken)
      await store.createBlob(stateName(runId), await pack(state));
    if (await putReport(store, runId, report)) return report;
  }
  const first = await readReport(store, runId, shapes.isReport);
  if (first === undefined) throw new TypeError(`the report of ${runId} vanished`);
  return first;
}

async function inputsOf<C extends ClusterFindings>(
  store: Store,
  isCluster: (value: unknown) => value is C,
  plan: RunPlan,
  closing: Closing,
): Promise<SealInputs<C>> {
  const inTime = new Set(closing.results);
  const has = ({ id }: PlannedCluster): boolean => inTime.has(clusterKey(id));
  const { previous } = closing;
  const bytes =
    previous === undefined ? undefined : await store.readBlob(stateName(previous), maxStateBytes);
  return {
    plan,
    closing,
    results: readResults(store, isCluster, plan.runId, plan.clusters.filter(has)),
    missing: plan.clusters.filter((cluster) => !has(cluster)),
    ...(previous !== undefined && {
      previous: { runId: previous, text: bytes === undefined ? '' : await textOf(bytes) },
    }),
  };
}

/** A blob that cannot be unpacked is a state that cannot be read, and no reason not to seal. */
async function textOf(bytes: Uint8Array): Promise<string> {
  try {
    return await unpack(bytes);
  } catch {
    return '';
  }
}

const maxStateBytes = 64 * 1024 * 1024;

async function exists(store: Store, name: string): Promise<boolean> {
  for await (const each of store.listBlobs(name)) if (each === name) return true;
  return false;
}

function stateName(runId: string): string {
  return `${runFolder(runId)}state`;
}

/** Results in order, a few being read ahead; without those that are spoilt, which would keep the run from its end. */
async function* readResults<C extends ClusterFindings>(
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
