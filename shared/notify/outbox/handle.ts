import { composeEdit } from '../compose/compose.ts';
import { gather } from '../compose/materials.ts';
import type { CallOutcome } from '../outcome.ts';
import { quietUntil } from '../routing/quiet-hours.ts';
import { composeRow } from './compose-row.ts';
import type { Drain, Tally } from './drain-types.ts';
import { edited, editClaimed } from './edits.ts';
import { claimed, dead, withExpiredLease, afterSearch, afterSend } from './machine.ts';
import { hasWork, messageId, type OutboxRow } from './row.ts';
import { modify, type StoredRow, type OutboxStore } from './store.ts';
import { isAhead, timing } from './timing.ts';

/** What the channel does next about a row. */
export type RowStep =
  /** Nothing more in this drain. */
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly atMs: number }
  | { readonly kind: 'throttled'; readonly untilMs: number };

const done: RowStep = { kind: 'done' };

/** One row, and what is needed to take it further. */
interface Work {
  readonly deps: Drain;
  readonly stored: StoredRow;
  readonly tally: Tally;
  readonly pace: () => Promise<void>;
}

/** Takes one row one step further. `pace` is awaited before each call to Slack. */
export async function handleRow(
  deps: Drain,
  at: Pick<OutboxRow, 'route' | 'key'>,
  tally: Tally,
  pace: () => Promise<void>,
): Promise<RowStep> {
  const stored = await deps.store.read(at.route, at.key);
  if (stored === undefined || !hasWork(stored.row)) return done;
  const nowMs = deps.clock.nowMs();
  const { state } = stored.row;
  const work = { deps, stored, tally, pace };
  switch (state.kind) {
    case 'sending':
      // Somebody else has it, until the lease is over.
      return isAhead(state.leaseUntilMs, nowMs)
        ? done
        : await written(deps, stored, withExpiredLease(stored.row, nowMs));
    case 'unknown':
      return isAhead(state.notBeforeMs, nowMs)
        ? { kind: 'again', atMs: state.notBeforeMs }
        : await search(work);
    case 'pending':
      return isAhead(state.notBeforeMs, nowMs)
        ? { kind: 'again', atMs: state.notBeforeMs }
        : await send(work);
    case 'sent':
      return await edit(work);
    case 'dead':
      return done;
  }
}

async function send({ deps, stored, tally, pace }: Work): Promise<RowStep> {
  const { clock, store, context } = deps;
  const { row } = stored;
  if (isQuiet(deps, row)) return done;
  if (isTooOld(row, clock.nowMs())) {
    tally.dropped += 1;
    return await written(deps, stored, dead(row, 'expired', clock.nowMs()));
  }
  await pace();
  const { composed, threadTs, channel } = await composeRow(deps, row);
  if (channel !== row.channel) {
    tally.moved += 1;
    return await written(deps, stored, { ...row, channel });
  }
  // What it waits for may be done by another channel in a moment, or by the next drain.
  if (composed.kind === 'wait') return done;
  if (composed.kind === 'drop') {
    tally.dropped += 1;
    return await written(deps, stored, dead(row, composed.why, clock.nowMs()));
  }
  const claim = claimed(composed.row, clock.nowMs());
  const held = claim && (await store.replace(claim, stored.etag));
  if (held === undefined || held.row.state.kind !== 'sending') return done;
  // Nothing is sent that could arrive after another host has begun to look for it.
  if (held.row.state.leaseUntilMs - clock.nowMs() < timing.leaseLeftMs) return done;
  const outcome = await deps.sender.post(
    row.channel,
    composed.message,
    threadTs === undefined ? undefined : { ts: threadTs, broadcast: row.kind === 'critical' },
  );
  const fallback = context.routing.fallback;
  const after = await settle(deps.store, held, (fresh) =>
    afterSend(fresh, outcome, clock.nowMs(), { threadTs, fallback }),
  );
  if (outcome.kind === 'sent') tally.sent += 1;
  if (after !== undefined && after.channel !== row.channel) tally.moved += 1;
  return noteRefusal(tally, row.channel, outcome, clock.nowMs()) ?? next(after, row.channel);
}

