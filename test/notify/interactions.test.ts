import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  applyInteraction,
  readInteraction,
  receiveInteraction,
  storedReplays,
  type Interaction,
} from '../../shared/notify/index.ts';
import type { InteractionAnswer } from '../../shared/notify/interactions/interactions.ts';
import type { ReplayCache } from '../../shared/notify/interactions/verify.ts';
import { useAzurite } from '../support/storage.ts';
import { fault, fleet } from './fleet.ts';
import { hourMs, simulatedNotifier, start } from './simulated-notifier.ts';

const azurite = useAzurite();
const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const fingerprint = '3f9c1a7be2d04c55';

const good = {
  type: 'block_actions',
  api_app_id: 'A0EVENKEEL',
  team: { id: 'T0CONTOSO1' },
  channel: { id: 'C0FLEET0001' },
  user: { id: 'U0APPROVER1' },
  response_url: 'https://evil.example/',
  actions: [{ action_id: 'acknowledge', value: fingerprint }],
};

interface Request {
  readonly payload?: unknown;
  readonly body?: string;
  readonly atMs?: number;
  readonly nowMs?: number;
  readonly secret?: string;
  readonly signature?: (right: string) => string | undefined;
  readonly timestamp?: (right: string) => string | undefined;
  readonly tamper?: (body: string) => string;
  readonly replays?: ReplayCache;
}

