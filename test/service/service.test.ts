import { describe, expect, test } from '@jest/globals';
import { formats, render, type Report } from '../../shared/report/index.ts';
import type { HttpResponse } from '../../shared/service/http/response.ts';
import { healthAnswer } from '../../shared/service/http/health.ts';
import { onReport } from '../../shared/service/on-report.ts';
import { onStartAudit } from '../../shared/service/on-start-audit.ts';
import { onSweep, onTimer, slotRun } from '../../shared/service/on-timer.ts';
import { runOnce } from '../../shared/service/run-once.ts';
import { cluster, deployment, fleet, service, subscription } from '../../simulator/build.ts';
import { demoFleet } from '../../simulator/fleets/demo.ts';
import { allowed } from '../live/operations.ts';
import { useAzurite } from '../support/storage.ts';
import { question, serviceWorld, type ServiceWorld } from './service-world.ts';

const azurite = useAzurite();

const shop = cluster('shop', {
  services: [service('shop/web')],
  workloads: [deployment('shop/web', ['user-0', 'user-0', 'user-1'], { spread: false })],
});
const one = subscription('00000000-0000-0000-0000-0000000000a1', 'One', [shop]);
const two = subscription('00000000-0000-0000-0000-0000000000a2', 'Two', [cluster('other')]);
const whole = fleet({ subscriptions: [one, two] });

describe('the timer', () => {
  test('audits the fleet, keeps the run, tells Slack; again at the same slot: nothing more', async () => {
    const world = await serviceWorld(azurite.connectionString(), whole);
    await onTimer(world.app, { isPastDue: false, log: world.log });
    const report = await world.newest();
    expect(report?.run).toMatchObject({ id: '2026-11-23T06:00:00Z', trigger: 'timer' });
    expect(report?.clusters.map(({ name, result }) => `${name} ${result}`)).toEqual([
      'other complete',
      'shop complete',
    ]);
    const told = world.simulator.slack.messages().length;
    expect(told).toBeGreaterThan(0);
    await onTimer(world.app, { isPastDue: true, log: world.log });
    expect(await world.newest()).toEqual(report);
    expect(world.simulator.slack.messages()).toHaveLength(told);
  }, 60_000);

  test('six slots that were missed are one run, which says so', async () => {
    const world = await serviceWorld(azurite.connectionString(), whole);
    await onTimer(world.app, { isPastDue: false, log: world.log });
    world.clock.iso = '2026-11-25T00:00:10Z';
    await onTimer(world.app, { isPastDue: true, log: world.log });
    const { storage } = await world.app.service();
    expect((await storage.sealedRuns(10)).map(({ runId }) => runId)).toEqual([
      '2026-11-25T00:00:00Z',
      '2026-11-23T06:00:00Z',
    ]);
    expect((await world.newest())?.run.notes).toEqual([
      expect.stringContaining('6 slots after 2026-11-23T06:00:00Z had no run'),
    ]);
  }, 60_000);

  test('five timers with the same slot are one run, told once; one that is early is of its slot', async () => {
    const world = await serviceWorld(azurite.connectionString(), whole);
    world.clock.iso = '2026-11-23T05:59:59Z';
    await Promise.all(
      Array.from({ length: 5 }, () => onTimer(world.app, { isPastDue: false, log: world.log })),
    );
    const { storage } = await world.app.service();
    expect((await storage.sealedRuns(10)).map(({ runId }) => runId)).toEqual([
      '2026-11-23T06:00:00Z',
    ]);
    expect(digestsIn(world)).toHaveLength(1);
  }, 60_000);

  test.each([
    ['5 minutes ahead', '05:55:00', '2026-11-23T06:00:00Z', '2026-11-23T06:00:00Z'],
    ['5 minutes behind', '06:05:00', '2026-11-23T06:00:00Z', '2026-11-23T06:00:00Z'],
    ['two days ahead', '05:00:00', '2026-11-25T06:00:00Z', '2026-11-23T00:00:00Z'],
    ['two days behind', '06:00:00', '2026-11-21T06:00:00Z', '2026-11-23T06:00:00Z'],
  ])('of a host whose clock is %s makes the run of the slot', async (_, storage, host, runId) => {
    const world = await serviceWorld(azurite.connectionString(), whole);
    const opened = await world.app.service();
    const now = (): Date => new Date(`2026-11-23T${storage}Z`);
    const skewed = { ...opened, context: { ...opened.context, now } };
    const tick = { isPastDue: false, log: world.log };
    expect(await slotRun(skewed, tick, new Date(host))).toMatchObject({ request: { runId } });
  });

  test('while the run before goes on its slot is skipped, and one past its deadline holds nobody up', async () => {
    const world = await serviceWorld(azurite.connectionString(), whole);
    const { storage } = await world.app.service();
    await storage.createPlan({
      runId: '2026-11-23T00:00:00Z',
      trigger: 'timer',
      fleet: true,
      notify: true,
      startedAt: '2026-11-23T05:30:00.000Z',
      deadline: '2026-11-23T07:30:00.000Z',
      engineVersion: '0.1.0',
      clusters: [{ id: '/c/x', name: 'x' }],
      subscriptions: [],
      excluded: [],
      notes: [],
    });
    await onTimer(world.app, { isPastDue: false, log: world.log });
    expect(world.lines.join('\n')).toContain('slot skipped');
    expect(await world.newest()).toBeUndefined();
    world.clock.iso = '2026-11-23T12:00:10Z';
    await onTimer(world.app, { isPastDue: false, log: world.log });
    expect((await world.newest())?.run.id).toBe('2026-11-23T12:00:00Z');
  }, 60_000);
});

