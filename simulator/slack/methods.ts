import { json, type SimulatedResponse } from '../http.ts';
import { failed, ok, throttled } from './answers.ts';
import { isTrueArgument, text, type Arguments } from './arguments.ts';
import { slackLimits } from './block-limits.ts';
import { channelFault, messageFault, scopeFault } from './limits.ts';
import {
  botId,
  contentOf,
  isInChannel,
  truncation,
  wireMessage,
  type PostedMessage,
} from './message.ts';
import type { SlackOptions } from './options.ts';

/** What the methods work on. */
export interface Workspace {
  readonly options: SlackOptions;
  /** Oldest first. */
  readonly messages: PostedMessage[];
  readonly nextTs: () => string;
  /** Seconds to wait before another message to the channel; `undefined` = it may be posted. */
  readonly waitSeconds: (channel: string) => number | undefined;
}

type Method = (workspace: Workspace, given: Arguments) => SimulatedResponse;

/** The methods of the Web API that the app calls, by name. */
export const methods: ReadonlyMap<string, Method> = new Map([
  ['auth.test', authTest],
  ['chat.postMessage', post],
  ['chat.update', update],
  ['conversations.history', (workspace, given) => history(workspace, given, isInChannel)],
  ['conversations.replies', replies],
] satisfies [string, Method][]);

function authTest({ options: { scopes } }: Workspace): SimulatedResponse {
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

function post(workspace: Workspace, given: Arguments): SimulatedResponse {
  const { options, messages, nextTs } = workspace;
  const channel = text(given, 'channel');
  const refused =
    scopeFault(options, ['chat:write']) ??
    channelFault(options, given) ??
    messageFault(given) ??
    rateFault(workspace, channel);
  if (refused !== undefined) return refused;
  const message: PostedMessage = {
    channel,
    ts: nextTs(),
    threadTs: given.get('thread_ts') === undefined ? undefined : text(given, 'thread_ts'),
    ...contentOf(given),
    edits: 0,
  };
  messages.push(message);
  return ok({ channel, ts: message.ts, message: wireMessage(message, true), ...truncation(given) });
}

function rateFault({ waitSeconds }: Workspace, channel: string): SimulatedResponse | undefined {
  const seconds = waitSeconds(channel);
  return seconds === undefined ? undefined : throttled(String(seconds));
}

function update({ options, messages }: Workspace, given: Arguments): SimulatedResponse {
  const refused =
    scopeFault(options, ['chat:write']) ?? channelFault(options, given) ?? messageFault(given);
  if (refused !== undefined) return refused;
  if (text(given, 'text').length > slackLimits.updatedText) return failed('msg_too_long');
  const at = messages.findIndex((each) => isNamed(each, given));
  const before = messages[at];
  if (before === undefined) return failed('message_not_found');
  const after = { ...before, ...contentOf(given), edits: before.edits + 1 };
  messages[at] = after;
  const { channel, ts } = after;
  return ok({ channel, ts, text: after.text, message: wireMessage(after, true) });
}

function replies(workspace: Workspace, given: Arguments): SimulatedResponse {
  const root = text(given, 'ts');
  return workspace.messages.some((each) => isNamed(each, given))
    ? history(workspace, given, ({ ts, threadTs }) => ts === root || threadTs === root)
    : failed('thread_not_found');
}

function isNamed({ channel, ts }: PostedMessage, given: Arguments): boolean {
  return channel === text(given, 'channel') && ts === text(given, 'ts');
}

/** A page of messages, newest first. */
function history(
  { options, messages }: Workspace,
  given: Arguments,
  belongs: (message: PostedMessage) => boolean,
): SimulatedResponse {
  const refused =
    scopeFault(options, ['channels:history', 'groups:history']) ?? channelFault(options, given);
  if (refused !== undefined) return refused;
  const limit = Math.min(Math.max(Number(text(given, 'limit') || '100'), 1), 999);
  const start = Number(text(given, 'cursor') || '0');
  const found = messages
    .filter(
      (message) =>
        message.channel === text(given, 'channel') && belongs(message) && isInTime(message, given),
    )
    .toReversed();
  const more = found.length > start + limit;
  return ok({
    messages: found
      .slice(start, start + limit)
      .map((message) => wireMessage(message, isTrueArgument(given.get('include_all_metadata')))),
    has_more: more,
    ...(more ? { response_metadata: { next_cursor: String(start + limit) } } : {}),
  });
}

function isInTime({ ts }: PostedMessage, given: Arguments): boolean {
  const at = Number(ts);
  const oldest = Number(text(given, 'oldest') || '0');
  const latest = Number(text(given, 'latest') || 'Infinity');
  return isTrueArgument(given.get('inclusive'))
    ? at >= oldest && at <= latest
    : at > oldest && at < latest;
}
