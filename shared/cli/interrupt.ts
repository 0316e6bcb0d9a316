import type { Terminal } from './terminal.ts';

/** As a shell reports a command that Ctrl-C ended. */
export const interrupted = 130;

/**
 * Runs work that Ctrl-C ends: the first one lets it stop cleanly, a second one ends the process.
 * @returns `undefined` where it was ended.
 */
export async function untilInterrupted<T>(
  io: Terminal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const controller = new AbortController();
  const { signal } = controller;
  const off = io.onInterrupt(() => controller.abort(new Error('interrupted by Ctrl-C')));
  try {
    const result = await work(signal);
    return signal.aborted ? undefined : result;
  } catch (error) {
    // Whatever fails once the person has given up is not worth telling.
    if (!signal.aborted) throw error;
    return undefined;
  } finally {
    off();
  }
}
