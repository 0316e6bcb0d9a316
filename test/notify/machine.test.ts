import { describe, expect, test } from '@jest/globals';
import type { CallOutcome } from '../../shared/notify/outcome.ts';
import { closedBy, edited, editClaimed, withEdit } from '../../shared/notify/outbox/edits.ts';
import {
  claimed,
  dead,
  withExpiredLease,
  later,
  afterSearch,
  afterSend,
} from '../../shared/notify/outbox/machine.ts';
import { newRow, type OutboxRow, type RowState } from '../../shared/notify/outbox/row.ts';
import { timing } from '../../shared/notify/outbox/timing.ts';
import { reminderDay } from '../../shared/notify/plan/reminders.ts';

const now = 1_000_000_000_000;
const nowhere = { threadTs: undefined, fallback: undefined };

function row(changes: Partial<OutboxRow> = {}): OutboxRow {
  return newRow({
    route: 'fleet',
    key: 'digest|a',
    kind: 'digest',
    channel: 'C0FLEET0001',
    runId: 'r',
    createdMs: now,
    ...changes,
  });
}

function sending(changes: Partial<OutboxRow> = {}): OutboxRow {
  const claim = claimed(row(changes), now);
  if (claim === undefined) throw new Error('not claimed');
  return claim;
}

function unknown(startedMs = now, looks = 0): OutboxRow {
  return row({ state: { kind: 'unknown', startedMs, looks, notBeforeMs: now, why: 'timeout' } });
}

function sent(changes: Partial<OutboxRow> = {}): OutboxRow {
  return row({ state: { kind: 'sent', ts: '1.0', threadTs: '1.0', sentMs: now }, ...changes });
}

/** An edit that was tried so often. */
function failing(failures: number, level: OutboxRow['level'] = 'full'): OutboxRow {
  const edit = { notBeforeMs: now, leaseUntilMs: now + 60_000, level, failures };
  return sent({ state: { kind: 'sent', ts: '1.0', threadTs: '1.0', sentMs: now, edit } });
}

/** An edit that nobody has, to be made so long from now. */
function waiting(afterMs: number, changes: object = {}): object {
  return { notBeforeMs: now + afterMs, level: 'full', failures: 0, ...changes };
}

/** What is still to be edited. */
function editOf({ state }: OutboxRow): unknown {
  return state.kind === 'sent' ? state.edit : 'not sent';
}

