import type { Clock } from '../../shared/collect/live/clock.ts';

export interface FakeClock extends Clock {
  advance(ms: number): void;
  /** Waits that were asked for, in order. */
  readonly waits: readonly number[];
}

/** Time that passes only where somebody sleeps or says so. */
export function fakeClock(random = 0): FakeClock {
  let now = Date.UTC(2026, 10, 23, 6);
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    advance(ms) {
      now += ms;
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      waits.push(ms);
      now += ms;
      await Promise.resolve();
    },
    random: () => random,
  };
}
