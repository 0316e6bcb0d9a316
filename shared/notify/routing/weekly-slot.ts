import type { SlackPolicy } from '../../policy/index.ts';
import { localClock, minuteOf } from './quiet-hours.ts';

type Weekly = NonNullable<SlackPolicy['weekly']>;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const stepMs = 15 * minuteMs;

/**
 * The newest moment of the weekly summary that is not after now and less than a day ago; `undefined`
 * where there is none, as a summary that is a day late is not wanted. A time that summer time
 * leaves out is taken as the first moment after it.
 */
export function weeklySlot({ day, at, zone }: Weekly, nowMs: number): number | undefined {
  const clock = localClock(zone);
  const wanted = minuteOf(at);
  let reached = false;
  const earliest = nowMs - dayMs;
  // Back in quarters of an hour until it is too early, then forward in minutes.
  for (let ms = Math.floor(nowMs / minuteMs) * minuteMs; ms > earliest - stepMs; ms -= stepMs) {
    const local = clock(ms);
    if (local.day === day && local.minute >= wanted) {
      reached = true;
    } else if (reached) {
      const slot = firstAfter(clock, ms, day, wanted);
      return slot > earliest ? slot : undefined;
    }
  }
  return undefined;
}

function firstAfter(
  clock: ReturnType<typeof localClock>,
  beforeMs: number,
  day: Weekly['day'],
  wanted: number,
): number {
  let ms = beforeMs;
  for (let step = 0; step < 15; step += 1) {
    ms += minuteMs;
    const local = clock(ms);
    if (local.day === day && local.minute >= wanted) break;
  }
  return ms;
}
