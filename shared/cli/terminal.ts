import { oneLine } from '../audit/one-line.ts';
import type { AppContext } from '../service/app-context.ts';
import path from 'node:path';

export { oneLine };

/** Where a command writes, and what the place can show. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Columns of standard output; where it is no terminal, those of `COLUMNS`, or 80. */
  readonly width: number;
  /** Standard output is a terminal: a person reads it now. */
  readonly tty: boolean;
  /** Standard output is a terminal that shows colour, or `FORCE_COLOR` is set; `NO_COLOR` wins. */
  readonly colour: boolean;
  /** Standard error is a terminal: progress may rewrite its line. */
  readonly live: boolean;
  readonly errWidth: number;
  /** What starts this tool, as it is typed here. */
  readonly command: string;
  /** Calls when the person presses Ctrl-C, once; the second time ends the process. @returns What takes the listener off. */
  readonly onInterrupt: (listener: () => void) => () => void;
}

/** A command as it was typed, and where it runs. */
export interface Invocation {
  /** Behind the command's name. */
  readonly args: readonly string[];
  readonly io: Terminal;
  readonly context: AppContext;
}

/** Says in one line why a command could do nothing. @returns The exit status for that. */
export function nothingDone(io: Terminal, command: string, why: string): number {
  io.err(`evenkeel ${command}: ${oneLine(why)}\n`);
  return 3;
}

const defaultWidth = 80;

/** The terminal of this process. */
export function terminal(process: NodeJS.Process): Terminal {
  const { stdout, stderr, env } = process;
  // A reader that has seen enough (`| head`) closes the pipe: no error of ours.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const plain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    width: stdout.isTTY ? stdout.columns : columnsOf(env['COLUMNS']),
    tty: stdout.isTTY,
    colour: (stdout.isTTY || isForced(env['FORCE_COLOR'])) && !plain,
    live: stderr.isTTY && env['TERM'] !== 'dumb',
    errWidth: stderr.isTTY ? stderr.columns : defaultWidth,
    command: commandName({ argv: process.argv, env, cwd: process.cwd() }),
    onInterrupt(listener) {
      process.once('SIGINT', listener);
      return () => void process.off('SIGINT', listener);
    },
  };
}

function columnsOf(given = ''): number {
  return /^[1-9]\d{0,3}$/u.test(given) ? Number(given) : defaultWidth;
}

/** As Node takes it: set to anything but 0 or false. */
function isForced(given: string | undefined): boolean {
  return given !== undefined && given !== '0' && given !== 'false';
}

/**
 * What a person types to start this tool again from where they are: `evenkeel`, `npx evenkeel`, or
 * `node shared/cli/main.ts` where it runs from its sources.
 */
export function commandName({
  argv,
  env,
  cwd,
}: {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}): string {
  const script = argv[1] ?? '';
  if (script.endsWith('.ts')) {
    // npm runs scripts in the package's folder, wherever it was called.
    const file = path.relative(env['INIT_CWD'] ?? cwd, script);
    return `node ${/^[\w./\\:@+-]+$/u.test(file) ? file : JSON.stringify(file)}`;
  }
  return env['npm_command'] === 'exec' ? 'npx evenkeel' : 'evenkeel';
}
