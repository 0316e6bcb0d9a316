import { describe, expect, test } from '@jest/globals';
import { postDigest } from '../../shared/notify/index.ts';
import { retrySeconds } from '../../shared/notify/sender.ts';
import { safeDetail } from '../../shared/notify/outcome.ts';
import type { FaultAction } from '../../simulator/faults.ts';
import { fleetReport } from '../report/samples.ts';
import { problems, reportUrl } from './inert.ts';
import { channel, workspace } from './workspace.ts';

const plainMessage = { text: 'One sentence.', blocks: [] };
const method = '/api/chat.postMessage';

describe('a digest in the simulated Slack', () => {
  test('arrives once, with parsing, link names and unfurling off', async () => {
    const { simulator, sender } = workspace();
    const posted = await postDigest({ sender, channel }, fleetReport, { reportUrl });
    expect(posted.kind === 'outcome' && posted.outcome.kind).toBe('sent');
    const [message, ...others] = simulator.slack.messages();
    expect(others).toEqual([]);
    expect(Object.fromEntries(message?.sent ?? [])).toMatchObject({
      channel,
      parse: 'none',
      link_names: 'false',
      unfurl_links: 'false',
      unfurl_media: 'false',
    });
    expect(message?.text).toContain('Evenkeel: 4 new');
  });

  test.each([
    [{ sender: undefined, channel }, 'SLACK_BOT_TOKEN is not set'],
    [{ sender: workspace().sender, channel: undefined }, 'SLACK_CHANNEL is not set'],
    [{ sender: workspace().sender, channel: '' }, 'SLACK_CHANNEL is not set'],
  ])('no token or no channel: the result says so', async (destination, why) => {
    expect(await postDigest(destination, fleetReport)).toEqual({ kind: 'off', why });
  });

  test('a refused payload is posted shorter, down to one line', async () => {
    const tooLong: FaultAction = {
      kind: 'replace',
      body: () => '{"ok":false,"error":"msg_blocks_too_long"}',
    };
    const { simulator, sender } = workspace({
      faults: [{ path: method, nth: [1, 2], action: tooLong }],
    });
    const posted = await postDigest({ sender, channel }, fleetReport, { reportUrl });
    // The fault changes Slack's answers only: what it kept are the three tries.
    expect(simulator.slack.messages().map(({ blocks }) => blocks.length > 5)).toEqual([
      true,
      false,
      false,
    ]);
    expect(posted).toMatchObject({
      kind: 'outcome',
      outcome: { kind: 'sent' },
      message: { blocks: [] },
    });
    expect(posted.kind === 'outcome' && problems(posted.message)).toEqual([]);
  });

  test('an edit replaces text, blocks and attachments', async () => {
    const { simulator, sender } = workspace();
    const first = await sender.post(channel, {
      text: 'a',
      blocks: [],
      attachments: [{ color: '#a40e26', fallback: 'a', blocks: [{ type: 'divider' }] }],
    });
    if (first.kind !== 'sent') throw new Error('not sent');
    expect(await sender.update(channel, first.ts, plainMessage)).toMatchObject({ kind: 'sent' });
    expect(simulator.slack.messages()).toMatchObject([
      { text: 'One sentence.', attachments: [], edits: 1 },
    ]);
  });

  test('a reply stands in its thread', async () => {
    const { simulator, sender } = workspace();
    const first = await sender.post(channel, plainMessage);
    if (first.kind !== 'sent') throw new Error('not sent');
    await sender.post(channel, plainMessage, { ts: first.ts });
    expect(simulator.slack.messages().map(({ threadTs }) => threadTs)).toEqual([
      undefined,
      first.ts,
    ]);
  });
});