async function search({ deps, stored, pace }: Work): Promise<RowStep> {
  const { row } = stored;
  if (row.state.kind !== 'unknown') return done;
  const parent =
    row.parent === undefined ? undefined : await deps.store.read(row.route, row.parent);
  const threadTs = parent?.row.state.kind === 'sent' ? parent.row.state.threadTs : undefined;
  await pace();
  const found = await deps.sender.find({
    channel: row.channel,
    messageId: messageId(row),
    startedMs: row.state.startedMs,
    ...(threadTs !== undefined && { threadTs }),
  });
  return await written(deps, stored, afterSearch(row, found, deps.clock.nowMs()));
}

async function edit({ deps, stored, tally, pace }: Work): Promise<RowStep> {
  const { clock, store, context, options } = deps;
  const { state } = stored.row;
  if (state.kind !== 'sent' || state.edit === undefined) return done;
  if (isAhead(state.edit.notBeforeMs, clock.nowMs()))
    return { kind: 'again', atMs: state.edit.notBeforeMs };
  await pace();
  const claim = editClaimed(stored.row, clock.nowMs());
  const held = claim && (await store.replace(claim, stored.etag));
  if (held === undefined) return done;
  const materials = await gather(held.row, store, context, options);
  const message = materials && composeEdit(held.row, materials, state.edit.level);
  const outcome: CallOutcome =
    message === undefined
      ? { kind: 'sent', channel: held.row.channel, ts: state.ts }
      : await deps.sender.update(held.row.channel, state.ts, message);
  const after = await settle(deps.store, held, (fresh) => edited(fresh, outcome, clock.nowMs()));
  if (outcome.kind === 'sent' && message !== undefined) tally.edited += 1;
  return (
    noteRefusal(tally, held.row.channel, outcome, clock.nowMs()) ?? next(after, held.row.channel)
  );
}

async function written({ store }: Drain, stored: StoredRow, row: OutboxRow): Promise<RowStep> {
  const after = await store.replace(row, stored.etag);
  return after === undefined ? done : next(after.row, stored.row.channel);
}

/** When to come back to a row, in the channel that it is in. */
function next(row: OutboxRow | undefined, channel: string): RowStep {
  if (row === undefined || !hasWork(row) || row.channel !== channel) return done;
  const { state } = row;
  if (state.kind === 'pending' || state.kind === 'unknown')
    return { kind: 'again', atMs: state.notBeforeMs };
  return state.kind === 'sent' && state.edit !== undefined
    ? { kind: 'again', atMs: state.edit.notBeforeMs }
    : done;
}

function noteRefusal(
  tally: Tally,
  channel: string,
  outcome: CallOutcome,
  nowMs: number,
): RowStep | undefined {
  if (outcome.kind !== 'refused') return undefined;
  if (outcome.refusal === 'app') tally.appBroken = outcome.code;
  if (outcome.refusal === 'route') tally.brokenChannels.set(channel, outcome.code);
  return outcome.refusal === 'throttled'
    ? { kind: 'throttled', untilMs: nowMs + (outcome.retryAfterMs ?? 0) }
    : undefined;
}

/** Quiet hours hold every message back but a critical that may break through; edits notify nobody. */
function isQuiet({ context, clock }: Drain, row: OutboxRow): boolean {
  const quiet = context.target(row.route)?.quietHours;
  if (quietUntil(quiet, clock.nowMs()) === undefined) return false;
  return !(row.kind === 'critical' && quiet?.criticalBreaksThrough === true);
}

/** Criticals and digests say what is true when they are sent, so they do not age. */
function isTooOld({ kind, createdMs }: OutboxRow, nowMs: number): boolean {
  return kind !== 'critical' && kind !== 'digest' && nowMs - createdMs > timing.expireMs;
}

/** Writes what came of a claim, over changes that others made to other parts of the row meanwhile. */
async function settle(
  store: OutboxStore,
  held: StoredRow,
  change: (row: OutboxRow) => OutboxRow,
): Promise<OutboxRow | undefined> {
  const direct = await store.replace(change(held.row), held.etag);
  if (direct !== undefined) return direct.row;
  const after = await modify(store, held.row, (fresh) =>
    isSameClaim(fresh, held.row) ? change(fresh) : undefined,
  );
  return after?.row;
}

function isSameClaim({ state: fresh }: OutboxRow, { state: held }: OutboxRow): boolean {
  if (fresh.kind === 'sending' && held.kind === 'sending')
    return fresh.startedMs === held.startedMs && fresh.leaseUntilMs === held.leaseUntilMs;
  return (
    fresh.kind === 'sent' &&
    held.kind === 'sent' &&
    fresh.edit?.leaseUntilMs === held.edit?.leaseUntilMs
  );
}
