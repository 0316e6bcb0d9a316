import { lower } from '../messages/level.ts';
import type { CallOutcome } from '../outcome.ts';
import type { SearchResult } from '../search.ts';
import { withEdit } from './edits.ts';
import type { OutboxRow, RowState } from './row.ts';
import { backoffMs, isAhead, timing, triesOfOther } from './timing.ts';

/** Not found in two searches, some time apart: it is not there. */
const looksNeeded = 2;
/** Takes a row that is due for one host. `undefined`: it is not to be had. */
export function claimed(row: OutboxRow, nowMs: number): OutboxRow | undefined {
  if (row.state.kind !== 'pending' || isAhead(row.state.notBeforeMs, nowMs)) return undefined;
  return {
    ...row,
    attempts: row.attempts + 1,
    state: { kind: 'sending', startedMs: nowMs, leaseUntilMs: nowMs + timing.leaseMs },
  };
}

/** A host that held a row is gone, or so slow that it must not send any more. */
export function withExpiredLease(row: OutboxRow, nowMs: number): OutboxRow {
  const { state } = row;
  if (state.kind !== 'sending' || isAhead(state.leaseUntilMs, nowMs)) return row;
  return unknownAfter(row, state.startedMs, 'the host ended');
}

/** What becomes of a claimed row by what Slack said. */
export function afterSend(
  row: OutboxRow,
  outcome: CallOutcome,
  nowMs: number,
  at: { readonly threadTs: string | undefined; readonly fallback: string | undefined },
): OutboxRow {
  if (row.state.kind !== 'sending') return row;
  if (outcome.kind === 'sent') return sent(row, outcome.ts, at.threadTs ?? outcome.ts, nowMs);
  if (outcome.kind === 'unknown') return unknownAfter(row, row.state.startedMs, outcome.code);
  const { refusal, code } = outcome;
  switch (refusal) {
    case 'throttled':
      return later(row, nowMs + (outcome.retryAfterMs ?? 0));
    case 'app':
      return later(row, nowMs + timing.appBrokenMs);
    case 'unreachable':
      return later(row, nowMs + backoffMs(row.attempts));
    case 'payload': {
      const level = lower(row.level);
      return level === undefined
        ? dead(row, `payload: ${code}`, nowMs)
        : { ...later(row, nowMs), level };
    }
    case 'route':
      return at.fallback === undefined || at.fallback === row.channel || row.parent !== undefined
        ? dead(row, `route: ${code}`, nowMs)
        : { ...later(row, nowMs), channel: at.fallback, insteadOf: row.channel };
    case 'uneditable':
      return withoutThread(row, code, nowMs);
    case 'other':
      return row.attempts >= triesOfOther
        ? dead(row, code, nowMs)
        : later(row, nowMs + backoffMs(row.attempts));
  }
}

/** The thread is gone. That something is resolved is told all the same, in the channel. */
function withoutThread(row: OutboxRow, code: string, nowMs: number): OutboxRow {
  if (row.kind !== 'resolved' || row.parent === undefined)
    return dead(row, `thread: ${code}`, nowMs);
  const { parent: _parent, ...rest } = row;
  return later(rest, nowMs);
}

/** What a search says about a message that may have been sent. */
export function afterSearch(row: OutboxRow, found: SearchResult, nowMs: number): OutboxRow {
  const { state } = row;
  if (state.kind !== 'unknown') return row;
  const undecided = nowMs - state.startedMs > timing.undecidedMs;
  switch (found.kind) {
    case 'found':
      return sent(row, found.ts, found.threadTs ?? found.ts, nowMs);
    case 'absent':
      return state.looks + 1 >= looksNeeded
        ? later(row, nowMs)
        : {
            ...row,
            state: {
              ...state,
              looks: state.looks + 1,
              notBeforeMs: nowMs + timing.betweenLooksMs,
            },
          };
    case 'forbidden':
      return whenSearchForbidden(row, nowMs);
    case 'failed':
      return undecided
        ? whenSearchForbidden(row, nowMs)
        : { ...row, state: { ...state, notBeforeMs: nowMs + found.retryAfterMs } };
  }
}

/**
 * Nothing can be looked up. A critical is sent again after a while, and may then stand there twice;
 * anything else is left as it is, at worst missing: the next digest carries what it said.
 */
function whenSearchForbidden(row: OutboxRow, nowMs: number): OutboxRow {
  return row.kind === 'critical'
    ? later(row, nowMs + backoffMs(row.attempts))
    : dead(row, 'held: its fate is unknown', nowMs);
}

/** Never to be sent any more. */
export function dead(row: OutboxRow, why: string, nowMs: number): OutboxRow {
  return withState(row, { kind: 'dead', why, atMs: nowMs });
}

/** Back to waiting, from whatever it was. */
export function later(row: OutboxRow, notBeforeMs: number): OutboxRow {
  return withState(row, { kind: 'pending', notBeforeMs });
}

function sent(row: OutboxRow, ts: string, threadTs: string, nowMs: number): OutboxRow {
  const next = withState(row, { kind: 'sent', ts, threadTs, sentMs: nowMs });
  // It was closed while it was under way.
  return row.closed === undefined ? next : withEdit(next, nowMs);
}

function unknownAfter(row: OutboxRow, startedMs: number, why: string): OutboxRow {
  return withState(row, {
    kind: 'unknown',
    startedMs,
    looks: 0,
    notBeforeMs: startedMs + timing.firstLookMs,
    why,
  });
}

function withState(row: OutboxRow, state: RowState): OutboxRow {
  return { ...row, state };
}
