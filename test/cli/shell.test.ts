import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { run, useContext, type Ran } from './run-command.ts';

/** What only a process of its own shows; what the command says is tested in this one. */

const root = path.join(import.meta.dirname, '..', '..');
const cases = path.join(root, 'test', 'cases');
const main = path.join(root, 'shared', 'cli', 'main.ts');

const nothing = path.join(mkdtempSync(path.join(tmpdir(), 'evenkeel-cli-')), 'nothing');
mkdirSync(path.join(nothing, 'arm'), { recursive: true });
afterAll(() => rmSync(path.dirname(nothing), { recursive: true, force: true }));

/** Runs the command as a person does, from another folder, with its output piped. */
async function inShell(...args: readonly string[]): Promise<Ran> {
  return await inShellWith({}, ...args);
}

async function inShellWith(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ran> {
  const { FORCE_COLOR: _colour, COLUMNS: _columns, ...own } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    cwd: tmpdir(),
    // What the output calls the command is told from here, as `npm test` does.
    env: { ...own, INIT_CWD: root, ...env },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [status] = await once(child, 'close');
  return { status: Number(status), out, err };
}

test.each([
  { args: ['help'], status: 0 },
  { args: ['audit', '--from', `${cases}/seed-1-basic-local`], status: 1 },
  { args: ['audit', '--from', cases, '--format', 'xml'], status: 2 },
])('$args ends with $status, and says what it says in this one', async ({ args, status }) => {
  const ran = await inShell(...args);
  expect(ran.status).toBe(status);
  // The clock may have passed a minute between the two.
  const [, minute = '2026-10-30 12:00'] = /run of (\S+ \S+) UTC/u.exec(ran.out) ?? [];
  useContext({ env: {}, now: () => new Date(`${minute.replace(' ', 'T')}Z`) });
  expect(ran).toEqual(await run(args, { command: 'node shared/cli/main.ts' }));
});

test('what can be read by nobody ends with 3, without a stack', async () => {
  const ran = await inShell('audit', '--from', nothing, '--format', 'json');
  expect(ran.status).toBe(3);
  expect(ran.err).not.toMatch(/\bat .*\.ts:\d+/u);
});

// An error of Node's own is no `Error` of the tests' realm.
test('--output into a folder that is not there -> 2 and one line', async () => {
  const ran = await inShell(
    'audit',
    '--from',
    `${cases}/standard-healthy`,
    '--output',
    path.join(nothing, 'no/report.json'),
  );
  expect(ran).toMatchObject({ status: 2, out: '' });
  expect(ran.err).toContain('ENOENT');
});

test('no colour and no cursor movement where output is piped', async () => {
  const ran = await inShell('audit', '--from', cases);
  expect(ran.out + ran.err).not.toContain('\u001B');
});

test('FORCE_COLOR and COLUMNS reach a pipe, and NO_COLOR wins', async () => {
  const seed = `${cases}/seed-1-basic-local`;
  const env = { FORCE_COLOR: '1', COLUMNS: '120' };
  const wide = await inShellWith(env, 'audit', '--from', seed, '--fail-on', 'never');
  expect(wide.out).toContain('\u001B[');
  const lines = stripVTControlCharacters(wide.out).split('\n');
  expect(lines.some((line) => line === '─'.repeat(120))).toBe(true);
  const plain = await inShellWith({ ...env, NO_COLOR: '1' }, 'audit', '--from', seed);
  expect(plain.out).not.toContain('\u001B');
});

test('a reader that stops early is no error', async () => {
  const evenkeel = `${JSON.stringify(process.execPath)} ${JSON.stringify(main)}`;
  const command = `${evenkeel} audit --from ${JSON.stringify(cases)} 2>&1 >/dev/full | head -c 1; ${evenkeel} rules | head -n 1`;
  const child = spawn('bash', ['-c', command]);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve) => child.on('close', resolve));
  expect(text).toContain('/');
  expect(text).not.toContain('EPIPE');
});