/** The newest line of the sweeper's own. */
function swept(lines: readonly string[]): unknown {
  const line = lines.findLast((each) => each.includes('"message":"swept"')) ?? '{}';
  return JSON.parse(line.slice(line.indexOf('{')));
}

describe('the sweeper', () => {
  test('logs what health says, and how many slots had no completed run: alerts look at that line', async () => {
    const world = await serviceWorld(azurite.connectionString(), whole);
    await onSweep(world.app, { log: world.log });
    expect(swept(world.lines)).toMatchObject({ code: 'no-run-yet', count: 0 });
    await onTimer(world.app, { isPastDue: false, log: world.log });
    await onSweep(world.app, { log: world.log });
    expect(swept(world.lines)).toMatchObject({ code: 'ok', count: 0 });
    // The slots of 12:00 and 18:00 had none; that of 00:00 may still come.
    world.clock.iso = '2026-11-24T00:00:10Z';
    await onSweep(world.app, { log: world.log });
    expect(swept(world.lines)).toMatchObject({ code: 'run-overdue', count: 2 });
  }, 60_000);
});

describe('run --once', () => {
  test('is the run of the newest slot, whole and told; again at the same slot: nothing more', async () => {
    const world = await serviceWorld(azurite.connectionString(), whole, {
      EVENKEEL_ENGINE: 'queue',
    });
    const first = await runOnce(world.app, world.log, () => undefined);
    expect(first).toMatchObject({
      kind: 'sealed',
      report: { run: { id: '2026-11-23T06:00:00Z' }, summary: { clusters: { complete: 2 } } },
    });
    expect(digestsIn(world)).toHaveLength(1);
    const calls = world.simulator.log.entries().length;
    expect(await runOnce(world.app, world.log, () => undefined)).toMatchObject({
      kind: 'sealed',
      report: { run: { id: '2026-11-23T06:00:00Z' } },
    });
    expect(digestsIn(world)).toHaveLength(1);
    const inside = world.simulator.log.entries().slice(calls);
    expect(inside.filter(({ host }) => host.endsWith('.azmk8s.io'))).toEqual([]);
  }, 60_000);

  test('finishes what a job before it left half done', async () => {
    const world = await serviceWorld(azurite.connectionString(), whole);
    const { storage } = await world.app.service();
    await storage.createPlan({
      runId: '2026-11-23T00:00:00Z',
      trigger: 'timer',
      fleet: true,
      notify: false,
      startedAt: '2026-11-23T00:00:10.000Z',
      deadline: '2026-11-23T02:00:10.000Z',
      engineVersion: '0.1.0',
      clusters: [{ id: '/c/x', name: 'x', subscriptionId: 's', tags: {} }],
      subscriptions: [],
      excluded: [],
      notes: [],
    });
    expect(await runOnce(world.app, world.log, () => undefined)).toMatchObject({ kind: 'sealed' });
    const sealed = (await storage.sealedRuns(10)).map(({ runId }) => runId);
    expect(sealed).toEqual(['2026-11-23T06:00:00Z', '2026-11-23T00:00:00Z']);
  }, 60_000);

  test('says why, where nothing could be audited', async () => {
    const world = await serviceWorld(azurite.connectionString(), fleet({ subscriptions: [] }));
    expect(await runOnce(world.app, world.log, () => undefined)).toMatchObject({
      kind: 'sealed',
      failure: expect.stringContaining('sees no subscription'),
    });
  }, 60_000);
});

