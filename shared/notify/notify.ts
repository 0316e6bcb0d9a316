import {
  messageContext,
  type ReportSource,
  type MessageContext,
} from './compose/message-context.ts';
import { drain } from './outbox/drain.ts';
import type { DrainClock, Drained, DrainOptions } from './outbox/drain-types.ts';
import { newRow, hasWork, type OutboxRow } from './outbox/row.ts';
import { modify, type OutboxStore, type StoredRow } from './outbox/store.ts';
import { digestsOf, lastShown } from './plan/digests.ts';
import { markerKey, planMessages } from './plan/plan.ts';
import type { OutboxPlan } from './plan/types.ts';
import type { Routing, SlackTarget } from './routing/routing.ts';
import { weeklySlot } from './routing/weekly-slot.ts';
import type { Sender } from './sender.ts';

export interface NotifyDeps {
  readonly store: OutboxStore;
  readonly reports: ReportSource;
  readonly routing: Routing;
  readonly sender: Sender;
  readonly clock: DrainClock;
  readonly options: DrainOptions;
}

/**
 * One tick: plans what the newest sealed run asks for, then sends what is due. To be called after a
 * run is sealed and every few minutes; any number of times, by any number of hosts.
 */
export async function notify(deps: NotifyDeps): Promise<Drained> {
  const context = messageContext(deps.reports, deps.routing);
  for (const target of deps.routing.targets) await planTarget(deps, context, target);
  return await drain({ ...deps, context });
}

/** Plans a run that came to nothing. At most one message in six hours and target. */
export async function planRunFailed(
  { store, routing, clock }: Pick<NotifyDeps, 'store' | 'routing' | 'clock'>,
  run: { readonly id: string; readonly why: string },
): Promise<void> {
  const nowMs = clock.nowMs();
  const sixHours = Math.floor(nowMs / (6 * 3_600_000));
  for (const target of routing.targets.filter(({ whole }) => whole))
    await store.insert(
      newRow({
        route: target.id,
        key: `run-failed|${sixHours}`,
        kind: 'run-failed',
        channel: target.channel,
        runId: run.id,
        note: run.why.slice(0, 300),
        createdMs: nowMs,
      }),
    );
}

async function planTarget(
  deps: NotifyDeps,
  context: MessageContext,
  target: SlackTarget,
): Promise<void> {
  const { store, clock } = deps;
  const marker = await store.read(target.id, markerKey);
  if (target.weekly !== undefined && marker !== undefined)
    await planWeekly(store, target, marker.row, clock.nowMs());
  const runId = await context.newestRun();
  if (runId === undefined || (marker?.row.shownRun ?? '') >= runId) return;
  const now = await context.newest();
  if (now === undefined) return;
  const rows = await store.list(target.id, '');
  const plain = rows.map(({ row }) => row);
  // A plan that broke off before its marker was written has left a digest.
  const baseRun = marker?.row.shownRun ?? digestsOf(plain).at(-1)?.runId;
  const plan = planMessages({
    target,
    hears: context.hears(target),
    hasCluster: target.whole ? () => true : (cluster) => deps.routing.hasCluster(target, cluster),
    rows: plain,
    marker: marker?.row,
    base: baseRun === runId ? undefined : await context.run(baseRun),
    shown: await context.run(lastShown(plain)?.shownRun),
    now,
    nowMs: clock.nowMs(),
  });
  await apply(store, plan);
  // Last, and only if nobody else has planned meanwhile: without it all of this is done again.
  if (marker === undefined) await store.insert(plan.marker);
  else await store.replace(plan.marker, marker.etag);
  for (const stale of staleRows(rows, clock.nowMs())) await store.remove(stale);
}

async function apply(store: OutboxStore, plan: OutboxPlan): Promise<void> {
  for (const row of plan.inserts) await store.insert(row);
  for (const { key, change } of plan.changes)
    await modify(store, { route: plan.marker.route, key }, change);
}

async function planWeekly(
  store: OutboxStore,
  target: SlackTarget,
  marker: OutboxRow,
  nowMs: number,
): Promise<void> {
  const slot = target.weekly && weeklySlot(target.weekly, nowMs);
  if (slot === undefined) return;
  const date = new Date(slot).toISOString().slice(0, 10);
  await store.insert(
    newRow({
      route: target.id,
      key: `weekly|${date}`,
      kind: 'weekly',
      channel: target.channel,
      runId: marker.runId,
      createdMs: slot,
    }),
  );
}

const dayMs = 24 * 3_600_000;
/** A critical that was open so long ago begins anew. */
const keptCriticalMs = 90 * dayMs;
const keptMs = 35 * dayMs;
/** The rest is for the next run. */
const mostAtOnce = 200;

/** Rows that nobody will ask for again. Open criticals, their reminders and the last digests stay, however old. */
function staleRows(rows: readonly StoredRow[], nowMs: number): readonly StoredRow[] {
  const last = new Set(
    digestsOf(rows.map(({ row }) => row))
      .filter(({ state }) => state.kind === 'sent')
      .slice(-2)
      .map(({ key }) => key),
  );
  const open = new Set(
    rows.flatMap(({ row }) => (row.kind === 'critical' && row.closed === undefined ? row.key : [])),
  );
  return rows
    .filter(({ row }) => !hasWork(row) && !last.has(row.key) && !open.has(row.parent ?? ''))
    .filter(({ row }) => isOver(row, nowMs))
    .slice(0, mostAtOnce);
}

function isOver(row: OutboxRow, nowMs: number): boolean {
  if (row.kind === 'plan') return false;
  if (row.kind !== 'critical') return nowMs - row.createdMs > keptMs;
  if (row.closed !== undefined) return nowMs - row.closed.atMs > keptCriticalMs;
  return row.state.kind === 'dead' && nowMs - row.state.atMs > keptCriticalMs;
}