describe('what went wrong is sorted, and nothing is tried twice', () => {
  const soon = new Date(Date.now() + 45_000).toUTCString();
  test.each<[string, FaultAction, object]>([
    ['503', { kind: 'status', status: 503 }, { kind: 'unknown', code: 'http_503' }],
    [
      '500 after the message was taken',
      { kind: 'status', status: 500, accepted: true },
      { kind: 'unknown', code: 'http_500' },
    ],
    ['403 of a proxy', { kind: 'status', status: 403 }, { refusal: 'other', code: 'http_403' }],
    ['no connection', { kind: 'reset' }, { kind: 'unknown', code: 'connection' }],
    ['connection lost in the answer', { kind: 'reset', afterBytes: 10 }, { kind: 'unknown' }],
    ['timeout', { kind: 'hang' }, { kind: 'unknown' }],
    ['endless answer', { kind: 'endless' }, { kind: 'unknown' }],
    ['redirect', { kind: 'redirect', to: 'https://evil.example/' }, { kind: 'unknown' }],
    [
      '429 with seconds',
      { kind: 'throttle', retryAfter: '7' },
      { refusal: 'throttled', retryAfterMs: 7000 },
    ],
    [
      '429 with 0',
      { kind: 'throttle', retryAfter: '0' },
      { refusal: 'throttled', retryAfterMs: 0 },
    ],
    [
      '429 without Retry-After',
      { kind: 'throttle' },
      { refusal: 'throttled', retryAfterMs: 30_000 },
    ],
    [
      '429 with nonsense',
      { kind: 'throttle', retryAfter: 'soon' },
      { refusal: 'throttled', retryAfterMs: 30_000 },
    ],
    ['429 with a date', { kind: 'throttle', retryAfter: soon }, { refusal: 'throttled' }],
    [
      '200 with a page of HTML',
      { kind: 'status', status: 200, body: `<html>${'x'.repeat(6000)}` },
      { kind: 'unknown', code: 'unparsable_answer' },
    ],
    [
      '200 with an empty body',
      { kind: 'status', status: 200, body: '' },
      { kind: 'unknown', code: 'unparsable_answer' },
    ],
    ...(
      [
        ['invalid_auth', 'app'],
        ['missing_scope', 'app'],
        ['is_archived', 'route'],
        ['restricted_action_in_a_new_way', 'route'],
        ['invalid_blocks', 'payload'],
        ['ratelimited', 'throttled'],
        ['message_not_found', 'uneditable'],
        ['something_new', 'other'],
      ] as const
    ).map(([error, refusal]): [string, FaultAction, object] => [
      error,
      { kind: 'status', status: 200, body: JSON.stringify({ ok: false, error }) },
      { kind: 'refused', refusal, code: error },
    ]),
    [
      'fatal_error',
      { kind: 'status', status: 200, body: '{"ok":false,"error":"fatal_error"}' },
      { kind: 'unknown', code: 'fatal_error' },
    ],
  ])('%s', async (_name, action, expected) => {
    const { simulator, sender } = workspace(
      { faults: [{ path: method, action }] },
      { timeoutMs: 200 },
    );
    const outcome = await sender.post(channel, plainMessage);
    expect(outcome).toMatchObject(expected);
    expect(simulator.log.entries()).toHaveLength(1);
    expect(JSON.stringify(outcome).length).toBeLessThan(700);
    expect(JSON.stringify(outcome)).not.toContain(simulator.slackToken);
  });

  test.each([
    ['a wrong token', { token: 'xoxb-wrong' }, channel, { refusal: 'app', code: 'invalid_auth' }],
    ['an unknown channel', {}, 'C0NOWHERE01', { refusal: 'route', code: 'channel_not_found' }],
    ['an archived channel', {}, 'C0ARCHIVED1', { refusal: 'route', code: 'is_archived' }],
  ])('%s', async (_name, options, to, expected) => {
    const { sender } = workspace({}, options);
    expect(await sender.post(to, plainMessage)).toMatchObject(expected);
  });

  test('what Slack says about blocks is kept', async () => {
    const { sender } = workspace();
    const header = { type: 'plain_text', emoji: false, text: 'x'.repeat(151) } as const;
    const outcome = await sender.post(channel, {
      text: 'a',
      blocks: [{ type: 'header', text: header }],
    });
    expect(outcome).toMatchObject({ refusal: 'payload', code: 'invalid_blocks' });
    expect(outcome.kind !== 'sent' && outcome.detail).toContain('must be less than 151 characters');
  });
});

describe('details', () => {
  test.each([
    ['token xoxb-12-ab and Bearer abc.def', 'token [token] and [token]'],
    ['xoxe.xoxp-1-abc', '[token]'],
    ['GET https://a.example/x?code=secret&b=1 failed', 'GET https://a.example/x?… failed'],
    ['eyJhbGciOi.eyJzdWIi.sig', '[token]'],
    ['two\nlines \u001B[31mred', 'two lines red'],
  ])('%j', (given, safe) => {
    expect(safeDetail(given)).toBe(safe);
  });

  test('are short', () => {
    expect(safeDetail('x'.repeat(5000))).toHaveLength(300);
  });

  test.each([
    ['12', 12],
    [' 3 ', 3],
    ['0', 0],
    ['999999999', 86_400],
    ['-5', 0],
    ['Mon, 23 Nov 2026 06:01:00 GMT', 60],
    ['Mon, 23 Nov 2026 05:00:00 GMT', 0],
    ['1e3', 30],
    ['', 30],
    [null, 30],
  ])('Retry-After %j is %d s', (header, seconds) => {
    expect(retrySeconds(header, Date.parse('2026-11-23T06:00:00Z'))).toBe(seconds);
  });
});
