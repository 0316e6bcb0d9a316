import { LogLevel, WebClient, type Logger } from '@slack/web-api';
import { describe, expect, test } from '@jest/globals';
import type { FaultRule } from '../../../simulator/faults.ts';
import { createSimulator, type SimulatorOptions } from '../../../simulator/simulator.ts';
import { simulatedFetch } from '../../../simulator/transports.ts';
import { fleet } from '../../../simulator/build.ts';
import type { Json } from '../ask.ts';

const channel = 'C0FLEET0001';

const nothing = (): void => undefined;
const silent: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setName: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
};

function slackWith(options: Omit<SimulatorOptions, 'fleet'> = {}, token?: string) {
  const simulator = createSimulator({ fleet: fleet({ subscriptions: [] }), ...options });
  const client = new WebClient(token ?? simulator.slackToken, {
    fetch: simulatedFetch(simulator),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silent,
  });
  const call = async (method: string, given: Record<string, unknown> = {}): Promise<Json> =>
    await client.apiCall(method, given);
  const post = async (given: Record<string, unknown> = {}): Promise<Json> =>
    await call('chat.postMessage', { channel, text: 'hello', ...given });
  return { simulator, call, post };
}

/** The error that a call ends with. */
async function errorOf(calling: Promise<Json>): Promise<Json> {
  try {
    await calling;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

describe('auth.test', () => {
  test('says who the app is, and what it may do', async () => {
    const { call } = slackWith();
    await expect(call('auth.test')).resolves.toMatchObject({
      team: 'Contoso',
      bot_id: expect.stringMatching(/^B/u),
      response_metadata: { scopes: ['chat:write', 'channels:history', 'groups:history'] },
    });
  });

  test('a token of nobody', async () => {
    const { call } = slackWith({}, 'xoxb-wrong');
    expect((await errorOf(call('auth.test'))).data).toMatchObject({ error: 'invalid_auth' });
  });

  test('an unknown method', async () => {
    expect((await errorOf(slackWith().call('chat.shout'))).data.error).toBe('unknown_method');
  });
});

describe('channels and scopes', () => {
  test.each([
    ['C0NOWHERE01', 'channel_not_found'],
    ['C0ARCHIVED1', 'is_archived'],
    ['C0STRANGERS', 'not_in_channel'],
  ])('%s: %s', async (other, error) => {
    const { call, post } = slackWith();
    for (const calling of [
      post({ channel: other }),
      call('chat.update', { channel: other, ts: '1.1', text: 'x' }),
      call('conversations.history', { channel: other }),
    ])
      expect((await errorOf(calling)).data.error).toBe(error);
  });

  test.each([
    ['chat.postMessage', ['channels:history'], 'chat:write'],
    ['chat.update', [], 'chat:write'],
    ['conversations.history', ['chat:write'], 'channels:history'],
  ])('%s without its scope', async (method, scopes, needed) => {
    const { call } = slackWith({ slack: { scopes } });
    const { data } = await errorOf(call(method, { channel, text: 'x', ts: '1.1' }));
    expect(data).toMatchObject({
      error: 'missing_scope',
      needed,
      provided: scopes.join(','),
    });
  });

  test('history of private channels will do', async () => {
    const { call } = slackWith({ slack: { scopes: ['groups:history'] } });
    await expect(call('conversations.history', { channel })).resolves.toMatchObject({ ok: true });
  });
});

describe('messages', () => {
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'hello' } }];
  const metadata = { event_type: 'evenkeel_digest', event_payload: { digest_key: 'abc' } };

  test('are kept, with blocks and metadata, under times that never repeat', async () => {
    const { simulator, post } = slackWith({ nowMs: () => 1_800_000_000_000 });
    const first = await post({ blocks, metadata });
    const second = await post({ thread_ts: first.ts });
    expect(first.ts).toBe('1800000000.000000');
    expect(second.ts).toBe('1800000000.000001');
    expect(simulator.slack.messages()).toMatchObject([
      { channel, ts: first.ts, text: 'hello', blocks, metadata, threadTs: undefined, edits: 0 },
      { threadTs: first.ts },
    ]);
  });

  test('an edit keeps the time of a message', async () => {
    const { simulator, call, post } = slackWith();
    const { ts } = await post({ blocks, metadata });
    await call('chat.update', { channel, ts, text: 'new' });
    expect(simulator.slack.messages()).toMatchObject([{ ts, text: 'new', blocks: [], edits: 1 }]);
    const { data } = await errorOf(call('chat.update', { channel, ts: '1.1', text: 'x' }));
    expect(data.error).toBe('message_not_found');
  });

  test('that break a limit are refused, with the place', async () => {
    const { simulator, post } = slackWith();
    const { data } = await errorOf(post({ blocks: [{ type: 'header' }] }));
    expect(data).toMatchObject({
      error: 'invalid_blocks',
      response_metadata: {
        messages: expect.arrayContaining([expect.stringContaining('/blocks/0/text/type')]),
      },
    });
    expect(simulator.slack.messages()).toEqual([]);
  });

  test('whose text is too long are cut when posted, and refused when changed', async () => {
    const { simulator, call, post } = slackWith();
    const { ts } = await post({ text: 'x'.repeat(40_001) });
    expect(simulator.slack.messages()[0]?.text).toHaveLength(40_000);
    await call('chat.update', { channel, ts, text: 'x'.repeat(4000) });
    const { data } = await errorOf(call('chat.update', { channel, ts, text: 'x'.repeat(4001) }));
    expect(data.error).toBe('msg_too_long');
  });
});

