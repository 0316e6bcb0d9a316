import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { cluster, deployment, fleet, service, subscription } from '../../simulator/build.ts';
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../simulator/simulator.ts';
import { startServer } from '../../simulator/server.ts';
import type { AppContext } from '../../shared/service/app-context.ts';
import { onTimer } from '../../shared/service/on-timer.ts';
import { serviceWorld } from '../service/service-world.ts';
import { useAzurite } from '../support/storage.ts';
import { run, useContext } from './run-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

jest.setTimeout(60_000);

const cases = path.join(import.meta.dirname, '..', 'cases');
const channel = 'C0FLEET0001';

const folder = temporaryFolder();
const inFolder = (name: string): string => path.join(folder, name);

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A simulated Slack, and these settings for the commands of the test. */
async function useSlack(
  env: AppContext['env'] | ((token: string) => AppContext['env']),
  slack: NonNullable<SimulatorOptions['slack']> = {},
): Promise<Simulator> {
  const simulator = createSimulator({ fleet: fleet({ subscriptions: [] }), slack });
  const server = await startServer(simulator);
  closing.push(server.close);
  useContext({
    env: typeof env === 'function' ? env(simulator.slackToken) : env,
    now: () => new Date(),
    slackApiUrl: server.slackApiUrl,
  });
  return simulator;
}

const withToken = (SLACK_BOT_TOKEN: string) => ({ SLACK_BOT_TOKEN, SLACK_CHANNEL: channel });

interface Written {
  readonly channel: string;
  readonly how: string;
  readonly message: {
    readonly text: string;
    readonly blocks: readonly { readonly type: string }[];
  };
}
const written = (name: string): readonly Written[] =>
  JSON.parse(readFileSync(inFolder(name), 'utf8')) as readonly Written[];

async function saveReport(name: string, from: string): Promise<void> {
  await run(['audit', '--from', path.join(cases, from), '--output', inFolder(name)]);
}

describe('evenkeel slack preview', () => {
  beforeAll(async () => {
    await saveReport('bad.json', 'seed-1-basic-local');
  });

  test('prints the messages of saved answers and writes their Block Kit JSON', async () => {
    await useSlack({ SLACK_CHANNEL: channel });
    const from = path.join(cases, 'seed-1-basic-local');
    const ran = await run([
      'slack',
      'preview',
      '--from',
      from,
      '--blocks',
      inFolder('blocks.json'),
    ]);
    expect(ran).toMatchObject({ status: 0, err: expect.stringMatching(/^wrote .*blocks\.json/u) });
    expect(ran.out).toContain(`--- post to ${channel}\n`);
    expect(ran.out).toContain('default/echo-service');
    const messages = written('blocks.json');
    expect(messages).toMatchObject([
      { channel, how: 'post' },
      { channel, how: 'critical' },
    ]);
    expect(ran.out).toContain(
      'In a later run each of these criticals would be a message of its own:',
    );
    expect(messages[0]?.message.blocks.map(({ type }) => type)).toContain('header');
  });

  test('of a report that was kept, as the run after another', async () => {
    await useSlack({ SLACK_CHANNEL: channel });
    const alone = await run(['slack', 'preview', '--report', inFolder('bad.json')]);
    expect(alone.out).toContain('first scan');
    const after = await run([
      'slack',
      'preview',
      '--report',
      inFolder('bad.json'),
      '--since',
      inFolder('bad.json'),
    ]);
    expect(after.status).toBe(0);
    expect(after.out).not.toContain('--- post to');
  });

  test('shows what an unset channel would get', async () => {
    await useSlack({});
    const { out } = await run(['slack', 'preview', '--report', inFolder('bad.json')]);
    expect(out).toContain('--- post to SLACK_CHANNEL\n');
  });

  test('routes go by the policy', async () => {
    await useSlack({});
    writeFileSync(
      inFolder('policy.yaml'),
      `version: 1\nslack:\n  fallback: C0FALLBACK1\n  routes:\n    - name: criticals\n      match: { severity: [critical] }\n      to: C0CRITICAL1\n      continue: true\n    - name: rest\n      to: C0REST00001\n`,
    );
    const { status, out, err } = await run([
      'slack',
      'preview',
      '--report',
      inFolder('bad.json'),
      '--policy',
      inFolder('policy.yaml'),
    ]);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain('--- post to C0CRITICAL1');
  });

  test.each([
    { name: 'no run', args: [], err: '--from DIR or --report FILE.json' },
    {
      name: 'two runs',
      args: ['--from', cases, '--report', 'x.json'],
      err: '--from DIR or',
    },
    {
      name: 'a report that is not there',
      args: ['--report', 'none.json'],
      err: 'none.json: the report does not exist',
    },
    {
      name: 'something else than a report',
      args: ['--report', 'package.json'],
      err: 'not a version 1 report',
    },
    {
      name: 'a setting that is wrong',
      args: ['--from', path.join(cases, 'standard-healthy')],
      err: 'SLACK_CHANNEL is not a channel ID',
    },
  ])('$name -> 2 and one line', async ({ args, err }) => {
    await useSlack({ SLACK_CHANNEL: 'general' });
    const ran = await run(['slack', 'preview', ...args]);
    expect(ran).toMatchObject({ status: 2, out: '' });
    expect(ran.err).toContain(err);
    expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
  });
});

