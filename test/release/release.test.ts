import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { appZip, buildApp } from '../../scripts/release/app.ts';
import { oldestNode } from '../../scripts/release/cli-package.ts';
import { useAzurite } from '../support/storage.ts';
import { unzip } from '../support/unzip.ts';
import { coreToolsKeep, gitKeeps } from './funcignore.ts';

const root = path.join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const azurite = useAzurite();

let folder = '';
let release = '';
let app = '';
let files: readonly string[] = [];
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-release-'));
  execFileSync(process.execPath, ['scripts/release.ts', '--out', folder], { cwd: root });
  release = path.join(folder, 'release');
  const [zip = ''] = globSync('evenkeel-functions-*.zip', { cwd: release });
  app = path.join(folder, 'app');
  files = await unzip(path.join(release, zip), app);
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a release is the tarball, the zip, the template, the list of packages, and checksums that agree', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(readdirSync(release).toSorted()).toEqual([
    'SHA256SUMS',
    'azuredeploy.json',
    `evenkeel-${version}.cdx.json`,
    `evenkeel-${version}.tgz`,
    `evenkeel-functions-${version}.zip`,
  ]);
  const sums = readFileSync(path.join(release, 'SHA256SUMS'), 'utf8').trim().split('\n');
  expect(sums).toHaveLength(4);
  for (const line of sums) {
    const [sum, name = ''] = line.split('  ');
    const bytes = readFileSync(path.join(release, name));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sum);
  }
});

test('the list of packages names those at run time, with their licences, and no other', () => {
  const [file = ''] = globSync('*.cdx.json', { cwd: release });
  const sbom = JSON.parse(readFileSync(path.join(release, file), 'utf8')) as {
    bomFormat: string;
    components: { name: string; group?: string; licenses?: unknown[] }[];
  };
  expect(sbom.bomFormat).toBe('CycloneDX');
  const names = sbom.components.map(({ group, name }) => (group ? `${group}/${name}` : name));
  const { dependencies } = JSON.parse(read('package.json')) as {
    dependencies: Record<string, string>;
  };
  expect(names).toEqual(expect.arrayContaining(Object.keys(dependencies)));
  for (const tool of ['jest', 'typescript', 'esbuild', 'azurite', 'playwright-core'])
    expect(names).not.toContain(tool);
  expect(sbom.components.filter(({ licenses = [] }) => licenses.length === 0)).toEqual([]);
});

describe('the zip of the function app', () => {
  test('is at most 2 MB of what runs: neither maps nor sources nor packages', () => {
    const [zip = ''] = globSync('*.zip', { cwd: release });
    expect(statSync(path.join(release, zip)).size).toBeLessThan(2_000_000);
    expect(
      files.filter((file) => !/^dist\/(?:chunks|functions|rules|shared)\//u.test(file)),
    ).toEqual(['LICENSE', 'dist/THIRD-PARTY-NOTICES', 'host.json', 'package.json']);
    expect(files.filter((file) => !/\.(?:js|json|md)$|\/?[A-Z-]+$/u.test(file))).toEqual([]);
  });

  test('is built twice to the same bytes', async () => {
    const again = path.join(folder, 'again');
    await buildApp(again);
    const [zip = ''] = globSync('*.zip', { cwd: release });
    expect(appZip(again).equals(readFileSync(path.join(release, zip)))).toBe(true);
  }, 120_000);

  test.each([
    { reader: 'Core Tools', keep: coreToolsKeep({ wholeWords: true }) },
    { reader: 'older Core Tools', keep: coreToolsKeep({ wholeWords: false }) },
    { reader: 'git', keep: gitKeeps },
  ])('.funcignore leaves the same files to publish, as $reader understands it', ({ keep }) => {
    const project = [...projectFiles(), ...files];
    const kept = keep(read('.funcignore'), [...new Set(project)]);
    expect(kept.toSorted()).toEqual(files.toSorted());
  });

  test('the readers of .funcignore see an old fault: patterns without a slash', () => {
    const paths = ['a.ts', 'functions/b.ts', 'dist/c.js.map', 'dist/c.js', 'shared/d.ts'];
    const old = '*.ts\n*.js.map\nshared\n';
    expect(coreToolsKeep({ wholeWords: true })(old, paths)).toEqual([
      'functions/b.ts',
      'dist/c.js.map',
      'dist/c.js',
    ]);
    expect(gitKeeps(old, paths)).toEqual(['dist/c.js']);
  });
});

/** What a checkout may hold: the files of git, and what installing, building and running leaves. */
function projectFiles(): readonly string[] {
  const left = [
    '.git/config',
    '.vscode/settings.json',
    'coverage/lcov.info',
    'dist/package/lib/cli/main.js',
    'dist/release/SHA256SUMS',
    'local.settings.json',
    'node_modules/undici/index.js',
  ];
  if (!existsSync(path.join(root, '.git'))) return left;
  const listed = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' });
  return [...left, ...listed.trim().split('\n')];
}

const nodes = [
  process.execPath,
  ...(process.env['EVENKEEL_TEST_NODES'] ?? '').split(path.delimiter).filter((each) => each !== ''),
];

describe.each(nodes)('unpacked in a folder without packages, on %s', (node) => {
  test('the app registers what the sources do', () => {
    // With what is off by default switched on.
    const env = { ...process.env, EVENKEEL_MCP: 'true' };
    const script = ['scripts/local/metadata.ts', app];
    const lines = execFileSync(node, script, { cwd: root, env }).toString().trim().split('\n');
    const names = lines.map((line) => (JSON.parse(line) as { functionName: string }).functionName);
    const sources = globSync('functions/*.ts', { cwd: root });
    expect(names).toEqual(sources.map((file) => path.basename(file, '.ts')).toSorted());
    expect(existsSync(path.join(app, 'node_modules'))).toBe(false);
  });

  test('it answers, with real storage behind it', async () => {
    const child = spawn(node, ['test/release/serve-app.ts', app], {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        AzureWebJobsStorage: azurite.connectionString(),
        EVENKEEL_SCHEDULE: '0 0 */6 * * *',
        EVENKEEL_SUBSCRIPTIONS: '*',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [said] = (await once(child.stdout, 'data')) as [Buffer];
      const at = `http://127.0.0.1:${said.toString().trim()}/api`;
      const health = await fetch(`${at}/health`);
      expect(health.status).toBe(200);
      expect(await health.json()).toMatchObject({ status: 'degraded', degraded: ['no-run-yet'] });
      const report = await fetch(`${at}/report`);
      expect({ status: report.status, body: await report.text() }).toEqual({
        status: 404,
        body: expect.stringContaining('no-run-yet'),
      });
    } finally {
      child.kill();
    }
  });
});

test('everything that is shipped says Node 22 or later', () => {
  const bundles = read('scripts/release/bundle.ts');
  expect(bundles).toContain("target: 'node22'");
  expect(oldestNode).toMatch(/^22\./u);
});
