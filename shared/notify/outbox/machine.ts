import { lower } from '../messages/level.ts';
import type { Outcome } from '../outcome.ts';
import type { Found } from '../sender.ts';
import type { Closed, Row, RowState } from './row.ts';

/** Milliseconds. */
export const timing = {
  /** For this long a claimed row belongs to one host. */
  leaseMs: 60_000,
  /** No call to Slack begins with less of the lease left: its own time limit is 10 s. */
  leaseLeftMs: 30_000,
  /** A call that began may still arrive this long after; not looked for earlier. */
  firstLookMs: 15_000,
  betweenLooksMs: 10_000,
  /** Longest wait between tries that failed. */
  longestBackoffMs: 15 * 60_000,
  /** The app is refused: nothing is sent until the next tick. */
  appBrokenMs: 4 * 60_000,
  /** Search is impossible for so long: decided without it. */
  undecidedMs: 24 * 3_600_000,
  /** Replies and weeklies that could not be sent for so long are no longer of use. */
  expireMs: 72 * 3_600_000,
} as const;

/** Not found in two searches, some time apart: it is not there. */
const looksNeeded = 2;
/** Refusals of a kind that nobody knows. */
const triesOfOther = 6;

/** Takes a row that is due for one host. `undefined`: it is not to be had. */
export function claimed(row: Row, nowMs: number): Row | undefined {
  if (row.state.kind !== 'pending' || row.state.notBeforeMs > nowMs) return undefined;
  return {
    ...row,
    attempts: row.attempts + 1,
    state: { kind: 'sending', startedMs: nowMs, leaseUntilMs: nowMs + timing.leaseMs },
  };
}

/** A host that held a row is gone, or so slow that it must not send any more. */
export function expired(row: Row, nowMs: number): Row {
  const { state } = row;
  if (state.kind !== 'sending' || state.leaseUntilMs > nowMs) return row;
  return unknownAfter(row, state.startedMs, 'the host ended');
}

/** What becomes of a claimed row by what Slack said. */
export function settled(
  row: Row,
  outcome: Outcome,
  nowMs: number,
  at: { readonly threadTs: string | undefined; readonly fallback: string | undefined },
): Row {
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
function withoutThread(row: Row, code: string, nowMs: number): Row {
  if (row.kind !== 'resolved' || row.parent === undefined)
    return dead(row, `thread: ${code}`, nowMs);
  const { parent: _parent, ...rest } = row;
  return later(rest, nowMs);
}

/** What a search for a message of unknown fate says about it. */
export function looked(row: Row, found: Found, nowMs: number): Row {
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
      return blind(row, nowMs);
    case 'failed':
      return undecided
        ? blind(row, nowMs)
        : { ...row, state: { ...state, notBeforeMs: nowMs + found.retryAfterMs } };
  }
}

/**
 * Nothing can be looked up. A critical is sent again, at worst twice; anything else is left as it is,
 * at worst missing: the next digest carries what it said.
 */
function blind(row: Row, nowMs: number): Row {
  return row.kind === 'critical'
    ? later(row, nowMs)
    : dead(row, 'held: its fate is unknown', nowMs);
}

/** A critical is over, or is to look different: what stands in Slack is to be edited. */
export function closedBy(row: Row, closed: Closed): Row {
  return withEdit({ ...row, closed }, closed.atMs);
}

/** Marks a message that was sent for an edit; of others the next content is right anyway. */
export function withEdit(row: Row, nowMs: number): Row {
  if (row.state.kind !== 'sent') return row;
  return {
    ...row,
    state: { ...row.state, edit: { notBeforeMs: nowMs, level: 'full', failures: 0 } },
  };
}

/** Takes an edit for one host, so that an older content never follows a newer one. */
export function editClaimed(row: Row, nowMs: number): Row | undefined {
  if (row.state.kind !== 'sent' || row.state.edit === undefined) return undefined;
  const { edit } = row.state;
  if (edit.notBeforeMs > nowMs || (edit.leaseUntilMs ?? 0) > nowMs) return undefined;
  return {
    ...row,
    state: { ...row.state, edit: { ...edit, leaseUntilMs: nowMs + timing.leaseMs } },
  };
}

/** What becomes of a claimed edit. An edit may be repeated: it says the same twice. */
export function edited(row: Row, outcome: Outcome, nowMs: number): Row {
  if (row.state.kind !== 'sent' || row.state.edit === undefined) return row;
  const { edit, ...state } = row.state;
  const { leaseUntilMs: _lease, ...rest } = edit;
  const done = { ...row, state };
  const again = (afterMs: number, changes: Partial<typeof rest> = {}): Row => ({
    ...row,
    state: { ...state, edit: { ...rest, ...changes, notBeforeMs: nowMs + afterMs } },
  });
  const failures = edit.failures + 1;
  if (outcome.kind === 'sent') return done;
  if (outcome.kind === 'unknown')
    return failures > 20 ? done : again(backoffMs(failures), { failures });
  switch (outcome.refusal) {
    case 'throttled':
      return again(outcome.retryAfterMs ?? 0);
    case 'app':
      return again(timing.appBrokenMs);
    case 'unreachable':
      return again(backoffMs(failures), { failures });
    case 'payload': {
      const level = lower(edit.level);
      return level === undefined ? done : again(0, { level });
    }
    case 'uneditable':
    case 'route':
      return done;
    case 'other':
      return failures >= triesOfOther ? done : again(backoffMs(failures), { failures });
  }
}

export function dead(row: Row, why: string, nowMs: number): Row {
  return withState(row, { kind: 'dead', why, atMs: nowMs });
}

/** Back to waiting, from whatever it was. */
export function later(row: Row, notBeforeMs: number): Row {
  return withState(row, { kind: 'pending', notBeforeMs });
}

function sent(row: Row, ts: string, threadTs: string, nowMs: number): Row {
  const next = withState(row, { kind: 'sent', ts, threadTs, sentMs: nowMs });
  // It was closed while it was under way.
  return row.closed === undefined ? next : withEdit(next, nowMs);
}

function unknownAfter(row: Row, startedMs: number, why: string): Row {
  return withState(row, {
    kind: 'unknown',
    startedMs,
    looks: 0,
    notBeforeMs: startedMs + timing.firstLookMs,
    why,
  });
}

function withState(row: Row, state: RowState): Row {
  return { ...row, state };
}

/** 30 s, doubled with every failure up to 15 minutes. */
function backoffMs(failures: number): number {
  return Math.min(timing.longestBackoffMs, 30_000 * 2 ** Math.min(10, Math.max(0, failures - 1)));
}
