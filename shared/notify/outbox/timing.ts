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
  /** Slack asks for a day at most; hosts' clocks differ by minutes. */
  longestWaitMs: 25 * 3_600_000,
  /** Replies and weeklies that could not be sent for so long are no longer of use. */
  expireMs: 72 * 3_600_000,
} as const;

/** Refusals of a kind that nobody knows. */
export const triesOfOther = 6;

/** Whether a time is still to come. What lies further ahead than any wait was written by a host whose clock was wrong. */
export function isAhead(atMs: number, nowMs: number): boolean {
  return atMs > nowMs && atMs - nowMs <= timing.longestWaitMs;
}

/** 30 s, doubled with every failure up to 15 minutes. */
export function backoffMs(failures: number): number {
  return Math.min(timing.longestBackoffMs, 30_000 * 2 ** Math.min(10, Math.max(0, failures - 1)));
}
