import { setTimeout as sleep } from 'node:timers/promises';

/** Time and chance, so that tests need neither. */
export interface Clock {
  /** Milliseconds since 1970, as the host has them: they jump where its clock is set. */
  now(): number;
  /** Milliseconds since some moment, for waits and limits: they never jump. */
  elapsed(): number;
  /** @throws the signal's reason, where it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** From 0 to 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  },
  random: () => Math.random(),
};

/** The promise's result, or the signal's reason once it is aborted; what the promise does then is nobody's business. */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return await promise;
  // Whoever loses the race must not become an unhandled rejection, not even before it starts.
  promise.catch(() => undefined);
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** A signal that gives this reason after a while, or the other's when that comes first. */
export function deadline(
  ms: number,
  reason: Error,
  other?: AbortSignal,
): { readonly signal: AbortSignal; readonly clear: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(reason), ms);
  const { signal } = controller;
  return {
    signal: other === undefined ? signal : AbortSignal.any([other, signal]),
    clear: () => clearTimeout(timer),
  };
}