const shop = (spread: boolean) =>
  fleet({
    subscriptions: [
      subscription('00000000-0000-0000-0000-0000000000a1', 'One', [
        cluster('shop', {
          services: [service('shop/web', { policy: 'Local' })],
          workloads: [
            deployment('shop/web', spread ? ['user-0', 'user-1'] : ['user-0', 'user-0', 'user-1']),
          ],
        }),
      ]),
    ],
  });
const preview = (...args: readonly string[]) => run(['slack', 'preview', ...args]);

describe('evenkeel slack preview of runs in storage', () => {
  const azurite = useAzurite();
  test('shows what the second run posted, threads as threads', async () => {
    const world = await serviceWorld(azurite.connectionString(), shop(true));
    useContext(world.app.context);
    await onTimer(world.app, { isPastDue: false, log: world.log });
    const before = world.simulator.slack.messages().length;
    await world.becomes(shop(false));
    world.clock.iso = '2026-11-23T12:00:10Z';
    await onTimer(world.app, { isPastDue: false, log: world.log });
    const posted = world.simulator.slack.messages().slice(before);
    expect(posted.length).toBeGreaterThan(0);
    const [first, second] = ['2026-11-23T06:00:00Z', '2026-11-23T12:00:00Z'] as const;
    const shown = await preview(
      '--report',
      second,
      '--since',
      first,
      '--blocks',
      inFolder('second.json'),
    );
    expect(shown).toMatchObject({ status: 0 });
    expect(
      written('second.json')
        .filter(({ how }) => how !== 'edit')
        .map(({ message }) => message.text),
    ).toEqual(posted.map(({ text }) => text));
    expect(await preview('--report', first, '--since', second)).toMatchObject({
      status: 2,
      err: expect.stringContaining('--since is a later run'),
    });
    expect(await preview('--report', '2026-01-01T00:00:00Z')).toMatchObject({
      status: 2,
      err: expect.stringContaining(`newest runs: ${second}, ${first}`),
    });
  }, 60_000);

  test('a run without storage to read it from -> 2 and one line', async () => {
    await useSlack({});
    const ran = await preview('--report', '2026-11-23T06:00:00Z');
    expect(ran).toMatchObject({ status: 2, out: '' });
    expect(ran.err).toContain('AzureWebJobsStorage is missing');
    expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('evenkeel slack test', () => {
  test('posts one line to the channel -> 0', async () => {
    const simulator = await useSlack(withToken);
    const ran = await run(['slack', 'test']);
    expect(ran).toMatchObject({ status: 0, err: '' });
    expect(ran.out).toContain(`fleet  ${channel}  posted\n`);
    expect(simulator.slack.messages()).toHaveLength(1);
  });

  test('scopes that are missing or not needed are named -> 1', async () => {
    await useSlack(withToken, { scopes: ['chat:write', 'users:read'] });
    const ran = await run(['slack', 'test']);
    expect(ran.status).toBe(1);
    expect(ran.out).toContain('scopes missing: channels:history, groups:history\n');
    expect(ran.out).toContain('unneeded scopes: users:read\n');
  });

  test('a channel that is not there, and a token that is not good -> 1', async () => {
    await useSlack((token) => ({ ...withToken(token), SLACK_CHANNEL: 'C0NOWHERE01' }));
    const lost = await run(['slack', 'test']);
    expect(lost.status).toBe(1);
    expect(lost.out).toContain('C0NOWHERE01  not posted: channel_not_found');
    await useSlack(withToken('xoxb-wrong'));
    const wrong = await run(['slack', 'test']);
    expect(wrong.status).toBe(1);
    expect(wrong.out).toContain('token: invalid_auth');
    expect(wrong.out + wrong.err).not.toContain('xoxb-wrong');
  });

  test.each([
    { name: 'no token', env: { SLACK_CHANNEL: channel }, err: 'set SLACK_BOT_TOKEN' },
    { name: 'no channel', env: { SLACK_BOT_TOKEN: 'xoxb-1' }, err: 'set SLACK_CHANNEL' },
    {
      name: 'a token that is none',
      env: { SLACK_BOT_TOKEN: 'secret' },
      err: 'SLACK_BOT_TOKEN is no Slack token',
    },
  ])('$name -> 2 and one line', async ({ env, err }) => {
    await useSlack(env);
    const ran = await run(['slack', 'test']);
    expect(ran).toMatchObject({ status: 2, out: '' });
    expect(ran.err).toContain(err);
  });

  test.each([[[]], [['post']]])('slack %p -> 2', async (args) => {
    const ran = await run(['slack', ...args]);
    expect(ran.status).toBe(2);
    expect(ran.err).toContain('slack preview [options]');
  });
});
