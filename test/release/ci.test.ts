import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { packCli } from '../../scripts/release/cli-package.ts';
import { repositoryUrl } from '../../shared/model/addresses.ts';
import { isReport } from '../../shared/report/index.ts';
import { renderMetricsOf } from './metrics.ts';

const root = path.join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const action = parse(read('action.yml')) as {
  inputs: Record<string, { description: string; default?: string }>;
  runs: { using: string; steps: Step[] };
};
const { steps } = action.runs;
const workflows = globSync('.github/workflows/*.yml', { cwd: root }).map((file) => ({
  file,
  workflow: parse(read(file)) as {
    on: Record<string, unknown>;
    permissions: Record<string, string>;
    jobs: Record<string, Job>;
  },
}));
const everyStep = [
  ...steps,
  ...workflows.flatMap(({ workflow }) => Object.values(workflow.jobs).flatMap((job) => job.steps)),
];

describe('the action and the workflows', () => {
  test('no script has an expression in its text: inputs come as environment variables', () => {
    const scripts = everyStep.filter(({ run }) => run !== undefined);
    expect(scripts.length).toBeGreaterThan(6);
    expect(scripts.filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });

  test('every action of others is pinned by a commit, with its version behind it', () => {
    const pinned = /^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/u;
    const used = everyStep.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(8);
    expect(used.filter((uses) => !pinned.test(uses))).toEqual([]);
    const texts = ['action.yml', ...workflows.map(({ file }) => file), 'docs/ci.md'].map(read);
    for (const line of texts
      .flatMap((text) => text.split('\n'))
      .filter((each) => /uses: .*@[0-9a-f]{40}/u.test(each)))
      expect(line).toMatch(/# v\d+\.\d+\.\d+$/u);
  });

  test('workflows read only, and the one job that may write runs nothing of the repository', () => {
    for (const { file, workflow } of workflows) {
      expect({ file, permissions: workflow.permissions }).toEqual({
        file,
        permissions: { contents: 'read' },
      });
      expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
      for (const { permissions = {}, steps: own } of Object.values(workflow.jobs)) {
        if (!Object.values(permissions).includes('write')) continue;
        const commands = own.flatMap(({ run, uses }) => [run ?? '', uses ?? '']).join('\n');
        expect(commands).not.toMatch(/checkout|npm|node /u);
      }
    }
  });

  test('a release: the tag is the version, everything is tested, and its provenance is attested', () => {
    const release = read('.github/workflows/release.yml');
    for (const part of [
      '.ci/run',
      'npm run release',
      'sha256sum --check SHA256SUMS',
      'attest-build-provenance',
      'id-token: write',
    ])
      expect(release).toContain(part);
  });

  test('forks get no identity and no upload; pull_request_target is refused', () => {
    // A deleted fork has no repository any more, and is a fork all the same.
    const own = 'github.event.pull_request.head.repo.full_name == github.repository';
    for (const uses of ['azure/login', 'github/codeql-action/upload-sarif'])
      expect(steps.find((step) => step.uses?.startsWith(uses))?.if).toContain(
        `&& (!github.event.pull_request || ${own})`,
      );
    expect(steps[0]).toMatchObject({
      if: "github.event_name == 'pull_request_target'",
      run: expect.stringContaining('exit 2'),
    });
    // A comment takes a token that the caller hands in, and is never of a fork.
    expect(steps.find(({ id }) => id === 'comment')?.if).toContain(
      "inputs.comment-token != '' && steps.plan",
    );
    expect(steps.find(({ id }) => id === 'comment')?.if).toMatch(new RegExp(`&& ${own}$`, 'u'));
    expect(read('action.yml')).not.toMatch(
      /gh (?:pr|issue)|github-script|GITHUB_TOKEN|github\.token/u,
    );
  });

  test('the action takes the release of its own version', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(action.inputs['version']?.default).toBe(version);
  });

  test('releases are looked for where the project is published', () => {
    const get = steps.find(({ id }) => id === 'get');
    expect(get?.env?.['EVENKEEL_RELEASES']).toBe(`${repositoryUrl}/releases/download`);
  });
});

const hasBash = spawnSync('bash', ['--version']).status === 0;
(hasBash ? describe : describe.skip)('the scripts of the action, run with bash', () => {
  let folder = '';
  let tarball = '';
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-action-'));
    await packCli(folder);
    tarball = path.join(folder, globSync('release/*.tgz', { cwd: folder })[0] ?? '');
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => {
    for (const name of ['output', 'summary']) writeFileSync(path.join(folder, name), '');
    rmSync(path.join(folder, 'temp'), { recursive: true, force: true });
    mkdirSync(path.join(folder, 'temp'));
  });

  /** Runs a step with its environment, where expressions are what `given` says of the variable, else empty. */
  function run(id: string, given: Readonly<Record<string, string>>) {
    const step = steps.find((each) => each.id === id || each.name === id);
    const env = Object.fromEntries(
      Object.entries(step?.env ?? {}).map(([name, value]) => [
        name,
        given[name] ?? (value.startsWith('${{') ? '' : value),
      ]),
    );
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? 'exit 99'],
      {
        cwd: folder,
        encoding: 'utf8',
        env: {
          PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
          RUNNER_TEMP: path.join(folder, 'temp'),
          GITHUB_OUTPUT: path.join(folder, 'output'),
          GITHUB_STEP_SUMMARY: path.join(folder, 'summary'),
          ...env,
        },
      },
    );
    const outputs = Object.fromEntries(
      readFileSync(path.join(folder, 'output'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split('=', 2)),
    ) as Record<string, string>;
    return { status, said: stdout + stderr, outputs };
  }

  const get = () => run('get', { EVENKEEL_PACKAGE: tarball }).outputs['folder'] ?? '';
  const article = path.join(root, 'test/cases/seed-1-basic-local');

  test('a second use of the action has a folder of its own: what fails early shows no old result', () => {
    const first = get();
    run('audit', { EVENKEEL_FOLDER: first, EVENKEEL_FROM: article, EVENKEEL_FAIL_ON: 'never' });
    const second = get();
    const ran = run('audit', { EVENKEEL_FOLDER: second, EVENKEEL_FROM: '/nowhere' });
    expect(second).not.toBe(first);
    expect(ran.outputs).toMatchObject({ status: '2' });
    expect(existsSync(path.join(second, 'report.sarif'))).toBe(false);
  });

  test('the package is taken where its checksum is right, and not where it is wrong', () => {
    const right = createHash('sha256').update(readFileSync(tarball)).digest('hex');
    expect(run('get', { EVENKEEL_PACKAGE: tarball, EVENKEEL_SHA256: right }).status).toBe(0);
    const wrong = run('get', {
      EVENKEEL_PACKAGE: tarball,
      EVENKEEL_SHA256: right.replace(/./u, 'g'),
    });
    expect(wrong).toMatchObject({ status: 2, said: expect.stringContaining('nothing was run') });
  });

  test('a release without a checksum is not taken', () => {
    expect(run('get', { EVENKEEL_VERSION: '0.1.0' })).toMatchObject({
      status: 2,
      said: expect.stringContaining('sha256'),
    });
  });

  test('audits saved answers: summary, SARIF, report, status', () => {
    const at = get();
    const ran = run('audit', {
      EVENKEEL_FOLDER: at,
      EVENKEEL_FROM: `${article}\n`,
      EVENKEEL_FAIL_ON: 'high',
    });
    expect(ran.outputs).toMatchObject({ status: '1', sarif: 'true' });
    expect(readFileSync(path.join(folder, 'summary'), 'utf8')).toContain('echo-service');
    expect(isReport(JSON.parse(readFileSync(path.join(at, 'report.json'), 'utf8')))).toBe(true);
    expect(JSON.parse(readFileSync(path.join(at, 'report.sarif'), 'utf8'))).toMatchObject({
      version: '2.1.0',
    });
    expect(run('Result', { EVENKEEL_STATUS: '1' }).status).toBe(1);
  });

  test('plans manifests: summary with the mark of its comment, SARIF at their lines, status', () => {
    const at = get();
    const manifest = path.join(folder, 'service.yaml');
    writeFileSync(
      manifest,
      'apiVersion: v1\nkind: Service\nmetadata: { name: echo-service }\nspec: { type: ClusterIP, ports: [{ port: 80 }] }\n',
    );
    const ran = run('plan', {
      EVENKEEL_FOLDER: at,
      EVENKEEL_FROM: article,
      EVENKEEL_PLAN: `${manifest}\n`,
      EVENKEEL_NAMESPACE: 'default',
      EVENKEEL_FAIL_ON: 'worse',
    });
    expect(ran.outputs).toMatchObject({ status: '1', sarif: 'true', planned: 'true' });
    const summary = readFileSync(path.join(folder, 'summary'), 'utf8');
    expect(summary.split('\n')[0]).toMatch(/^<!-- evenkeel plan: aks-app-[0-9a-f]{8} -->$/u);
    expect(JSON.parse(readFileSync(path.join(at, 'report.sarif'), 'utf8'))).toMatchObject({
      runs: [{ results: [{ ruleId: 'plan/worse-traffic' }] }],
    });
  });

  test('the comment of a plan is made once, and then changed', async () => {
    const comments: { id: number; user: { type: string }; body: string }[] = [];
    const calls: string[] = [];
    const server = createServer((request, response) => {
      void (async () => {
        const parts: Buffer[] = [];
        for await (const part of request) parts.push(part as Buffer);
        const sent = Buffer.concat(parts).toString('utf8');
        if (request.url?.startsWith('/refused') === true) response.statusCode = 403;
        calls.push(`${request.method} ${request.headers.authorization}`);
        const { body = '' } = sent === '' ? {} : (JSON.parse(sent) as { body?: string });
        if (request.method === 'POST')
          comments.push({ id: comments.length + 1, user: { type: 'Bot' }, body });
        const id = Number(/comments\/(\d+)/u.exec(request.url ?? '')?.[1]);
        for (const comment of comments) if (comment.id === id) comment.body = body;
        response.end(JSON.stringify(request.method === 'GET' ? comments : {}));
      })();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const step = steps.find(({ id }) => id === 'comment');
    let said = '';
    const comment = async (text: string, at = ''): Promise<number | null> => {
      writeFileSync(path.join(folder, 'summary.md'), `<!-- evenkeel plan: aks -->\n${text}\n`);
      const child = spawn('bash', ['--noprofile', '--norc', '-e', '-c', step?.run ?? 'exit 99'], {
        env: {
          PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
          EVENKEEL_FOLDER: folder,
          EVENKEEL_COMMENT_TOKEN: 'handed-in',
          EVENKEEL_API: `http://127.0.0.1:${port}${at}`,
          EVENKEEL_REPOSITORY: 'owner/repository',
          EVENKEEL_NUMBER: '7',
        },
      });
      child.stdout.on('data', (part: Buffer) => (said += part.toString('utf8')));
      const [status] = (await once(child, 'close')) as [number | null];
      return status;
    };
    expect(await comment('refused', '/refused')).toBe(1);
    comments.push({ id: 1, user: { type: 'User' }, body: '<!-- evenkeel plan: aks -->\nmine' });
    expect(await comment('first')).toBe(0);
    expect(await comment('second')).toBe(0);
    server.close();
    expect(said).toMatch(/^::error::The comment was not written \(HTTP 403\)\. .*\n$/u);
    expect(comments.map(({ body }) => body.split('\n')[1])).toEqual(['mine', 'second']);
    expect(new Set(calls)).toEqual(
      new Set(['GET Bearer handed-in', 'POST Bearer handed-in', 'PATCH Bearer handed-in']),
    );
  });

  test('what inputs hold is never run', () => {
    const evil = '$(touch evil); `touch evil`; "; touch evil; "';
    const at = get();
    const ran = run('audit', {
      EVENKEEL_FOLDER: at,
      EVENKEEL_FROM: evil,
      EVENKEEL_CLUSTER: evil,
      EVENKEEL_POLICY_FILE: evil,
      EVENKEEL_SUBSCRIPTION: evil,
      EVENKEEL_FAIL_ON: evil,
    });
    expect(ran.outputs['status']).toBe('2');
    expect(run('get', { EVENKEEL_VERSION: evil, EVENKEEL_SHA256: evil }).status).toBe(2);
    expect(existsSync(path.join(folder, 'evil'))).toBe(false);
  });

  test('a pull request of a fork does not audit live clusters', () => {
    const ran = run('audit', { EVENKEEL_FOLDER: get(), EVENKEEL_IS_FORK: 'true' });
    expect(ran).toMatchObject({
      outputs: { status: '0' },
      said: expect.stringContaining('::notice::'),
    });
  });
});

describe('Azure Pipelines', () => {
  test('the example hands values over as environment variables, and its options are known', () => {
    const pipeline = parse(read('docs/azure-pipelines.yml')) as {
      steps: { inputs?: Record<string, string>; env?: Record<string, string> }[];
    };
    const [audit] = pipeline.steps.filter(({ inputs }) => inputs?.['inlineScript'] !== undefined);
    const script = audit?.inputs?.['inlineScript'] ?? '';
    expect(script).not.toContain('$(');
    const names = [...script.matchAll(/\$([A-Z]+)/gu)].map(([, name = '']) => name);
    expect(names).not.toEqual([]);
    expect(Object.keys(audit?.env ?? {})).toEqual(expect.arrayContaining(names));
    const options = [...script.matchAll(/--(?:subscription|fail-on|output)/gu)].map(String);
    expect(options).not.toEqual([]);
    const help = read('shared/cli/help-pages.ts');
    expect(options.filter((option) => !help.includes(option))).toEqual([]);
  });
});

describe('the Grafana dashboard', () => {
  const dashboard = read('docs/grafana-dashboard.json');
  const { panels } = JSON.parse(dashboard) as {
    panels: { id: number; title: string; targets: { expr: string }[] }[];
  };

  test('every metric and every label of it is in our OpenMetrics output', () => {
    const { metrics, labels } = renderMetricsOf();
    const asked = new Set(dashboard.match(/evenkeel_\w+/gu));
    expect(asked.size).toBeGreaterThan(8);
    expect([...asked].filter((name) => !metrics.has(name))).toEqual([]);
    const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n');
    const named = [
      ...[...expressions.matchAll(/[{,](\w+)=~?"/gu)].map(([, label = '']) => label),
      ...[...expressions.matchAll(/by \(([^)]+)\)/gu)].flatMap(([, list = '']) => list.split(', ')),
      ...[...dashboard.matchAll(/\{\{(\w+)\}\}/gu)].map(([, label = '']) => label),
    ];
    expect(named.filter((label) => !labels.has(label))).toEqual([]);
  });

  test('panels have ids and titles of their own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });
});
