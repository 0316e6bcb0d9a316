/** NCRONTAB of six fields: second, minute, hour, day, month, day of week. */
const fields = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  {
    min: 1,
    max: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const satisfies readonly { min: number; max: number; names: readonly string[] }[];

type ScheduleField = (typeof fields)[number];

/** Six fields that the Functions host takes. */
export function isSchedule(text: string): boolean {
  return parseSchedule(text) !== undefined;
}

/** The values of each field; `undefined` for a text that is no schedule. */
function parseSchedule(text: string): readonly ReadonlySet<number>[] | undefined {
  const parts = text.trim().split(/\s+/u);
  if (parts.length !== fields.length) return undefined;
  const sets: ReadonlySet<number>[] = [];
  for (const [index, field] of fields.entries()) {
    const values = valuesOf(parts[index] ?? '', field);
    if (values === undefined) return undefined;
    sets.push(values);
  }
  return sets;
}

/** `*`, `5`, `1-5`, `*\/15`, `0-30/10`, lists of these, and names of months and days. */
function valuesOf(text: string, field: ScheduleField): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of text.toLowerCase().split(',')) {
    const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/u.exec(part);
    if (match === null) return undefined;
    const [, all, first, last, step] = match;
    const from = all === undefined ? numberOf(first ?? '', field) : field.min;
    const openEnd = all !== undefined || (last === undefined && step !== undefined);
    const to = openEnd ? field.max : last === undefined ? from : numberOf(last, field);
    const by = step === undefined ? 1 : Number(step);
    if (from === undefined || to === undefined || by < 1 || from > to) return undefined;
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return values;
}

function numberOf(text: string, { min, max, names }: ScheduleField): number | undefined {
  const named = names.findIndex((name) => name === text);
  if (named !== -1) return named + min;
  if (!/^\d+$/u.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

/** Leap days are up to eight years apart: a schedule without a slot in nine (30 February) has none at all. */
const horizonMs = 9 * 366 * 24 * 3_600_000;

/**
 * The newest slot of a schedule at or before a time, in UTC: what a run is named after, so that two
 * timers, a late one and a retried one mean the same run.
 */
export function slotAtOrBefore(schedule: string, time: Date): Date {
  const sets = parseSchedule(schedule);
  const slot = new Date(Math.floor(time.getTime() / 1000) * 1000);
  if (sets === undefined) return slot;
  const [seconds, minutes, hours, days, months, weekdays] = sets;
  const earliest = slot.getTime() - horizonMs;
  for (let at = slot; at.getTime() >= earliest;) {
    if (
      months?.has(at.getUTCMonth() + 1) !== true ||
      days?.has(at.getUTCDate()) !== true ||
      weekdays?.has(at.getUTCDay()) !== true
    )
      at = before(at, 24 * 3_600_000);
    else if (hours?.has(at.getUTCHours()) !== true) at = before(at, 3_600_000);
    else if (minutes?.has(at.getUTCMinutes()) !== true) at = before(at, 60_000);
    else if (seconds?.has(at.getUTCSeconds()) !== true) at = before(at, 1_000);
    else return at;
  }
  return slot;
}

/** Whether a run is the timer's: those are named after their slot, and others are not. */
export function isSlot(runId: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u.test(runId);
}

/** How many slots lie between two slots, up to 100: those that had no run. */
export function slotsBetween(schedule: string, earlier: Date, later: Date): number {
  let count = 0;
  let at = slotAtOrBefore(schedule, new Date(later.getTime() - 1_000));
  while (at.getTime() > earlier.getTime() && count < 100) {
    count += 1;
    const next = slotAtOrBefore(schedule, new Date(at.getTime() - 1_000));
    if (next.getTime() >= at.getTime()) break;
    at = next;
  }
  return count;
}

/** The last second of the unit (day, hour, minute, second) before the one that a time is in. */
function before(time: Date, unitMs: number): Date {
  return new Date(Math.floor(time.getTime() / unitMs) * unitMs - 1_000);
}
