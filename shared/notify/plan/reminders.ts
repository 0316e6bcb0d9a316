import { currentStatus } from '../changes.ts';
import type { OutboxRow } from '../outbox/row.ts';
import { plannedRow, type PlanInput } from './types.ts';

const dayMs = 24 * 3_600_000;

/**
 * A reply in the thread of every critical that stands untouched since a day of the list, and every
 * week after the last of them. One that is late by several days is one reply.
 */
export function planReminders(input: PlanInput): readonly OutboxRow[] {
  const { target, rows, now, nowMs } = input;
  const keys = new Set(rows.map(({ key }) => key));
  return rows.flatMap((row): readonly OutboxRow[] => {
    if (row.kind !== 'critical' || row.state.kind !== 'sent' || row.closed !== undefined) return [];
    if (
      row.about === undefined ||
      currentStatus(row.about, now) !== 'open' ||
      isHandled(row, nowMs)
    )
      return [];
    const days = reminderDay((nowMs - row.state.sentMs) / dayMs, target.criticals.remindDays);
    const key = `${row.key}|remind|${String(days ?? 0).padStart(4, '0')}`;
    if (days === undefined || keys.has(key)) return [];
    const { about, channel } = row;
    return [
      plannedRow(input, { kind: 'reminder', key, channel, parent: row.key, about, count: days }),
    ];
  });
}

/** Somebody has it, or wants to hear of it later. */
export function isHandled({ handled }: OutboxRow, nowMs: number): boolean {
  return handled?.acknowledgedBy !== undefined || (handled?.snoozedUntilMs ?? 0) > nowMs;
}

/** The last day of the list that has come, then every seventh; `undefined` before the first. */
export function reminderDay(age: number, list: readonly number[]): number | undefined {
  const days = list.toSorted((a, b) => a - b);
  const last = days.at(-1);
  if (last === undefined) return undefined;
  if (age >= last + 7) return last + Math.floor((age - last) / 7) * 7;
  return days.findLast((day) => age >= day);
}