describe('subscriptions that are not there', () => {
  test('none at all: the run says that nothing was audited, and so does Slack', async () => {
    const world = await serviceWorld(azurite.connectionString(), fleet({ subscriptions: [] }));
    await onTimer(world.app, { isPastDue: false, log: world.log });
    const report = await world.newest();
    expect(report?.run.notes?.[0]).toContain('nothing was audited');
    for (const format of ['text', 'markdown', 'html', 'sarif'] as const)
      expect(render(report ?? fail(), format)).toContain('nothing was audited');
    expect(world.lines.join('\n')).toContain('"code":"no-subscription"');
    await onSweep(world.app, { log: world.log });
    expect(world.simulator.slack.messages().map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Evenkeel audit did not run: .*sees no subscription/u),
    ]);
    expect(JSON.parse(String((await healthNow(world)).body))).toMatchObject({
      degraded: expect.arrayContaining(['subscriptions-unread']),
    });
  }, 60_000);

  test('one that vanishes resolves nothing', async () => {
    const world = await serviceWorld(azurite.connectionString(), whole);
    await onTimer(world.app, { isPastDue: false, log: world.log });
    const before = (await world.newest())?.clusters.find(({ name }) => name === 'shop');
    expect(before?.findings.length).toBeGreaterThan(0);
    await world.becomes(fleet({ subscriptions: [two] }));
    world.clock.iso = '2026-11-23T12:00:10Z';
    await onTimer(world.app, { isPastDue: false, log: world.log });
    const report = await world.newest();
    expect(report?.summary.changes.resolved).toBe(0);
    expect(report?.clusters.find(({ name }) => name === 'shop')).toMatchObject({
      result: 'denied',
      reason: expect.stringContaining('is not visible any more'),
    });
  }, 60_000);
});

describe('an audit that somebody asks for', () => {
  test('changes no state and tells nobody; with notify=true it tells Slack', async () => {
    const world = await serviceWorld(azurite.connectionString(), whole);
    await onTimer(world.app, { isPastDue: false, log: world.log });
    const newest = await world.newest();
    const told = world.simulator.slack.messages().length;
    const answer = await ask(world, 'wait=true');
    expect(answer.status).toBe(200);
    const report = JSON.parse(String(answer.body)) as Report;
    expect(report.clusters.map(({ name }) => name)).toEqual(['shop']);
    expect(await world.newest()).toEqual(newest);
    expect(world.simulator.slack.messages()).toHaveLength(told);
    expect((await ask(world, 'wait=true&notify=true')).status).toBe(200);
    expect(world.simulator.slack.messages()).toHaveLength(told + 1);
  }, 60_000);

  test('asked for fifty times at once it is made once', async () => {
    const world = await serviceWorld(azurite.connectionString(), whole);
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(world, 'wait=true')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    const lists = world.simulator.log
      .entries()
      .filter(({ path, query }) => path.endsWith('/managedClusters') && !query.includes('skip'));
    expect(lists).toHaveLength(2);
  }, 60_000);
});

describe('Slack', () => {
  test.each([
    { name: 'no token', env: { SLACK_BOT_TOKEN: '' }, says: 'SLACK_BOT_TOKEN is not set' },
    { name: 'no channel', env: { SLACK_CHANNEL: '' }, says: 'sets a channel' },
  ])(
    '$name: the run goes on, and the log says so',
    async ({ env, says }) => {
      const world = await serviceWorld(azurite.connectionString(), whole, env);
      await onTimer(world.app, { isPastDue: false, log: world.log });
      expect((await world.newest())?.clusters).toHaveLength(2);
      expect(world.lines.join('\n')).toContain(says);
      expect(world.simulator.slack.messages()).toEqual([]);
    },
    60_000,
  );

  test('refuses the app: the run is sealed, and the sweeper sends when it is back', async () => {
    const world = await serviceWorld(azurite.connectionString(), whole);
    world.simulator.faults.set([
      {
        path: 'chat.postMessage',
        action: { kind: 'status', status: 200, body: '{"ok":false,"error":"invalid_auth"}' },
      },
    ]);
    await onTimer(world.app, { isPastDue: false, log: world.log });
    expect((await world.newest())?.clusters).toHaveLength(2);
    expect(world.lines.join('\n')).toContain('slack refuses the app');
    expect(digestsIn(world)).toHaveLength(0);
    world.simulator.faults.set([]);
    world.clock.iso = '2026-11-23T06:20:00Z';
    await onSweep(world.app, { log: world.log });
    expect(digestsIn(world)).toHaveLength(1);
  }, 120_000);
});

