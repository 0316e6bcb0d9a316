import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll } from '@jest/globals';

const root = path.join(import.meta.dirname, '..', '..');

const running: ChildProcessWithoutNullStreams[] = [];
afterAll(killStarted);

/** Two at once would build into the same folder: a test that ran out of time leaves nothing behind. */
export function killStarted(): void {
  for (const child of running.splice(0)) child.kill('SIGKILL');
}

export interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<number>;
  /** @throws Error where it ends before it says so. */
  readonly until: (text: string) => Promise<void>;
  readonly said: () => string;
}

/** `npm start` on a port; killed at the end of the file's tests where it still runs. */
export function start(
  port: number,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Started {
  const child = spawn(process.execPath, ['scripts/start.ts', ...args], {
    cwd: root,
    env: { ...process.env, PORT: String(port), DEBUG: '1', ...env },
  });
  running.push(child);
  let said = '';
  const hear = (chunk: Buffer): void => void (said += chunk.toString());
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = once(child, 'close').then(([code]) => Number(code));
  const until = async (text: string): Promise<void> => {
    while (!said.includes(text) && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 50));
    if (!said.includes(text)) throw new Error(`it ended: ${said}`);
  };
  return { child, ended, until, said: () => said };
}
