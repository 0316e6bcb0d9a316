import { logTo, type Log } from '../../audit/log.ts';

/** The part of a function's context that logs; lines by any other way carry no invocation id. */
export interface LoggingContext {
  readonly functionName: string;
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** Lines of this invocation, each with the name of the function. */
export function logOf(context: LoggingContext): Log {
  return logTo((level, line) => context[level](line), { function: context.functionName });
}
