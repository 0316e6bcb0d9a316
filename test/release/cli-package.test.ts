import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { oldestNode } from '../../scripts/release/cli-package.ts';
import { allRules } from '../../shared/rules/index.ts';

const root = path.join(import.meta.dirname, '..', '..');

/** This Node, and those whose paths the environment names: `EVENKEEL_TEST_NODES=/opt/node-22/bin/node`. */
const nodes = [
  process.execPath,
  ...(process.env['EVENKEEL_TEST_NODES'] ?? '').split(path.delimiter).filter((each) => each !== ''),
];

let folder = '';
let installed = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-package-'));
  execFileSync(process.execPath, ['scripts/package.ts', '--out', folder], { cwd: root });
  const empty = path.join(folder, 'empty');
  mkdirSync(empty);
  writeFileSync(path.join(empty, 'package.json'), '{}');
  const [tarball = ''] = globSync('release/evenkeel-*.tgz', { cwd: folder });
  execFileSync(
    'npm',
    ['install', '--offline', '--no-audit', '--no-fund', path.join(folder, tarball)],
    { cwd: empty, shell: process.platform === 'win32' },
  );
  installed = path.join(empty, 'node_modules', 'evenkeel');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the installed command as its shell script would, with nothing of the person's environment but the path. */
function evenkeel(
  node: string,
  args: readonly string[],
  options: readonly string[] = [],
  input = '',
): Ran {
  const { status, stdout, stderr } = spawnSync(
    node,
    [...options, path.join(installed, 'bin/evenkeel.cjs'), ...args],
    {
      cwd: path.dirname(path.dirname(installed)),
      env: { PATH: '', HOME: folder },
      encoding: 'utf8',
      input,
    },
  );
  return { status, out: stdout, err: stderr };
}

/** The files of a tarball. */
function filesIn(tarball: string): readonly string[] {
  const listed = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' });
  return listed.trim().split('\n').toSorted();
}

test('npm pack in the sources gives the same package', () => {
  const to = path.join(folder, 'packed');
  mkdirSync(to);
  execFileSync('npm', ['pack', '--silent', '--pack-destination', to], {
    cwd: root,
    shell: process.platform === 'win32',
  });
  const [packed = ''] = globSync('*.tgz', { cwd: to });
  const [tarball = ''] = globSync('release/*.tgz', { cwd: folder });
  expect(filesIn(path.join(to, packed))).toEqual(filesIn(path.join(folder, tarball)));
}, 120_000);

describe('the tarball', () => {
  test('is below 3 MB, and brings no other package', () => {
    const [tarball = ''] = globSync('release/*.tgz', { cwd: folder });
    expect(statSync(path.join(folder, tarball)).size).toBeLessThan(3_000_000);
    expect(readdirSync(path.dirname(installed)).filter((name) => !name.startsWith('.'))).toEqual([
      'evenkeel',
    ]);
    const manifest: unknown = JSON.parse(
      readFileSync(path.join(installed, 'package.json'), 'utf8'),
    );
    expect(manifest).toMatchObject({ engines: { node: `>=${oldestNode}` }, license: 'MIT' });
    for (const field of ['dependencies', 'devDependencies', 'optionalDependencies', 'scripts'])
      expect(manifest).not.toHaveProperty(field);
  });

  test('holds what the commands read, and neither sources nor maps', () => {
    const files = globSync('**/*', { cwd: installed });
    expect(files.filter((file) => /\.(?:ts|map)$|(?:^|\/)test(?:\/|$)/u.test(file))).toEqual([]);
    for (const file of ['LICENSE', 'THIRD-PARTY-NOTICES', 'README.md', 'slack/manifest.yaml'])
      expect(existsSync(path.join(installed, file))).toBe(true);
    const pages = globSync('lib/rules/*/*.md', { cwd: installed });
    expect(pages).toHaveLength(allRules.length);
  });

  test('names every package whose code it has', () => {
    const text = readFileSync(path.join(installed, 'THIRD-PARTY-NOTICES'), 'utf8');
    for (const name of ['@azure/arm-network', '@azure/identity', 'undici', 'yaml', 'zod'])
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'mu'));
  });
});

/** What is typed for a command of the help, and what must come of it with neither network nor login. */
const commands: Readonly<
  Record<
    string,
    {
      readonly args: readonly string[];
      readonly input?: string;
      readonly says: RegExp;
      readonly status?: number;
    }
  >
