import type { Clock } from '../../shared/collect/live/clock.ts';

export interface FakeClock extends Clock {
  advance(ms: number): void;
  /** Somebody sets the host's clock. */
  set(byMs: number): void;
  /** Waits that were asked for, in order. */
  readonly waits: readonly number[];
}

/** Time that passes only where somebody sleeps or says so. */
export function fakeClock(random = 0): FakeClock {
  let now = Date.UTC(2026, 10, 23, 6);
  let elapsed = 0;
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    elapsed: () => elapsed,
    advance(ms) {
      now += ms;
      elapsed += ms;
    },
    set(byMs) {
      now += byMs;
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      waits.push(ms);
      now += ms;
      elapsed += ms;
      await Promise.resolve();
    },
    random: () => random,
  };
}
