import { describe, expect, test } from '@jest/globals';
import { createSender } from '../../shared/notify/index.ts';
import type { FaultAction } from '../../simulator/faults.ts';
import { start } from './simulated-notifier.ts';
import { channel, workspace } from './workspace.ts';

const messageId = 'a'.repeat(32);

function message(id: string) {
  return {
    text: 'One sentence.',
    blocks: [],
    metadata: { event_type: 'evenkeel_digest', event_payload: { message_id: id } },
  };
}

const search = { channel, messageId, startedMs: start };

describe('a message of unknown fate', () => {
  test('is found in its channel, behind many others', async () => {
    const { sender } = workspace({ nowMs: () => start });
    const posted = await sender.post(channel, message(messageId));
    for (let other = 0; other < 250; other += 1)
      await sender.post(channel, message(`other ${other}`));
    expect(await sender.find(search)).toEqual({
      kind: 'found',
      ts: posted.kind === 'sent' && posted.ts,
    });
  });

  test('is found in its thread', async () => {
    const { sender } = workspace({ nowMs: () => start });
    const root = await sender.post(channel, message('root'));
    const threadTs = root.kind === 'sent' ? root.ts : '';
    const reply = await sender.post(channel, message(messageId), { ts: threadTs });
    expect(await sender.find(search)).toEqual({ kind: 'absent' });
    expect(await sender.find({ ...search, threadTs })).toEqual({
      kind: 'found',
      ts: reply.kind === 'sent' && reply.ts,
      threadTs,
    });
    expect(await sender.find({ ...search, threadTs: '1.0' })).toEqual({ kind: 'absent' });
  });

  test.each([
    ['with a clock ten minutes ahead', start + 600_000, 'found'],
    ['with a clock ten minutes behind', start - 600_000, 'found'],
    ['not an hour away, where it cannot be', start + 3_600_000, 'absent'],
  ])('is looked for around the time of the call, %s', async (_name, startedMs, kind) => {
    const { sender } = workspace({ nowMs: () => start });
    await sender.post(channel, message(messageId));
    expect((await sender.find({ ...search, startedMs })).kind).toBe(kind);
  });

  test('is absent where it never came', async () => {
    const { sender } = workspace();
    await sender.post(channel, message('other'));
    expect(await sender.find(search)).toEqual({ kind: 'absent' });
  });

  test.each([
    [
      'without the right to read',
      { scopes: ['chat:write'] },
      channel,
      { kind: 'forbidden', code: 'missing_scope' },
    ],
    [
      'in a channel that is gone',
      {},
      'C0NOWHERE01',
      { kind: 'forbidden', code: 'channel_not_found' },
    ],
  ])('%s cannot be looked up', async (_name, slack, to, found) => {
    const { sender } = workspace({ slack });
    expect(await sender.find({ ...search, channel: to })).toEqual(found);
  });

  test.each<[string, FaultAction, object]>([
    ['503', { kind: 'status', status: 503 }, { code: 'http_503', retryAfterMs: 30_000 }],
    ['429', { kind: 'throttle', retryAfter: '60' }, { code: 'ratelimited', retryAfterMs: 60_000 }],
    ['no list', { kind: 'status', status: 200, body: '{"ok":true}' }, { code: 'no_messages' }],
    [
      'a list without end',
      {
        kind: 'status',
        status: 200,
        body: '{"ok":true,"messages":[],"response_metadata":{"next_cursor":"x"}}',
      },
      { code: 'too_many_messages' },
    ],
  ])('%s proves nothing', async (_name, action, found) => {
    const { sender } = workspace({ faults: [{ path: 'conversations.', action }] });
    expect(await sender.find(search)).toMatchObject({ kind: 'failed', ...found });
  });

  test('is not what another app says of itself', async () => {
    const bodies = new Map([
      ['auth.test', { ok: true, team_id: 'T1', bot_id: 'B0OURS' }],
      [
        'conversations.history',
        {
          ok: true,
          messages: [
            {
              ts: '1.0',
              bot_id: 'B0OTHER',
              metadata: { event_payload: { message_id: messageId } },
            },
            { ts: '2.0', bot_id: 'B0OURS', metadata: null },
            { ts: '3.0', bot_id: 'B0OURS', metadata: { event_payload: { message_id: 7 } } },
          ],
        },
      ],
    ]);
    const sender = createSender({
      token: 'xoxb-test',
      fetch: async (input) =>
        Response.json(bodies.get(new URL(new Request(input).url).pathname.replace('/api/', ''))),
    });
    expect(await sender.find(search)).toEqual({ kind: 'absent' });
  });

  test('needs to know who we are', async () => {
    const { sender } = workspace({}, { token: 'xoxb-wrong' });
    expect(await sender.find(search)).toMatchObject({ kind: 'failed', code: 'invalid_auth' });
  });
});
