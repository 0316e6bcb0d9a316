import { gate } from '../throttle.ts';
import { json, type SimulatedRequest, type SimulatedResponse } from '../http.ts';
import type { SlackOptions } from './options.ts';
import { channelFault, messageFault, scopeFault } from './checks.ts';
import { failed, ok, throttled } from './answers.ts';
import { isTrue, readArguments, text, tokenOf, type Arguments } from './arguments.ts';
import { slackLimits } from './block-limits.ts';

export const slackHost = 'slack.com';

/** A message as it stands now. */
interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly attachments: readonly unknown[];
  readonly metadata: unknown;
  /** Everything that was sent with it, parsed. */
  readonly sent: ReadonlyMap<string, unknown>;
  readonly edits: number;
}

export interface Slack {
  readonly answer: (request: SimulatedRequest) => SimulatedResponse;
  /** Oldest first. */
  readonly messages: () => readonly SlackMessage[];
}

const botId = 'B0EVENKEEL1';

/** A workspace of one bot: what it posts is kept, and refused where Slack would refuse it. */
export function slackWorkspace(options: SlackOptions): Slack {
  const messages: SlackMessage[] = [];
  let lastTs = 0;
  const nextTs = (): string => {
    lastTs = Math.max(lastTs + 1, Math.floor(options.nowMs() * 1000));
    return `${Math.floor(lastTs / 1e6)}.${String(lastTs % 1e6).padStart(6, '0')}`;
  };

  const methods: ReadonlyMap<string, (given: Arguments) => SimulatedResponse> = new Map([
    ['auth.test', () => authTest(options)],
    ['chat.postMessage', post],
    ['chat.update', update],
    ['conversations.history', (given) => history(given, inChannel)],
    ['conversations.replies', replies],
  ]);

  const pass = gate(options.nowMs);

  function post(given: Arguments): SimulatedResponse {
    const refused =
      scopeFault(options, ['chat:write']) ??
      channelFault(options, given) ??
      messageFault(given) ??
      rateFault(text(given, 'channel'));
    if (refused !== undefined) return refused;
    const message: SlackMessage = {
      channel: text(given, 'channel'),
      ts: nextTs(),
      threadTs: given.get('thread_ts') === undefined ? undefined : text(given, 'thread_ts'),
      ...content(given),
      edits: 0,
    };
    messages.push(message);
    return ok({
      channel: message.channel,
      ts: message.ts,
      message: wire(message, true),
      ...truncation(given),
    });
  }

  function rateFault(channel: string): SimulatedResponse | undefined {
    const seconds = options.posts && pass(channel, options.posts);
    return seconds === undefined ? undefined : throttled(String(seconds));
  }

  function update(given: Arguments): SimulatedResponse {
    const refused =
      scopeFault(options, ['chat:write']) ?? channelFault(options, given) ?? messageFault(given);
    if (refused !== undefined) return refused;
    if (text(given, 'text').length > slackLimits.updatedText) return failed('msg_too_long');
    const at = messages.findIndex(
      ({ channel, ts }) => channel === text(given, 'channel') && ts === text(given, 'ts'),
    );
    const before = messages[at];
    if (before === undefined) return failed('message_not_found');
    const after = { ...before, ...content(given), edits: before.edits + 1 };
    messages[at] = after;
    return ok({
      channel: after.channel,
      ts: after.ts,
      text: after.text,
      message: wire(after, true),
    });
  }

  function replies(given: Arguments): SimulatedResponse {
    const root = text(given, 'ts');
    const started = messages.some(
      ({ channel, ts }) => channel === text(given, 'channel') && ts === root,
    );
    return started
      ? history(given, ({ ts, threadTs }) => ts === root || threadTs === root)
      : failed('thread_not_found');
  }

  function history(
    given: Arguments,
    belongs: (message: SlackMessage) => boolean,
  ): SimulatedResponse {
    const refused =
      scopeFault(options, ['channels:history', 'groups:history']) ?? channelFault(options, given);
    if (refused !== undefined) return refused;
    const limit = Math.min(Math.max(Number(text(given, 'limit') || '100'), 1), 999);
    const oldest = Number(text(given, 'oldest') || '0');
    const latest = Number(text(given, 'latest') || 'Infinity');
    const inclusive = isTrue(given.get('inclusive'));
    const start = Number(text(given, 'cursor') || '0');
    const found = messages
      .filter((message) => {
        if (message.channel !== text(given, 'channel') || !belongs(message)) return false;
        const at = Number(message.ts);
        return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
      })
      .toReversed();
    const more = found.length > start + limit;
    return ok({
      messages: found
        .slice(start, start + limit)
        .map((message) => wire(message, isTrue(given.get('include_all_metadata')))),
      has_more: more,
      ...(more ? { response_metadata: { next_cursor: String(start + limit) } } : {}),
    });
  }

  return {
    messages: () => messages,
    answer(request) {
      const given = readArguments(request);
      const method = methods.get(request.url.pathname.replace(/^\/api\//u, ''));
      if (request.method !== 'POST' && request.method !== 'GET') return failed('invalid_post_type');
      if (method === undefined) return failed('unknown_method');
      const token = tokenOf(request, given);
      if (token === undefined) return failed('not_authed');
      return token === options.token ? method(given) : failed('invalid_auth');
    },
  };
}

/** Replies stand in their thread only, unless they are sent to the channel too. */
function inChannel({ ts, threadTs, sent }: SlackMessage): boolean {
  return threadTs === undefined || threadTs === ts || isTrue(sent.get('reply_broadcast'));
}

function authTest({ scopes }: SlackOptions): SimulatedResponse {
  return json(
    200,
    {
      ok: true,
      url: 'https://contoso.slack.com/',
      team: 'Contoso',
      user: 'evenkeel',
      team_id: 'T0CONTOSO1',
      user_id: 'U0EVENKEEL',
      bot_id: botId,
      is_enterprise_install: false,
    },
    { 'x-oauth-scopes': scopes.join(',') },
  );
}

function content(given: Arguments): Omit<SlackMessage, 'channel' | 'ts' | 'threadTs' | 'edits'> {
  const list = (name: string): readonly unknown[] => {
    const value = given.get(name);
    return Array.isArray(value) ? value : [];
  };
  return {
    text: text(given, 'text').slice(0, slackLimits.topLevelText),
    blocks: list('blocks'),
    attachments: list('attachments'),
    metadata: given.get('metadata'),
    sent: new Map([...given].filter(([name]) => name !== 'token')),
  };
}

function truncation(given: Arguments): object {
  return text(given, 'text').length > slackLimits.topLevelText
    ? { warning: 'message_truncated', response_metadata: { warnings: ['message_truncated'] } }
    : {};
}

/** A message as Slack gives it back; metadata only where it was asked for. */
function wire(message: SlackMessage, withMetadata: boolean): object {
  return {
    type: 'message',
    user: 'U0EVENKEEL',
    bot_id: botId,
    app_id: 'A0EVENKEEL',
    team: 'T0CONTOSO1',
    ts: message.ts,
    text: message.text,
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(withMetadata && message.metadata !== undefined ? { metadata: message.metadata } : {}),
    ...(message.edits > 0 ? { edited: { user: 'U0EVENKEEL', ts: message.ts } } : {}),
  };
}
