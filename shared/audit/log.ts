import { scrubbed } from '../model/index.ts';

/** Fields that a log line may carry; anything else is a person's data or a secret's neighbour. */
export interface LogFields {
  readonly run?: string;
  readonly cluster?: string;
  readonly subscription?: string;
  readonly function?: string;
  readonly path?: string;
  readonly code?: string;
  readonly status?: number;
  readonly why?: string;
  readonly count?: number;
  readonly ms?: number;
}

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with fields that every line carries. */
  with(fields: LogFields): Log;
}

export type LogLevel = 'info' | 'warn' | 'error';

const longest = 300;

/** Writes one line of JSON a message: a fixed text that groups, and the variables as fields. */
export function logTo(write: (level: LogLevel, line: string) => void, always: LogFields = {}): Log {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      const line = Object.entries({ message, ...always, ...fields })
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [key, typeof value === 'string' ? scrubbed(value, longest) : value]);
      write(level, JSON.stringify(Object.fromEntries(line)));
    };
  return {
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => logTo(write, { ...always, ...fields }),
  };
}

/** A failure as fields: what kind and which status, never the error object with its request. */
export function failureFields(error: unknown): LogFields {
  if (typeof error !== 'object' || error === null) return { code: 'thrown' };
  const status = 'statusCode' in error ? error.statusCode : undefined;
  const code = 'code' in error ? error.code : undefined;
  return {
    code: typeof code === 'string' ? code : error instanceof Error ? error.name : 'thrown',
    ...(typeof status === 'number' && { status }),
    ...(error instanceof Error && { why: error.message }),
  };
}