test('what servers say of a secret reaches Slack without it', async () => {
  // A digest names three clusters that were not scanned.
  const messages = [
    'refused: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJwbGFpbiJ9.plaintext xoxb-1-plaintext',
    'refused: AccountKey=plaintext== https://st.blob/x?sig=plaintext%3D',
    'refused: client_secret=plaintext',
  ];
  const all = messages.map((_, at) => cluster(`said-${at}`));
  const description = fleet({ subscriptions: [{ ...one, clusters: all }] });
  const world = await serviceWorld(azurite.connectionString(), description);
  world.simulator.faults.set(
    messages.map((message, at) => ({
      host: `said-${at}*`,
      action: {
        kind: 'status',
        status: 403,
        body: JSON.stringify({ kind: 'Status', code: 403, message }),
      },
    })),
  );
  await onTimer(world.app, { isPastDue: false, log: world.log });
  const said = JSON.stringify(world.simulator.slack.messages());
  for (const safe of [
    'refused: Bearer *** ***',
    'refused: AccountKey=*** https://st.blob/x?sig=***',
    'refused: client_secret=***',
  ])
    expect(said).toContain(safe);
  expect(said).not.toContain('plaintext');
}, 60_000);

describe('the demo of npm start', () => {
  test('asks for nothing beyond the allow-list, on both of its days', async () => {
    const world = await serviceWorld(azurite.connectionString(), demoFleet(0), {
      SLACK_BOT_TOKEN: '',
    });
    await onTimer(world.app, { isPastDue: false, log: world.log });
    const later = '2026-11-23T12:00:10Z';
    const second = await world.becomes(demoFleet(1, later));
    world.clock.iso = later;
    await onTimer(world.app, { isPastDue: false, log: world.log });
    expect((await world.newest())?.summary.changes.resolved).toBeGreaterThan(0);
    for (const { log } of [world.simulator, second]) {
      expect(log.operations().length).toBeGreaterThan(10);
      expect(log.operations().filter((operation) => !allowed.includes(operation))).toEqual([]);
    }
  }, 120_000);
});

describe('GET /api/report', () => {
  test('the same run has the same ETag in every format, at whatever time it is asked', async () => {
    const world = await serviceWorld(azurite.connectionString(), whole, { SLACK_BOT_TOKEN: '' });
    await onTimer(world.app, { isPastDue: false, log: world.log });
    const first = await etags(world);
    expect(first).not.toContain(undefined);
    world.clock.iso = '2027-03-28T01:30:00Z';
    expect(await etags(world)).toEqual(first);
  }, 60_000);
});

async function etags({ app }: ServiceWorld): Promise<readonly (string | undefined)[]> {
  return await Promise.all(
    formats.map(
      async (format) =>
        (await onReport(app, question(`/api/report?format=${format}`))).headers['etag'],
    ),
  );
}

async function ask({ app, log }: ServiceWorld, query: string): Promise<HttpResponse> {
  const asked = question(`/api/audits?format=json&${query}`, '{"clusters":["shop"]}');
  return await onStartAudit(app, asked, log);
}

/** Messages that stand in a channel of their own, not in a thread. */
function digestsIn({ simulator }: ServiceWorld): readonly unknown[] {
  return simulator.slack.messages().filter(({ text }) => text.startsWith('Evenkeel: '));
}

function fail(): never {
  throw new Error('there is no report');
}

function healthNow({ app }: ServiceWorld): ReturnType<typeof healthAnswer> {
  return healthAnswer({ open: app.service, now: () => new Date('2026-11-23T06:10:00Z') });
}
