import { describe, expect, test } from '@jest/globals';
import { previewCriticals, previewRun, routing, testRoutes } from '../../shared/notify/index.ts';
import { report } from '../report/builders.ts';
import { fault, faults, fleet } from './fleet.ts';
import { problems, reportUrl } from './inert.ts';
import { channel, workspace } from './workspace.ts';

const options = { reportUrl, interactive: false };
const oneRoute = routing({ channel });

describe('a preview', () => {
  const before = report(fleet(fault('a')));

  test('of a first run is its baseline', async () => {
    const shown = await previewRun({ now: before }, oneRoute, options);
    expect(shown.map(({ how, message }) => [how, message.text.slice(0, 44)])).toEqual([
      ['post', 'Evenkeel: first scan, 1 open finding. 1 of 1'],
    ]);
  });

  test('of a first run can show what its criticals would look like', async () => {
    const shown = await previewCriticals(before, oneRoute, options);
    expect(shown.map(({ how, message }) => [how, message.text])).toEqual([
      ['post', 'CRITICAL fault a on aks-app.'],
    ]);
  });

  test('of a later run is what the run changes', async () => {
    const run = { ...before.run, id: '2026-11-23T12:00:00Z', finishedAt: '2026-11-23T12:05:00Z' };
    const now = {
      ...report(
        fleet(
          fault('a'),
          ...faults(2, 'n', { state: 'new' }),
          fault('h', { state: 'new', severity: 'high' }),
        ),
      ),
      run,
    };
    const shown = await previewRun({ before, now }, oneRoute, options);
    expect(shown.map(({ how, channel: to, under }) => [how, to, under])).toEqual([
      ['post', channel, undefined],
      ['post', channel, undefined],
      ['post', channel, undefined],
      ['reply', channel, 2],
    ]);
    expect(shown[2]?.message.text).toContain('Evenkeel: 3 new');
    expect(shown.flatMap(({ message }) => problems(message))).toEqual([]);
    const same = { ...report(fleet(fault('a'))), run };
    expect(
      (await previewRun({ before, now: same }, oneRoute, options)).map(({ how }) => how),
    ).toEqual(['edit']);
  });
});

describe('a test of the routes', () => {
  test('posts one line to each channel and names what the token lacks', async () => {
    const { simulator, sender } = workspace({ slack: { scopes: ['chat:write', 'users:read'] } });
    const owners = {
      shop: { channel: 'C0PLATFORM1', scopes: [] },
      pay: { channel: 'C0NOWHERE01', scopes: [] },
    };
    const slack = {
      fallback: channel,
      minSeverity: 'high' as const,
      criticals: { perFinding: true, maxPerRun: 10, remindDays: [1] },
      routes: [
        { name: 'teams', match: {}, to: 'owner' as const, continue: true },
        { name: 'all', match: {}, to: channel, continue: false },
      ],
    };
    const tested = await testRoutes(sender, routing({ slack, owners }), async () => undefined);
    expect(tested.identity).toMatchObject({
      kind: 'identity',
      missing: ['channels:history', 'groups:history'],
      superfluous: ['users:read'],
    });
    expect(
      tested.routes.map(({ route, outcome }) => [
        route,
        outcome.kind === 'refused' ? outcome.code : outcome.kind,
      ]),
    ).toEqual([
      ['teams.shop', 'sent'],
      ['teams.pay', 'channel_not_found'],
      ['teams.unknown, all', 'sent'],
    ]);
    expect(simulator.slack.messages().map(({ text }) => text)).toEqual([
      'Evenkeel can post here: this is a test of route teams.shop.',
      'Evenkeel can post here: this is a test of route teams.unknown, all.',
    ]);
  });

  test('with a wrong token says so', async () => {
    const { sender } = workspace({}, { token: 'xoxb-wrong' });
    const tested = await testRoutes(sender, oneRoute, async () => undefined);
    expect(tested).toMatchObject({
      identity: { kind: 'refused', code: 'invalid_auth' },
      routes: [{ outcome: { kind: 'refused', refusal: 'app' } }],
    });
  });
});
