import { lower } from '../messages/level.ts';
import type { CallOutcome } from '../outcome.ts';
import type { Closure, OutboxRow } from './row.ts';
import { backoffMs, isAhead, timing, triesOfOther } from './timing.ts';

/** A critical is over, or is to look different: what stands in Slack is to be edited. */
export function closedBy(row: OutboxRow, closed: Closure): OutboxRow {
  return withEdit({ ...row, closed }, closed.atMs);
}

/** Marks a message that was sent for an edit; of others the next content is right anyway. */
export function withEdit(row: OutboxRow, nowMs: number): OutboxRow {
  if (row.state.kind !== 'sent') return row;
  return {
    ...row,
    state: { ...row.state, edit: { notBeforeMs: nowMs, level: 'full', failures: 0 } },
  };
}

/** Takes an edit for one host, so that an older content never follows a newer one. */
export function editClaimed(row: OutboxRow, nowMs: number): OutboxRow | undefined {
  if (row.state.kind !== 'sent' || row.state.edit === undefined) return undefined;
  const { edit } = row.state;
  if (isAhead(edit.notBeforeMs, nowMs) || isAhead(edit.leaseUntilMs ?? 0, nowMs)) return undefined;
  return {
    ...row,
    state: { ...row.state, edit: { ...edit, leaseUntilMs: nowMs + timing.leaseMs } },
  };
}

/** What becomes of a claimed edit. An edit may be repeated: it says the same twice. */
export function edited(row: OutboxRow, outcome: CallOutcome, nowMs: number): OutboxRow {
  if (row.state.kind !== 'sent' || row.state.edit === undefined) return row;
  const { edit, ...state } = row.state;
  const { leaseUntilMs: _lease, ...rest } = edit;
  const done = { ...row, state };
  const again = (afterMs: number, changes: Partial<typeof rest> = {}): OutboxRow => ({
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
