import type { Clock } from './clock.ts';

/** Milliseconds that a server asks to wait: seconds or an HTTP date; `undefined` where it does not say. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/u.test(text)) return Number(text) * 1000;
  const at = /^[A-Za-z]/u.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/**
 * Milliseconds before the next try. Never less than what the server asks for, and a little more, so
 * that many callers do not come back as one.
 */
export function waitMs(attempt: number, askedMs: number | undefined, clock: Clock): number {
  if (askedMs !== undefined)
    return Math.ceil(askedMs + clock.random() * Math.max(100, Math.min(2000, askedMs / 10)));
  const most = Math.min(30_000, 500 * 2 ** attempt);
  return Math.ceil(most / 2 + (clock.random() * most) / 2);
}

/** Statuses after which the same GET may succeed. */
export function isTransient(status: number): boolean {
  return status === 429 || status === 408 || (status >= 500 && status !== 501 && status !== 505);
}
