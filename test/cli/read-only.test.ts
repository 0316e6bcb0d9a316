import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.join(import.meta.dirname, '..', '..');

/** Node itself then refuses to write a file, or to start a process. */
const readOnly = ['--permission', '--allow-fs-read=*'];

test('an audit needs no file system that can be written to', async () => {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [...readOnly, 'shared/cli/main.ts', 'audit', '--example', '--format', 'json'],
    { cwd: root, env, maxBuffer: 64 * 1024 * 1024 },
  ).catch((error: unknown) => error as { readonly stdout: string; readonly stderr: string });
  expect(stderr).not.toMatch(/ERR_ACCESS_DENIED/u);
  expect(JSON.parse(stdout)).toMatchObject({ clusters: [{ result: 'complete' }] });
});