function refused(
  refusal: Extract<CallOutcome, { kind: 'refused' }>['refusal'],
  retryAfterMs?: number,
): CallOutcome {
  return {
    kind: 'refused',
    refusal,
    code: refusal,
    detail: refusal,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

const lost: CallOutcome = { kind: 'unknown', code: 'timeout', detail: 'timeout' };
const taken: CallOutcome = { kind: 'sent', channel: 'C0FLEET0001', ts: '2.0' };

describe('a row is claimed', () => {
  test('when it is due, for a minute', () => {
    expect(claimed(row(), now)).toMatchObject({
      attempts: 1,
      state: { kind: 'sending', startedMs: now, leaseUntilMs: now + 60_000 },
    });
  });

  test.each<[string, OutboxRow]>([
    ['before its time', row({ state: { kind: 'pending', notBeforeMs: now + 1 } })],
    ['while another has it', sending()],
    ['of unknown fate', unknown()],
    ['that was sent', sent()],
    ['that is dead', dead(row(), 'x', now)],
  ])('not one %s', (_name, given) => {
    expect(claimed(given, now)).toBeUndefined();
  });
});

describe('a claim whose lease is over', () => {
  test('is of unknown fate, and afterSearch for a while after it began', () => {
    expect(withExpiredLease(sending(), now + 60_000).state).toEqual({
      kind: 'unknown',
      startedMs: now,
      looks: 0,
      notBeforeMs: now + 15_000,
      why: 'the host ended',
    });
  });

  test('is left alone before', () => {
    const given = sending();
    expect(withExpiredLease(given, now + 59_999)).toBe(given);
  });
});

describe('times that a host with a wrong clock wrote', () => {
  const dayMs = 24 * 3_600_000;

  test.each([
    ['a day ahead, as Slack may ask for', dayMs, false],
    ['two days ahead', 2 * dayMs, true],
    ['ten years ahead', 3650 * dayMs, true],
  ])('%s (%d ms): due is %s', (_what, aheadMs, due) => {
    expect(claimed(row({ createdMs: now + aheadMs }), now) !== undefined).toBe(due);
    const held = { startedMs: now + aheadMs, leaseUntilMs: now + aheadMs };
    const { state } = withExpiredLease(row({ state: { kind: 'sending', ...held } }), now);
    expect(state.kind).toBe(due ? 'unknown' : 'sending');
    const edit = { notBeforeMs: now + aheadMs, level: 'full', failures: 0 } as const;
    const wanted = sent({ state: { kind: 'sent', ts: '1', threadTs: '1', sentMs: now, edit } });
    expect(editClaimed(wanted, now) !== undefined).toBe(due);
  });
});

describe('what Slack says to a claimed row', () => {
  test.each<[string, CallOutcome, Partial<OutboxRow>, Partial<RowState>, Partial<OutboxRow>]>([
    ['taken', taken, {}, { kind: 'sent', ts: '2.0', threadTs: '2.0', sentMs: now }, {}],
    ['nothing', lost, {}, { kind: 'unknown', looks: 0 }, {}],
    ['wait', refused('throttled', 90_000), {}, { kind: 'pending', notBeforeMs: now + 90_000 }, {}],
    ['the app is broken', refused('app'), {}, { kind: 'pending', notBeforeMs: now + 240_000 }, {}],
    [
      'no connection',
      refused('unreachable'),
      {},
      { kind: 'pending', notBeforeMs: now + 30_000 },
      {},
    ],
    [
      'no connection, the 4th time',
      refused('unreachable'),
      { attempts: 3 },
      { kind: 'pending', notBeforeMs: now + 240_000 },
      {},
    ],
    [
      'no connection, the 40th time',
      refused('unreachable'),
      { attempts: 39 },
      { kind: 'pending', notBeforeMs: now + 900_000 },
      {},
    ],
    [
      'too long',
      refused('payload'),
      {},
      { kind: 'pending', notBeforeMs: now },
      { level: 'compact' },
    ],
    [
      'still too long',
      refused('payload'),
      { level: 'compact' },
      { kind: 'pending' },
      { level: 'text' },
    ],
    [
      'one line too long',
      refused('payload'),
      { level: 'text' },
      { kind: 'dead', why: 'payload: payload' },
      {},
    ],
    [
      'no such channel, no fallback',
      refused('route'),
      {},
      { kind: 'dead', why: 'route: route' },
      {},
    ],
    ['something new', refused('other'), {}, { kind: 'pending', notBeforeMs: now + 30_000 }, {}],
    [
      'something new, the 6th time',
      refused('other'),
      { attempts: 5 },
      { kind: 'dead', why: 'other' },
      {},
    ],
    [
      'the thread is gone',
      refused('uneditable'),
      { kind: 'reminder', parent: 'p' },
      { kind: 'dead' },
      {},
    ],
  ])('%s', (_name, outcome, before, state, changes) => {
    const after = afterSend(sending(before), outcome, now, nowhere);
    expect(after.state).toMatchObject(state);
    expect(after).toMatchObject(changes);
  });

  test('no such channel: the fallback, once', () => {
    const at = { threadTs: undefined, fallback: 'C0OPS000001' };
    const moved = afterSend(sending(), refused('route'), now, at);
    expect(moved).toMatchObject({
      channel: 'C0OPS000001',
      insteadOf: 'C0FLEET0001',
      state: { kind: 'pending' },
    });
    const again = claimed(moved, now);
    expect(again && afterSend(again, refused('route'), now, at).state.kind).toBe('dead');
  });

  test('a reply does not go to the fallback without its thread', () => {
    const at = { threadTs: '1.0', fallback: 'C0OPS000001' };
    expect(afterSend(sending({ parent: 'p' }), refused('route'), now, at).state.kind).toBe('dead');
  });

  test('that something is resolved is told without its thread', () => {
    const after = afterSend(
      sending({ kind: 'resolved', parent: 'p' }),
      refused('uneditable'),
      now,
      nowhere,
    );
    expect(after.state.kind).toBe('pending');
    expect(after.parent).toBeUndefined();
  });

  test('a reply is in the thread of its parent', () => {
    const after = afterSend(sending({ parent: 'p' }), taken, now, { ...nowhere, threadTs: '1.0' });
    expect(after.state).toMatchObject({ ts: '2.0', threadTs: '1.0' });
  });

  test('what ended while it was on its way is edited at once', () => {
    const closed = { how: 'resolved', runId: 'r', atMs: now } as const;
    expect(afterSend(sending({ closed }), taken, now, nowhere).state).toMatchObject({
      edit: { notBeforeMs: now },
    });
  });

  test('of a row that is no longer claimed changes nothing', () => {
    const given = sent();
    expect(afterSend(given, lost, now, nowhere)).toBe(given);
  });
});

describe('a search', () => {
  test('that finds it', () => {
    expect(
      afterSearch(unknown(), { kind: 'found', ts: '3.0', threadTs: '1.0' }, now).state,
    ).toMatchObject({
      kind: 'sent',
      ts: '3.0',
      threadTs: '1.0',
    });
  });

  test('two searches without a hit, ten seconds apart: the row is pending again', () => {
    const once = afterSearch(unknown(), { kind: 'absent' }, now);
    expect(once.state).toMatchObject({ kind: 'unknown', looks: 1, notBeforeMs: now + 10_000 });
    expect(afterSearch(once, { kind: 'absent' }, now + 10_000).state).toEqual({
      kind: 'pending',
      notBeforeMs: now + 10_000,
    });
  });

  test('that fails is repeated', () => {
    const found = { kind: 'failed', code: 'http_503', retryAfterMs: 30_000 } as const;
    expect(afterSearch(unknown(now, 1), found, now).state).toMatchObject({
      looks: 1,
      notBeforeMs: now + 30_000,
    });
  });

  test.each([
    ['that is forbidden', { kind: 'forbidden', code: 'missing_scope' }, now],
    [
      'that has failed for a day',
      { kind: 'failed', code: 'x', retryAfterMs: 1 },
      now - timing.undecidedMs - 1,
    ],
  ] as const)('%s: a digest is left, a critical is sent again later', (_name, found, startedMs) => {
    expect(afterSearch(unknown(startedMs), found, now).state).toMatchObject({ kind: 'dead' });
    const critical = { ...unknown(startedMs), kind: 'critical', attempts: 1 } as const;
    expect(afterSearch(critical, found, now).state).toEqual({
      kind: 'pending',
      notBeforeMs: now + 30_000,
    });
  });

  test('a search changes no row whose outcome is known', () => {
    const given = row();
    expect(afterSearch(given, { kind: 'absent' }, now)).toBe(given);
  });
});

describe('an edit', () => {
  const wanted = withEdit(sent(), now);
  const claim = editClaimed(wanted, now) ?? wanted;

  test('is wanted only of what was sent', () => {
    const given = row();
    expect(withEdit(given, now)).toBe(given);
    expect(closedBy(given, { how: 'gone', runId: 'r', atMs: now })).toMatchObject({
      closed: { how: 'gone' },
      state: { kind: 'pending' },
    });
  });

  test('belongs to one host', () => {
    expect(editClaimed(claim, now + 59_999)).toBeUndefined();
    expect(editClaimed(claim, now + 60_000)).toBeDefined();
    expect(editClaimed(sent(), now)).toBeUndefined();
    expect(editClaimed(withEdit(sent(), now + 1), now)).toBeUndefined();
  });

  test.each<[string, CallOutcome, object | undefined]>([
    ['made', taken, undefined],
    ['of unknown fate: made again, it says the same', lost, waiting(30_000, { failures: 1 })],
    ['to wait', refused('throttled', 5000), waiting(5000)],
    ['refused with the app', refused('app'), waiting(240_000)],
    ['without a connection', refused('unreachable'), waiting(30_000, { failures: 1 })],
    ['too long', refused('payload'), waiting(0, { level: 'compact' })],
    ['of a message that is gone', refused('uneditable'), undefined],
    ['in a channel that is gone', refused('route'), undefined],
    ['refused in a new way', refused('other'), waiting(30_000, { failures: 1 })],
  ])('%s', (_name, outcome, edit) => {
    const left = editOf(edited(claim, outcome, now));
    expect(left).toEqual(edit);
  });

  test.each<[string, OutboxRow, CallOutcome]>([
    ['without an answer', failing(20), lost],
    ['in a new way', failing(5), refused('other')],
    ['as a single line', failing(0, 'text'), refused('payload')],
  ])('that fails for ever %s is given up', (_name, given, outcome) => {
    expect(edited(given, outcome, now).state).not.toHaveProperty('edit');
  });
});

test('later and dead keep everything else', () => {
  const given = sending({ insteadOf: 'C0X' });
  expect(later(given, 5)).toEqual({ ...given, state: { kind: 'pending', notBeforeMs: 5 } });
  expect(dead(given, 'why', 6)).toEqual({ ...given, state: { kind: 'dead', why: 'why', atMs: 6 } });
});

test.each([
  [0.9, [1, 3, 7], undefined],
  [1, [1, 3, 7], 1],
  [2.9, [7, 1, 3], 1],
  [3, [1, 3, 7], 3],
  [13.9, [1, 3, 7], 7],
  [14, [1, 3, 7], 14],
  [36, [1, 3, 7], 35],
  [400, [], undefined],
])('after %d days of %j, the reminder of day %s', (age, list, day) => {
  expect(reminderDay(age, list)).toBe(day);
});
