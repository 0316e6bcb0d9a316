import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { help } from '../../shared/cli/help.ts';
import { allRules } from '../../shared/rules/index.ts';
import { run, type Ran } from './run-command.ts';

const root = path.join(import.meta.dirname, '..', '..');
const cases = path.join(root, 'test', 'cases');

const evenkeel = (...args: readonly string[]): Promise<Ran> => run(args);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-cli-'));
  mkdirSync(path.join(folder, 'empty'));
  mkdirSync(path.join(folder, 'nothing', 'arm'), { recursive: true });
  writeFileSync(path.join(folder, 'file.json'), '{}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (name: string): string => path.join(folder, name);

describe('several outputs', () => {
  test('each file in the format that its ending says', async () => {
    const files = ['a.json', 'b.sarif', 'c.md'].map(inFolder);
    const { status, out } = await evenkeel(
      'audit',
      '--example',
      ...files.flatMap((file) => ['--output', file]),
    );
    expect({ status, out }).toEqual({ status: 1, out: '' });
    const [json = '', sarif = '', markdown = ''] = files.map((file) => readFileSync(file, 'utf8'));
    expect(JSON.parse(json)).toMatchObject({ tool: { name: 'evenkeel' } });
    expect(JSON.parse(sarif)).toMatchObject({ version: '2.1.0' });
    expect(markdown).toContain('#');
  });

  test.each([
    { args: ['--output', 'a.md', '--output', 'b.odt'], says: /b\.odt: unknown file extension/u },
    {
      args: ['--output', 'a.md', '--output', 'b.json', '--format', 'csv'],
      says: /--format works with one/u,
    },
    { args: ['--output', 'report.odt'], says: /report\.odt: unknown file extension \(\.txt, /u },
    { args: ['--output', 'report'], says: /report: unknown file extension/u },
    { args: ['--summary', '--format', 'json'], says: /--summary works only with --format text/u },
    { args: ['--output='], says: /--output needs a value \(see evenkeel audit --help\)/u },
    { args: ['--severity'], says: /--severity needs a value \(see evenkeel audit --help\)/u },
    { args: ['--summary=yes'], says: /--summary takes no value/u },
    { args: ['--severity', 'hihg'], says: /--severity must be one of .*did you mean high/u },
    { args: ['--from', cases], says: /--example cannot be combined/u },
  ])('$args is one clear line', async ({ args, says }) => {
    const { status, err } = await evenkeel('audit', '--example', ...args);
    expect({ status, err }).toEqual({ status: 2, err: expect.stringMatching(says) });
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

describe('exit status and one clear line', () => {
  test.each([
    {
      name: 'findings at the default severity',
      args: ['--from', `${cases}/seed-1-basic-local`],
      status: 1,
    },
    { name: 'findings below it', args: ['--from', `${cases}/standard-uneven-local`], status: 0 },
    {
      name: 'the same with a lower limit',
      args: ['--from', `${cases}/standard-uneven-local`, '--fail-on', 'medium'],
      status: 1,
    },
    { name: 'a healthy cluster', args: ['--from', `${cases}/standard-healthy`], status: 0 },
    {
      name: 'never',
      args: ['--from', `${cases}/seed-1-basic-local`, '--fail-on', 'never'],
      status: 0,
    },
  ])('audit: $name -> $status', async ({ args, status }) => {
    const ran = await evenkeel('audit', ...args);
    expect(ran).toMatchObject({ status, err: '' });
    expect(ran.out).toContain('aks-app');
  });

  test.each([
    { name: 'help on no command', args: ['help', 'adit'], status: 2, err: 'did you mean audit?' },
    {
      name: 'a part of a rule’s name',
      args: ['explain', 'starved'],
      status: 2,
      err: 'did you mean traffic/starved-endpoints?',
    },
    {
      name: 'a shell that is not known',
      args: ['completion', 'tcsh'],
      status: 2,
      err: 'completion: SHELL must be one of bash',
    },
    {
      name: 'a verb of slack that does not exist',
      args: ['slack', 'previw'],
      status: 2,
      err: 'did you mean preview? usage:',
    },
    { name: 'no command that exists', args: ['adit'], status: 2, err: 'did you mean audit?' },
    {
      name: 'an option that does not exist',
      args: ['audit', '--form', 'x'],
      status: 2,
      err: 'did you mean --from?',
    },
    {
      name: 'an option without its value',
      args: ['audit', '--from', '--summary'],
      status: 2,
      err: '--from needs a value',
    },
    {
      name: 'a cluster that is not saved',
      args: ['audit', '--from', `${cases}/backend-drift`, '--cluster', 'aks-nope'],
      status: 2,
      err: 'no saved cluster is named aks-nope (--cluster takes a name or an ARM id); saved: aks-drift\n',
    },
    {
      name: 'a format that does not exist',
      args: ['audit', '--from', cases, '--format', 'xml'],
      status: 2,
      err: 'one of text, html',
    },
    {
      name: 'a severity that does not exist',
      args: ['audit', '--from', cases, '--fail-on', 'hihg'],
      status: 2,
      err: 'did you mean high?',
    },
    { name: 'an argument too many', args: ['audit', 'x'], status: 2, err: '"x"' },
    {
      name: 'a folder without --from',
      args: ['audit', cases],
      status: 2,
      err: `did you mean --from ${cases}?`,
    },
    {
      name: 'a variable of a script that is not set',
      args: ['audit', '--cluster', ''],
      status: 2,
      err: '--cluster needs a value',
    },
    {
      name: 'tools for agents on a folder that is not there',
      args: ['mcp', '--from', 'nowhere'],
      status: 2,
      err: 'nowhere: no such file or folder',
    },
    {
      name: 'a time that is none',
      args: ['audit', '--from', cases, '--at', 'noon'],
      status: 2,
      err: '--at must be a time like 2026-11-23T06:00:00Z, not "noon"',
    },
    {
      name: 'a time without saved answers',
      args: ['audit', '--at', '2026-11-23'],
      status: 2,
      err: '--from',
    },
    {
      name: 'a rule that does not exist',
      args: ['explain', 'traffic/starved-endpoint'],
      status: 2,
      err: 'traffic/starved-endpoints',
    },
    { name: 'no rule', args: ['explain'], status: 2, err: 'evenkeel rules' },
    {
      name: 'an option of no command',
      args: ['rules', '--bogus'],
      status: 2,
      err: 'unknown option --bogus; see evenkeel rules --help',
    },
    {
      name: 'a cluster that is in no folder',
      args: ['audit', '--from', cases, '--cluster', 'nope'],
      status: 2,
      err: 'nope',
    },
  ])('$name -> $status', async ({ args, status, err }) => {
    const ran = await evenkeel(...args);
    expect(ran.status).toBe(status);
    expect(ran.out).toBe('');
    expect(
      ran.err
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('audited ')),
    ).toHaveLength(1);
    expect(ran.err).toContain(err);
  });

  test.each([
    { name: 'a path that does not exist', at: 'missing', status: 2, err: 'no such file or folder' },
    {
      name: 'a file of something else',
      at: 'file.json',
      status: 2,
      err: 'file.json: nothing from',
    },
    { name: 'an empty folder', at: 'empty', status: 2, err: 'the folder is empty' },
  ])('$name -> $status', async ({ at, status, err }) => {
    const ran = await evenkeel('audit', '--from', inFolder(at));
    expect(ran.status).toBe(status);
    expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
    expect(ran.err).toContain(err);
  });

  test('a folder of which nothing can be read -> 3, each missing file named with its command', async () => {
    const ran = await evenkeel('audit', '--from', inFolder('nothing'), '--format', 'json');
    expect(ran.status).toBe(3);
    expect(ran.err).toContain('kubernetes/nodes.json');
    expect(ran.err).toContain('kubectl get nodes -A -o json');
    expect(JSON.parse(ran.out)).toMatchObject({ clusters: [{ result: 'failed' }] });
    expect(ran.err).not.toMatch(/\bat .*\.ts:\d+/u);
  });

  test('one folder that cannot be read does not keep the others from being audited', async () => {
    const ran = await evenkeel(
      'audit',
      '--from',
      inFolder('nothing'),
      '--from',
      `${cases}/standard-healthy`,
      '--format',
      'json',
    );
    expect(ran.status).toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({
      summary: { clusters: { planned: 2, complete: 1, failed: 1 } },
    });
  });
});

describe('what is printed', () => {
  test('a folder of folders gives one report, with a line of progress for each', async () => {
    const ran = await evenkeel('audit', '--from', cases, '--format', 'json');
    const { clusters } = JSON.parse(ran.out) as { clusters: readonly unknown[] };
    expect(clusters.length).toBeGreaterThanOrEqual(7);
    expect(ran.err.match(/^audited \d+ of \d+ /gmu)).toHaveLength(clusters.length);
  });

  test('--output writes the file, says so, and prints nothing', async () => {
    const file = inFolder('report.json');
    const ran = await evenkeel(
      'audit',
      '--from',
      `${cases}/standard-healthy`,
      '--output',
      file,
      '--format',
      'json',
    );
    expect(ran).toMatchObject({
      status: 0,
      out: '',
      err: expect.stringMatching(/^wrote .*report\.json \(report as json, \d+ KB\)\n$/u),
    });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ schemaVersion: '1.1' });
  });

  test('rules lists every rule, explain prints the page by full name and by stem', async () => {
    const rules = await evenkeel('rules');
    for (const { meta } of allRules) expect(rules.out).toContain(meta.id);
    const whole = await evenkeel('explain', 'traffic/starved-endpoints');
    expect(whole.out).toBe(
      readFileSync(path.join(root, 'shared/rules/traffic/starved-endpoints.md'), 'utf8'),
    );
    expect(await evenkeel('explain', 'starved-endpoints')).toEqual(whole);
  });

  test.each([['--help'], ['help'], []])('help for %p', async (...args) => {
    const ran = await evenkeel(...args.filter((each) => typeof each === 'string'));
    expect(ran.status).toBe(0);
    expect(ran.out).toContain('evenkeel audit --from');
    expect(ran.out.split('\n').every((line) => line.length <= 100)).toBe(true);
  });

  test('every command that the help names has a page of its own', async () => {
    const names = new Set(
      [...help.matchAll(/^ {2}evenkeel ([a-z]+)/gmu)].map(([, name = '']) => name),
    );
    expect(names.size).toBeGreaterThan(11);
    for (const name of names) {
      const { status, out } = await run([name, '--help']);
      expect({ name, status, starts: out.startsWith(`evenkeel ${name}: `) }).toEqual({
        name,
        status: 0,
        starts: true,
      });
      expect(out).toContain(`\nUsage\n  evenkeel ${name}`);
      expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
      expect(await run(['help', name])).toEqual({ status: 0, out, err: '' });
    }
  });
});

describe('policy files', () => {
  const good = `version: 1
rules:
  - rule: traffic/uneven-share
    severity: critical
exemptions:
  - rule: placement/spread-not-enforced
    subject: shop/web
    reason: three replicas are enough
    owner: platform
    expires: 2099-01-01
`;

  test('a severity and an exemption show in the report and in the exit status', async () => {
    writeFileSync(inFolder('policy.yaml'), good);
    const from = `${cases}/standard-uneven-local`;
    const ran = await evenkeel(
      'audit',
      '--from',
      from,
      '--policy',
      inFolder('policy.yaml'),
      '--format',
      'json',
    );
    expect(ran.status).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({
      summary: { findings: { critical: 1, low: 0, exempt: 1 } },
    });
  });

  test('policy check: good, and bad with file, line and column', async () => {
    writeFileSync(inFolder('good.yaml'), good);
    writeFileSync(
      inFolder('bad.yaml'),
      good.replace('traffic/uneven-share', 'traffic/uneven-shares'),
    );
    expect(await evenkeel('policy', 'check', inFolder('good.yaml'))).toMatchObject({
      status: 0,
      err: '',
      out: expect.stringMatching(/good\.yaml: valid \(1 rule setting, \d+ exemptions?, /u),
    });
    const bad = await evenkeel('policy', 'check', inFolder('bad.yaml'));
    expect(bad).toMatchObject({ status: 2, out: '' });
    expect(bad.err).toContain('bad.yaml:3:');
    expect(bad.err).toContain('traffic/uneven-share');
    const audited = await evenkeel('audit', '--from', cases, '--policy', inFolder('bad.yaml'));
    expect(audited).toMatchObject({ status: 2, out: '' });
    expect(audited.err).toContain('bad.yaml:3:');
  });

  test('a policy file that is not there -> 2 and one line', async () => {
    const ran = await evenkeel('audit', '--from', cases, '--policy', inFolder('none.yaml'));
    expect(ran.status).toBe(2);
    expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
  });
});
