import type { QuietHours } from '../../policy/index.ts';

const minuteMs = 60_000;
/** Offsets of time zones are multiples of this. */
const stepMs = 15 * minuteMs;
/** Seven quiet days in a row are a configuration that is never loud: then nothing waits longer than this. */
const longestMs = 8 * 24 * 60 * minuteMs;

/** When the quiet time ends that it is in now; `undefined` where it is in none. */
export function quietUntil(quiet: QuietHours | undefined, nowMs: number): number | undefined {
  if (quiet === undefined) return undefined;
  const clock = localClock(quiet.zone);
  if (!isQuiet(quiet, clock(nowMs))) return undefined;
  const start = Math.floor(nowMs / stepMs) * stepMs;
  for (let at = start + stepMs; at <= start + longestMs; at += stepMs) {
    if (isQuiet(quiet, clock(at))) continue;
    for (let minute = at - stepMs + minuteMs; minute < at; minute += minuteMs)
      if (minute > nowMs && !isQuiet(quiet, clock(minute))) return minute;
    return at;
  }
  return undefined;
}

interface LocalTime {
  readonly day: Weekday;
  /** Of the day. */
  readonly minute: number;
}
type Weekday = NonNullable<QuietHours['days']>[number];

function isQuiet({ from, to, days }: QuietHours, { day, minute }: LocalTime): boolean {
  if (days?.includes(day) === true) return true;
  if (from === undefined || to === undefined) return false;
  const [start, end] = [minuteOf(from), minuteOf(to)];
  // Over midnight; the same time twice is a whole day.
  return start < end ? minute >= start && minute < end : minute >= start || minute < end;
}

/** Minutes since midnight of `07:30`. */
export function minuteOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

/** Local day and minute of an instant, by the rules of the IANA zone. */
export function localClock(zone: string): (ms: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (ms) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    const day = weekdays.find((each) => each === parts.get('weekday')?.toLowerCase()) ?? 'mon';
    return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
  };
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