> = {
  audit: {
    args: ['audit', '--example', '--fail-on', 'never'],
    says: /default\/echo-service +100\/0\/0/u,
  },
  plan: {
    args: [
      'plan',
      '--from',
      'node_modules/evenkeel/lib/example',
      '--delete',
      'Service/default/echo-service',
    ],
    says: /^Plan: traffic worse; 1 Service changes/mu,
  },
  preflight: { args: ['preflight'], says: /Run 'az login'/u, status: 3 },
  explain: { args: ['explain', 'no-traffic'], says: /^# `traffic\/no-traffic`/u },
  rules: { args: ['rules'], says: /\d+ rules; evenkeel explain RULE/u },
  'policy check': {
    args: ['policy', 'check', 'node_modules/evenkeel/evenkeel.policy.example.yaml'],
    says: /: valid \(/u,
  },
  'policy schema': { args: ['policy', 'schema'], says: /"title": "Evenkeel policy/u },
  'slack preview': {
    args: ['slack', 'preview', '--from', 'node_modules/evenkeel/lib/example'],
    says: /--- post to SLACK_CHANNEL/u,
  },
  'slack test': { args: ['slack', 'test'], says: /set SLACK_BOT_TOKEN/u, status: 2 },
  'slack manifest': {
    args: ['slack', 'manifest', '--url', 'https://a.example.com'],
    says: /request_url: https:\/\/a\.example\.com\/api\/slack\/interactions/u,
  },
  migration: {
    args: ['migration', '--from', 'node_modules/evenkeel/lib/example'],
    says: /NGINX/u,
  },
  save: { args: ['save', '--cluster', 'my-cluster'], says: /Run 'az login'/u, status: 3 },
  mcp: {
    args: ['mcp', '--from', 'node_modules/evenkeel/lib/example'],
    input:
      '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}\n',
    says: /"serverInfo"/u,
  },
  run: { args: ['run', '--once'], says: /EVENKEEL_SCHEDULE is missing/u, status: 2 },
  completion: { args: ['completion', 'bash'], says: /complete -o default/u },
  version: { args: ['version'], says: /^evenkeel \d+\.\d+\.\d+\nNode v\d+/u },
};

describe.each(nodes)('installed in an empty folder, on %s', (node) => {
  test('every command of the help works', () => {
    const help = evenkeel(node, ['--help']);
    expect(help).toMatchObject({ status: 0, err: '' });
    const listed = [...help.out.matchAll(/^ {2}evenkeel ([a-z]+)(?: ([a-z]+))?(?= |$)/gmu)].map(
      ([, name = '', verb]) => (verb === undefined ? name : `${name} ${verb}`),
    );
    const names = [...new Set(listed)];
    expect(names.length).toBeGreaterThan(8);
    for (const name of names) {
      const row = commands[name];
      if (row === undefined) throw new Error(`the help has ${name}, and no row here runs it`);
      const { status, out, err } = evenkeel(node, row.args, [], row.input);
      expect({ name, status, said: out + err }).toEqual({
        name,
        status: row.status ?? 0,
        said: expect.stringMatching(row.says),
      });
      expect({ name, stack: /^\s+at .*:\d+/mu.exec(err)?.[0] }).toEqual({ name, stack: undefined });
    }
  });

  test('every rule has its page there', () => {
    const ids = allRules.map(({ meta }) => meta.id);
    for (const id of [ids[0] ?? '', ids.at(-1) ?? ''])
      expect(evenkeel(node, ['explain', id]).out).toContain('## How to fix');
  });
});

test('what it compiled is kept in the folder of the user, and nowhere that others may write', () => {
  evenkeel(process.execPath, ['version']);
  const kept = globSync('.cache/evenkeel/**/*', { cwd: folder });
  expect(kept.length).toBeGreaterThan(0);
});

test('an older Node gets one clear line', () => {
  const older = path.join(folder, 'older.cjs');
  writeFileSync(
    older,
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: process.env.AS_NODE ?? '20.20.2' } });",
  );
  const { status, out, err } = evenkeel(process.execPath, ['audit'], ['--require', older]);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(
    /^evenkeel: needs Node 22\.19 or later; this is Node 20\.20\.2 \([^\n]*\)\n$/u,
  );
});
