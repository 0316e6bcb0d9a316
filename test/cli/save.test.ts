import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { type ClusterReport, type Report } from '../../shared/report/index.ts';
import { folderNameOf, saveHere } from '../../shared/service/save-here.ts';
import { leaksIn } from '../../simulator/canaries.ts';
import { demoFleet } from '../../simulator/fleets/demo.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { auditFleet } from '../simulator/audit.ts';
import { report } from '../report/builders.ts';
import { logInTo, run, currentContext } from './run-command.ts';
import { sampled } from '../support/long.ts';
import { renderJson } from '../support/rendered.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

jest.setTimeout(300_000);

const folder = temporaryFolder();

const fleet = demoFleet();
const names = (await auditFleet(createSimulator({ fleet }))).clusters
  .filter(({ result }) => result !== 'gone')
  .map(({ name }) => name);

/** What `audit` prints as JSON: one cluster. */
async function audited(...args: readonly string[]): Promise<ClusterReport> {
  const { out, err } = await run(['audit', '--format', 'json', ...args]);
  const [cluster] = (JSON.parse(out) as Report).clusters;
  if (cluster === undefined) throw new Error(err);
  return cluster;
}

/** Saves a cluster of the fleet. What Azure itself observed is live only, and not in this report. */
async function saved(name: string, output: string, anonymize: boolean): Promise<ClusterReport> {
  await logInTo(fleet);
  const done = await saveHere(currentContext(), {
    subscriptions: [],
    cluster: name,
    output,
    anonymize,
  });
  if (done.kind !== 'saved') throw new Error(done.why);
  const whole = renderJson(report([done.saved.report]));
  const [cluster] = (JSON.parse(whole) as Report).clusters;
  if (cluster === undefined) throw new Error('no report');
  return cluster;
}

function textsIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(directory, name))
    .filter((file) => file.endsWith('.json'))
    .map((file) => readFileSync(file, 'utf8'));
}

describe('a saved cluster gives the report that the live one gave', () => {
  test.each(sampled(names, 3))('%s', async (name) => {
    const directory = path.join(folder, name);
    const live = await saved(name, directory, false);
    expect(await audited('--from', directory)).toEqual(live);
    expect(textsIn(directory).flatMap(leaksIn)).toEqual([]);
  });
});

test.each([
  ['aks-app_1.x', 'aks-app_1.x'],
  ['../../etc/cron.d', '.._.._etc_cron.d'],
  ['..', 'cluster'],
  ['', 'cluster'],
  ['a\u0000\u202Eb', 'a__b'],
])('a cluster called %j is saved right here, in %s', (name, directory) => {
  expect(folderNameOf(name)).toBe(directory);
});

/** Findings without the names in them. */
function nameless({ findings, services, result }: ClusterReport): unknown {
  return {
    result,
    findings: findings.map(({ rule, severity }) => `${rule} ${severity}`).toSorted(),
    verdicts: services
      .flatMap(({ ports }) => ports.map(({ verdict, lost }) => `${verdict} ${lost}`))
      .toSorted(),
  };
}

describe('--anonymize', () => {
  test.each(sampled(names, 3, 1))('%s: the same findings, of other names', async (name) => {
    const directory = path.join(folder, `${name}-anonymized`);
    const live = await saved(name, directory, true);
    expect(nameless(await audited('--from', directory))).toEqual(nameless(live));
    const whole = textsIn(directory).join('\n');
    const owned = [live.name, live.id.split('/')[2], ...live.services.map((each) => each.name)];
    // Words that APIs use, too, and that say nothing by themselves.
    const known = new Set([
      'web',
      'api',
      'gateway',
      'query',
      'beta',
      'files',
      'nginx',
      'web-approuting-istio',
    ]);
    expect(owned.filter((each = '') => !known.has(each) && whole.includes(each))).toEqual([]);
  });
});

describe('evenkeel save', () => {
  test('writes what it asked and nothing else: no Secrets, no environment, no arguments', async () => {
    const simulated = await logInTo(fleet);
    const directory = path.join(folder, 'asked');
    await run(['save', '--cluster', names[0] ?? '', '--output', directory]);
    const { queries, anonymized } = JSON.parse(
      readFileSync(path.join(directory, 'saved.json'), 'utf8'),
    ) as { queries: { path: string }[]; anonymized: boolean };
    expect(anonymized).toBe(false);
    expect(queries.map((each) => each.path)).toContain('/api/v1/services');
    expect(queries.filter((each) => each.path.includes('secrets'))).toEqual([]);
    const asked = simulated.simulator.log.entries().map((each) => each.path);
    expect(asked).toContain('/api/v1/services');
    expect(asked.filter((each) => each.includes('secrets'))).toEqual([]);
    expect(textsIn(directory).join('\n')).not.toMatch(/"(?:env|args|command|managedFields)":/u);
  });

  test.each([
    { name: 'no cluster', args: [], status: 2, err: 'specify the cluster to save' },
    {
      name: 'a cluster that is not there',
      args: ['--cluster', 'nope'],
      status: 2,
      err: 'the cluster was not found',
    },
  ])('$name -> $status', async ({ args, status, err }) => {
    await logInTo(fleet);
    const ran = await run(['save', ...args]);
    expect(ran).toMatchObject({ status, out: '' });
    expect(ran.err).toContain(err);
    expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
  });

  test('a folder that holds another cluster is left as it is', async () => {
    await logInTo(fleet);
    const [first = '', second = ''] = names;
    const directory = path.join(folder, 'taken');
    await run(['save', '--cluster', first, '--output', directory]);
    const before = textsIn(directory);
    const ran = await run(['save', '--cluster', second, '--output', directory]);
    expect(ran).toMatchObject({ status: 2, err: expect.stringContaining('use another folder') });
    expect(textsIn(directory)).toEqual(before);
  });

  test('what was not asked for is not known, and a file that is taken away is not empty', async () => {
    await logInTo(fleet);
    const directory = path.join(folder, 'cut');
    await run(['save', '--cluster', names[0] ?? '', '--output', directory]);
    rmSync(path.join(directory, 'kubernetes/nodes.json'));
    const file = path.join(directory, 'saved.json');
    const about = JSON.parse(readFileSync(file, 'utf8')) as { queries: { path: string }[] };
    about.queries = about.queries.filter((each) => !each.path.endsWith('/namespaces'));
    writeFileSync(file, JSON.stringify(about));
    expect(existsSync(path.join(directory, 'kubernetes/namespaces.json'))).toBe(true);
    const { coverage } = await audited('--from', directory);
    const unread = coverage.filter(({ state }) => state === 'unread').map(({ slice }) => slice);
    expect(unread).toEqual(expect.arrayContaining(['nodes', 'namespaces']));
  });
});
