import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const reaches = `process.exit(require('node:fs').existsSync(process.argv[1]) ? 0 : 1)`;

const root = path.join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface Step {
  readonly word: string;
  readonly rest: string;
}

/** The steps of each stage, as a builder would take them. */
function stagesOf(dockerfile: string): readonly (readonly Step[])[] {
  const stages: Step[][] = [];
  for (const line of dockerfile.split('\n')) {
    const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/u.exec(line) ?? [];
    if (word === 'FROM') stages.push([]);
    if (word !== '' && word !== 'ARG') stages.at(-1)?.push({ word, rest });
  }
  return stages;
}

const [build = [], image = []] = stagesOf(read('Dockerfile'));
const of = (stage: readonly Step[], word: string): readonly string[] =>
  stage.filter((step) => step.word === word).map(({ rest }) => rest);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-image-'));
  // Another user looks into it.
  chmodSync(folder, 0o755);
  const src = path.join(folder, 'src');
  const ignored = new Set(read('.dockerignore').trim().split('\n'));
  mkdirSync(src);
  for (const name of readdirSync(root))
    if (!ignored.has(name))
      cpSync(path.join(root, name), path.join(src, name), { recursive: true });
  for (const command of of(build, 'RUN'))
    // What it would install is here already.
    if (command === 'npm ci')
      symlinkSync(path.join(root, 'node_modules'), path.join(src, 'node_modules'));
    else execFileSync('sh', ['-c', command], { cwd: src });
  for (const copy of of(image, 'COPY')) {
    const [, from = '', to = ''] = /^--from=build (\S+) (\S+)$/u.exec(copy) ?? [];
    cpSync(path.join(folder, from), path.join(folder, 'image', to), { recursive: true });
  }
  for (const file of globSync('**/*', { cwd: path.join(folder, 'image') })) {
    const at = path.join(folder, 'image', file);
    if (process.getuid?.() === 0) chownSync(at, 0, 0);
    chmodSync(at, 0o555);
  }
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the image runs as a user by number, and its entry point is no shell', () => {
  expect(of(image, 'USER')).toEqual(['65532:65532']);
  expect(JSON.parse(of(image, 'ENTRYPOINT')[0] ?? '')).toEqual([
    'node',
    '/opt/evenkeel/bin/evenkeel.cjs',
  ]);
  // Neither sources nor packages come with it.
  expect(of(image, 'COPY')).toHaveLength(1);
  expect(of(image, 'RUN')).toEqual([]);
});

test('secrets and what is built elsewhere stay out of the builder', () => {
  const ignored = read('.dockerignore').trim().split('\n');
  for (const name of ['.git', 'dist', 'local.settings.json', 'node_modules'])
    expect(ignored).toContain(name);
});

/** The entry point with these arguments, else with the image's own: as nobody, where that may run Node. */
function run(...args: readonly string[]) {
  const [, entry = ''] = JSON.parse(of(image, 'ENTRYPOINT')[0] ?? '[]') as string[];
  const given = args.length > 0 ? args : (JSON.parse(of(image, 'CMD')[0] ?? '[]') as string[]);
  const nobody = { uid: 65532, gid: 65532 };
  const mayRun =
    process.getuid?.() === 0 &&
    // A private TMPDIR lets nobody in.
    spawnSync(process.execPath, ['--eval', reaches, folder], nobody).status === 0;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(folder, 'image', entry), ...given],
    {
      cwd: path.join(folder, 'image', of(image, 'WORKDIR')[0] ?? ''),
      // Nowhere to write.
      env: { HOME: '/nonexistent', TMPDIR: '/nonexistent', NODE_ENV: 'production' },
      encoding: 'utf8',
      ...(mayRun && nobody),
    },
  );
  return { status, out: stdout, err: stderr };
}

describe('its steps, taken here', () => {
  test('without arguments it shows the help', () => {
    expect(run()).toMatchObject({ status: 0, err: '', out: expect.stringContaining('run --once') });
  });

  test('it audits, as nobody and with nowhere to write', () => {
    const { status, out, err } = run('audit', '--example', '--fail-on', 'never');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain('default/echo-service');
  });

  test('a job without settings says each of them and ends with 2', () => {
    expect(run('run', '--once')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/^evenkeel run: settings: EVENKEEL_SCHEDULE is missing[^\n]*\n$/u),
    });
  });
});

const hasBuilder = spawnSync('docker', ['info'], { stdio: 'ignore' }).status === 0;
(hasBuilder ? describe : describe.skip)('with a builder at hand (docker)', () => {
  test('the image is built and runs', () => {
    execFileSync('docker', ['build', '--quiet', '--tag', 'evenkeel-test', '.'], { cwd: root });
    const args = ['run', '--rm', '--read-only', '--network', 'none', 'evenkeel-test'];
    const said = execFileSync('docker', [...args, 'audit', '--example', '--fail-on', 'never']);
    expect(said.toString()).toContain('default/echo-service');
  }, 600_000);
});
