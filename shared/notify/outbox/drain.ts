import { compareText } from '../../model/index.ts';
import type { Drain, Drained, Tally } from './drain-types.ts';
import { handleRow, type RowStep } from './handle.ts';
import type { RowKind, OutboxRow } from './row.ts';

const channelsAtOnce = 4;
/** Slack takes one message a second and channel. */
const spacingMs = 1100;
/** A drain waits so long for a row; what takes longer is for the next one. */
const longestWaitMs = 30_000;
const passes = 6;

/**
 * Sends what is due: channels side by side, one message a second in each, criticals first. Any number
 * of hosts may drain at once. Rows that others hold, and those that are not due, are left.
 */
export async function drain(deps: Drain): Promise<Drained> {
  const { store, clock, options } = deps;
  const deadlineMs = clock.nowMs() + (options.budgetMs ?? 120_000);
  const tally: Tally = {
    sent: 0,
    edited: 0,
    dropped: 0,
    moved: 0,
    appBroken: undefined,
    brokenChannels: new Map(),
  };
  const lastCallMs = new Map<string, number>();
  for (let pass = 0; pass < passes; pass += 1) {
    const before = progressOf(tally);
    const channels = byChannel((await store.work()).map(({ row }) => row));
    const queue = [...channels];
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift())
        await drainChannel(deps, next[0], next[1], { tally, lastCallMs, deadlineMs });
    };
    // Storage that fails for one channel stops none of the others half way.
    const ended = await Promise.allSettled(Array.from({ length: channelsAtOnce }, worker));
    const failed = ended.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    // A row may have gone to another channel, or had to wait for one there.
    if (
      progressOf(tally) === before ||
      tally.appBroken !== undefined ||
      clock.nowMs() >= deadlineMs
    )
      break;
  }
  const { sent, edited, dropped, appBroken, brokenChannels } = tally;
  return { sent, edited, dropped, appBroken, brokenChannels, left: (await store.work()).length };
}

function progressOf({ sent, edited, dropped, moved }: Tally): number {
  return sent + edited + dropped + moved;
}

interface Shared {
  readonly tally: Tally;
  readonly lastCallMs: Map<string, number>;
  readonly deadlineMs: number;
}

async function drainChannel(
  deps: Drain,
  channel: string,
  rows: readonly OutboxRow[],
  { tally, lastCallMs, deadlineMs }: Shared,
): Promise<void> {
  const { clock } = deps;
  let waiting = rows.map((row) => ({ row, dueMs: 0 }));
  const pace = async (): Promise<void> => {
    const wait = (lastCallMs.get(channel) ?? 0) + spacingMs - clock.nowMs();
    if (wait > 0) await clock.sleep(wait);
    lastCallMs.set(channel, clock.nowMs());
  };
  while (waiting.length > 0 && tally.appBroken === undefined && clock.nowMs() < deadlineMs) {
    const next = waiting.find(({ dueMs }) => dueMs <= clock.nowMs());
    if (next === undefined) {
      const soonestMs = Math.min(...waiting.map(({ dueMs }) => dueMs));
      if (soonestMs > Math.min(deadlineMs, clock.nowMs() + longestWaitMs)) return;
      await clock.sleep(soonestMs - clock.nowMs());
      continue;
    }
    waiting = waiting.filter((each) => each !== next);
    const step: RowStep = await handleRow(deps, next.row, tally, pace);
    if (step.kind === 'again') waiting.push({ row: next.row, dueMs: step.atMs });
    if (step.kind === 'throttled') {
      // Slack's wait is for the channel, not for the message.
      waiting = [next, ...waiting].map(({ row, dueMs }) => ({
        row,
        dueMs: Math.max(dueMs, step.untilMs),
      }));
    }
  }
}

const order: readonly RowKind[] = [
  'critical',
  'run-failed',
  'digest',
  'resolved',
  'not-scanned',
  'more',
  'detail',
  'reminder',
  'weekly',
];

/** Channels with their rows: criticals first, then edits of those that are over, then digests and what hangs on them. */
function byChannel(rows: readonly OutboxRow[]): ReadonlyMap<string, readonly OutboxRow[]> {
  const sorted = rows.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      a.createdMs - b.createdMs ||
      compareText(a.route, b.route) ||
      compareText(a.key, b.key),
  );
  return Map.groupBy(sorted, ({ channel }) => channel);
}

function rank({ kind, state }: OutboxRow): number {
  const at = order.indexOf(kind);
  // An edit goes before the reply that tells of it, and after the criticals.
  return state.kind === 'sent' && kind === 'critical' ? 0.5 : at;
}