async function three() {
  let nowMs = 1_800_000_000_000;
  const world = slackWith({ nowMs: () => nowMs });
  for (const key of ['a', 'b', 'c']) {
    await world.post({
      text: key,
      metadata: { event_type: 'digest', event_payload: { key } },
    });
    nowMs += 1000;
  }
  return world;
}

async function texts(given: Record<string, unknown>): Promise<readonly string[]> {
  const { call } = await three();
  const answer: Json = await call('conversations.history', { channel, ...given });
  return answer.messages.map(({ text }: { text: string }) => text);
}

describe('history', () => {
  test.each([
    [{}, ['c', 'b', 'a']],
    [{ oldest: '1800000000.000000' }, ['c', 'b']],
    [{ oldest: '1800000000.000000', inclusive: true }, ['c', 'b', 'a']],
    [{ latest: '1800000002.000000' }, ['b', 'a']],
    [{ oldest: '1800000003' }, []],
  ])('%j', async (given, expected) => {
    expect(await texts(given)).toEqual(expected);
  });

  test('comes in pages', async () => {
    const { call } = await three();
    const first: Json = await call('conversations.history', { channel, limit: 2 });
    expect([first.messages.length, first.has_more]).toEqual([2, true]);
    const cursor = first.response_metadata.next_cursor;
    const second: Json = await call('conversations.history', { channel, limit: 2, cursor });
    expect([second.messages[0].text, second.has_more]).toEqual(['a', false]);
  });

  test('gives metadata only where it is asked for', async () => {
    const { call } = await three();
    const without: Json = await call('conversations.history', { channel, limit: 1 });
    expect(without.messages[0].metadata).toBeUndefined();
    const withIt: Json = await call('conversations.history', {
      channel,
      limit: 1,
      include_all_metadata: true,
    });
    expect(withIt.messages[0]).toMatchObject({
      bot_id: 'B0EVENKEEL1',
      metadata: { event_type: 'digest', event_payload: { key: 'c' } },
    });
  });

  test('has no replies of threads, and no other channels', async () => {
    const { call, post } = slackWith();
    const { ts } = await post();
    await post({ thread_ts: ts });
    await post({ channel: 'C0PLATFORM1' });
    const answer: Json = await call('conversations.history', { channel });
    expect(answer.messages).toHaveLength(1);
  });
});

function fault(action: FaultRule['action']) {
  return { faults: [{ host: 'slack.com', path: '/api/chat.postMessage', action }] };
}

describe('faults', () => {
  test('429 with a wait in seconds', async () => {
    const { post } = slackWith(fault({ kind: 'throttle', retryAfter: '7' }));
    expect(await errorOf(post())).toMatchObject({
      code: 'slack_webapi_rate_limited_error',
      retryAfter: 7,
    });
  });

  test.each([
    ['without a wait', undefined],
    ['with a date', 'Mon, 23 Nov 2026 06:00:07 GMT'],
  ])('429 %s has no code of the client', async (_, retryAfter) => {
    const { post } = slackWith(
      fault({ kind: 'throttle', ...(retryAfter !== undefined && { retryAfter }) }),
    );
    expect((await errorOf(post())).code).toBeUndefined();
  });

  test('a channel that is posted to too often, and no other', async () => {
    let nowMs = 0;
    const { post } = slackWith({
      nowMs: () => nowMs,
      slack: { posts: { size: 1, refillPerSecond: 1 } },
    });
    await post();
    expect(await errorOf(post())).toMatchObject({ retryAfter: 1 });
    await post({ channel: 'C0PLATFORM1' });
    nowMs += 1000;
    await expect(post()).resolves.toMatchObject({ ok: true });
  });

  test.each([
    ['500 after it was posted', { kind: 'status', status: 500, accepted: true }, 1],
    ['500 before', { kind: 'status', status: 500 }, 0],
    ['the connection ends after it was posted', { kind: 'reset', afterBytes: 0 }, 1],
    ['the connection ends before', { kind: 'reset' }, 0],
    ['a page of HTML', { kind: 'status', status: 200, accepted: true }, 1],
  ] as const)('%s', async (_, action, posted) => {
    const { simulator, post } = slackWith(fault(action));
    await errorOf(post());
    expect(simulator.slack.messages()).toHaveLength(posted);
  });
});
