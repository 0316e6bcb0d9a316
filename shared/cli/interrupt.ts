import type { ProgressBar } from './progress.ts';
import { nothingDone, type Terminal } from './terminal.ts';

/** As a shell reports a command that Ctrl-C ended. */
const interruptedStatus = 130;

/** Azure was asked as nobody; the line says what to do. */
interface NoLogin {
  readonly kind: 'no-login';
  readonly why: string;
}

interface LiveCommand {
  /** Whose error lines they are. */
  readonly command: string;
  readonly progress?: ProgressBar;
  /** What is said after Ctrl-C. */
  readonly interrupted?: string | (() => string);
}

/** Work with the person's login. @returns What came of it, or the exit status where nothing did: a line says why. */
export async function liveWork<T>(
  io: Terminal,
  { command, progress, interrupted = 'interrupted' }: LiveCommand,
  work: (signal: AbortSignal) => Promise<T | NoLogin>,
): Promise<T | number> {
  const result = await untilInterrupted(io, work).finally(progress?.end);
  if (result === undefined) {
    const said = typeof interrupted === 'string' ? interrupted : interrupted();
    io.err(`evenkeel ${command}: ${said}\n`);
    return interruptedStatus;
  }
  return isNoLogin(result) ? nothingDone(io, command, result.why) : result;
}

function isNoLogin(result: unknown): result is NoLogin {
  return (
    typeof result === 'object' && result !== null && 'kind' in result && result.kind === 'no-login'
  );
}

/**
 * Runs work that Ctrl-C ends: the first one lets it stop cleanly, a second one ends the process.
 * @returns `undefined` where it was ended.
 */
async function untilInterrupted<T>(
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