function formOf(payload: unknown): string {
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

function signatureOf(timestamp: string, body: string, key = secret): string {
  return `v0=${createHmac('sha256', key).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

async function ask(
  request: Request,
): Promise<InteractionAnswer & { readonly queued: readonly Interaction[] }> {
  const body = request.body ?? formOf(request.payload ?? good);
  const timestamp = String(Math.floor((request.atMs ?? start) / 1000));
  const right = signatureOf(timestamp, body, request.secret);
  const headers = new Map([
    ['x-slack-signature', request.signature === undefined ? right : request.signature(right)],
    [
      'x-slack-request-timestamp',
      request.timestamp === undefined ? timestamp : request.timestamp(timestamp),
    ],
  ]);
  const queued: Interaction[] = [];
  const answer = await receiveInteraction(
    Buffer.from(request.tamper?.(body) ?? body),
    (name) => headers.get(name),
    {
      signingSecret: secret,
      appId: 'A0EVENKEEL',
      teamId: 'T0CONTOSO1',
      channels: new Set(['C0FLEET0001']),
      approvers: new Set(['U0APPROVER1']),
      replays: request.replays ?? { insert: async () => true },
      nowMs: () => request.nowMs ?? start,
      enqueue: async (interaction) => void queued.push(interaction),
    },
  );
  return { ...answer, queued };
}

describe('a press of a button', () => {
  test('by an approver is queued and answered', async () => {
    expect(await ask({})).toEqual({
      status: 200,
      queued: [{ action: 'acknowledge', fingerprint, userId: 'U0APPROVER1' }],
    });
  });

  test("of Slack's own example is signed as Slack signs", () => {
    // docs.slack.dev, "Verifying requests from Slack".
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    expect(signatureOf('1531420618', body, '8f742231b10e8888abcd99yyyzzz85a5')).toBe(
      'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    );
  });

  test.each<[string, Request, InteractionAnswer]>([
    [
      'a link, of which there is nothing to do',
      { payload: { ...good, actions: [{ action_id: 'open_report' }] } },
      { status: 200 },
    ],
    [
      'the link to the page of a rule',
      { payload: { ...good, actions: [{ action_id: 'open_rule' }] } },
      { status: 200 },
    ],
    ['just inside the window', { atMs: start - 300_000 }, { status: 200 }],
    ['just inside the window, from a clock ahead', { atMs: start + 300_000 }, { status: 200 }],
  ])('%s', async (_name, request, answer) => {
    expect(await ask(request)).toMatchObject(answer);
  });

  test.each<[string, Request, InteractionAnswer]>([
    ['stale', { atMs: start - 301_000 }, { status: 401, why: 'too old' }],
    ['from the future', { atMs: start + 301_000 }, { status: 401, why: 'from the future' }],
    [
      'from next year',
      { atMs: start + 365 * 24 * hourMs },
      { status: 401, why: 'from the future' },
    ],
    [
      'tampered in its last byte',
      { tamper: (body) => `${body.slice(0, -1)}E` },
      { status: 401, why: 'wrong signature' },
    ],
    [
      'longer than what was signed',
      { tamper: (body) => `${body}&payload=x` },
      { status: 401, why: 'wrong signature' },
    ],
    ['signed with another secret', { secret: 'other' }, { status: 401, why: 'wrong signature' }],
    [
      'with the time of another request',
      { timestamp: (right) => String(Number(right) + 1) },
      { status: 401, why: 'wrong signature' },
    ],
    ['without a signature', { signature: () => undefined }, { status: 401, why: 'no signature' }],
    [
      'with a short signature',
      { signature: (right) => right.slice(0, 20) },
      { status: 401, why: 'no signature' },
    ],
    [
      'with a signature of another version',
      { signature: (right) => right.replace('v0', 'v1') },
      { status: 401, why: 'no signature' },
    ],
    [
      'with a signature in capitals',
      { signature: (right) => right.toUpperCase() },
      { status: 401, why: 'no signature' },
    ],
    ['without a time', { timestamp: () => undefined }, { status: 401, why: 'no timestamp' }],
    [
      'with a time that is no number',
      { timestamp: () => 'NaN' },
      { status: 401, why: 'no timestamp' },
    ],
    [
      'with milliseconds',
      { timestamp: (right) => `${right}000` },
      { status: 401, why: 'no timestamp' },
    ],
    ['too large', { body: `payload=${'x'.repeat(65_536)}` }, { status: 413, why: 'too large' }],
    ['without a payload', { body: 'a=b' }, { status: 400, why: 'no payload' }],
    [
      'with two payloads',
      { body: `${formOf(good)}&${formOf(good)}` },
      { status: 400, why: 'no payload' },
    ],
    ['with a payload that is no JSON', { body: 'payload=%7B' }, { status: 400, why: 'no payload' }],
    ['with a list', { payload: [good] }, { status: 400, why: 'no payload' }],
    [
      'of another kind',
      { payload: { ...good, type: 'view_submission' } },
      { status: 403, why: 'not a press of a button' },
    ],
    [
      'of another app',
      { payload: { ...good, api_app_id: 'A0OTHER' } },
      { status: 403, why: 'another app' },
    ],
    [
      'of another workspace',
      { payload: { ...good, team: { id: 'T0OTHER' } } },
      { status: 403, why: 'another workspace' },
    ],
    [
      'without a workspace',
      { payload: { ...good, team: null } },
      { status: 403, why: 'another workspace' },
    ],
    [
      'in another channel',
      { payload: { ...good, channel: { id: 'C0OTHER0001' } } },
      { status: 403, why: 'another channel' },
    ],
    [
      'by somebody else',
      { payload: { ...good, user: { id: 'U0NOBODY01' } } },
      { status: 403, why: 'not an approver' },
    ],
    [
      'of an unknown action',
      { payload: { ...good, actions: [{ action_id: 'delete', value: fingerprint }] } },
      { status: 403, why: 'an unknown action' },
    ],
    [
      'of an action that every object has',
      { payload: { ...good, actions: [{ action_id: 'constructor', value: fingerprint }] } },
      { status: 403, why: 'an unknown action' },
    ],
    [
      'of two actions',
      { payload: { ...good, actions: [...good.actions, ...good.actions] } },
      { status: 403, why: 'not one action' },
    ],
    ['of no action', { payload: { ...good, actions: {} } }, { status: 403, why: 'not one action' }],
    [
      'on what is no finding',
      { payload: { ...good, actions: [{ action_id: 'acknowledge', value: '../etc' }] } },
      { status: 403, why: 'not a finding' },
    ],
  ])('%s is refused', async (_name, request, answer) => {
    expect(await ask(request)).toEqual({ ...answer, queued: [] });
  });

  test('replayed is refused', async () => {
    const replays = storedReplays(await azurite.freshStore(), () => start);
    const answers = [await ask({ replays }), await ask({ replays })];
    expect(answers.map(({ status, why }) => [status, why])).toEqual([
      [200, undefined],
      [401, 'replayed'],
    ]);
  });

  test('signatures are forgotten after their time', async () => {
    const store = await azurite.freshStore();
    await storedReplays(store, () => start).insert('old', start + 600_000);
    await storedReplays(store, () => start + hourMs).insert('new', start + hourMs + 600_000);
    const keys: string[] = [];
    for await (const { key } of store.listRows('slack-signatures')) keys.push(key);
    expect(keys).toEqual(['new']);
  });
});

describe('what is in the queue', () => {
  test.each([
    ['{"action":"acknowledge","fingerprint":"3f9c1a7be2d04c55","userId":"U0APPROVER1"}', true],
    [{ action: 'snooze_7d', fingerprint, userId: 'U0APPROVER1' }, true],
    [{ action: 'delete', fingerprint, userId: 'U0APPROVER1' }, false],
    [{ action: 'acknowledge', fingerprint: 'x', userId: 'U0APPROVER1' }, false],
    [{ action: 'acknowledge', fingerprint, userId: '<!channel>' }, false],
    ['not json', false],
    [null, false],
  ])('%j', (message, isOne) => {
    expect(readInteraction(message) !== undefined).toBe(isOne);
  });
});

function press(action: Interaction['action']): Interaction {
  return { action, fingerprint: fault('b').fingerprint, userId: 'U0APPROVER1' };
}

describe('what a press does', () => {
  test('the message says who has it, and nobody is reminded', async () => {
    const it = simulatedNotifier({ options: { interactive: true } });
    await it.run(fleet(fault('old')));
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('old'), fault('b', { state: 'new' })));
    expect(JSON.stringify(it.topLevel()[1]?.attachments)).toContain('"action_id":"acknowledge"');
    const { targets } = it.deps.routing;
    expect(await applyInteraction(it.store, targets, press('acknowledge'), it.time.nowMs)).toBe(1);
    expect(await applyInteraction(it.store, targets, press('acknowledge'), it.time.nowMs)).toBe(1);
    await it.tick();
    const shown = it.topLevel()[1];
    expect(shown?.edits).toBe(1);
    expect(JSON.stringify(shown?.attachments)).toContain(
      '"text":"Acknowledged by "},{"type":"user","user_id":"U0APPROVER1"}',
    );
    it.time.nowMs += 30 * 24 * hourMs;
    await it.run(fleet(fault('old'), fault('b')));
    expect(it.replies().filter(({ text }) => text.startsWith('Still open'))).toEqual([]);
  });

  test('a snooze ends after its week, or when it gets worse', async () => {
    const it = simulatedNotifier();
    await it.run(fleet(fault('old')));
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('old'), fault('b', { state: 'new' })));
    await applyInteraction(it.store, it.deps.routing.targets, press('snooze_7d'), it.time.nowMs);
    it.time.nowMs += 2 * 24 * hourMs;
    await it.run(fleet(fault('old'), fault('b')));
    expect(it.replies().filter(({ text }) => text.startsWith('Still open'))).toEqual([]);
    expect(JSON.stringify(it.topLevel()[1]?.attachments)).toContain(
      'No reminders until 2026-11-30',
    );
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('old'), fault('b', { changed: true })));
    expect(JSON.stringify(it.topLevel()[1]?.attachments)).not.toContain('No reminders');
    it.time.nowMs += 24 * hourMs;
    await it.run(fleet(fault('old'), fault('b')));
    expect(it.replies().filter(({ text }) => text.startsWith('Still open'))).toHaveLength(1);
  });

  test('a button of a closed finding does nothing', async () => {
    const it = simulatedNotifier();
    await it.run(fleet(fault('old')));
    expect(
      await applyInteraction(it.store, it.deps.routing.targets, press('acknowledge'), start),
    ).toBe(0);
  });
});
