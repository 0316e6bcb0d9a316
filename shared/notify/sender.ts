import {
  LogLevel,
  WebClient,
  type ChatPostMessageArguments,
  type Logger,
  type FetchFunction,
} from '@slack/web-api';
import type { SlackMessage } from './message.ts';
import { outcomeOf, unsaidRetryMs, type CallOutcome } from './outcome.ts';
import { findMessage, type SearchResult, type Search } from './search.ts';

export interface SenderOptions {
  readonly token: string;
  /** The network where absent. */
  readonly fetch?: typeof fetch;
  readonly slackApiUrl?: string | undefined;
  readonly timeoutMs?: number;
  readonly nowMs?: () => number;
}

/** The only way to Slack. Nothing here throws: what went wrong is in the outcome. */
export interface Sender {
  readonly post: (channel: string, message: SlackMessage, thread?: Thread) => Promise<CallOutcome>;
  readonly update: (channel: string, ts: string, message: SlackMessage) => Promise<CallOutcome>;
  /** Looks for a message whose call ended without a clear answer. */
  readonly find: (search: Omit<Search, 'botId'>) => Promise<SearchResult>;
  readonly identity: () => Promise<BotIdentity | Exclude<CallOutcome, { kind: 'sent' }>>;
}

/** Where a reply stands; `broadcast` shows it in the channel too. */
interface Thread {
  readonly ts: string;
  readonly broadcast?: boolean;
}

/** Who the token is, and how its rights compare with what is needed. */
export interface BotIdentity {
  readonly kind: 'identity';
  readonly teamId: string;
  readonly botId: string;
  readonly scopes: readonly string[];
  /** Without `chat:write` nothing works; without a `…:history` a post of unknown outcome cannot be looked up. */
  readonly missing: readonly string[];
  readonly superfluous: readonly string[];
}

const neededScopes = ['chat:write', 'channels:history', 'groups:history'];
const usefulScopes = new Set([...neededScopes, 'chat:write.public', 'metadata.message:read']);

/**
 * A client for Slack's Web API whose own retries are off: with them a post that Slack took before it
 * failed is posted twice. A call ends after 10 seconds, a 429 at once; nothing is logged.
 */
export function createSender(options: SenderOptions): Sender {
  const client = new WebClient(options.token, {
    retryConfig: { retries: 0 },
    timeout: options.timeoutMs ?? 10_000,
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    maxRequestConcurrency: 4,
    logger: silent,
    fetch: guardedFetch(options.fetch ?? fetch, options.nowMs ?? Date.now),
    ...(options.slackApiUrl !== undefined && { slackApiUrl: options.slackApiUrl }),
  });
  let known: BotIdentity | undefined;
  const identity: Sender['identity'] = async () => {
    if (known !== undefined) return known;
    const answer = await identify(client);
    if (answer.kind === 'identity') known = answer;
    return answer;
  };
  return {
    identity,
    async find(search) {
      const me = await identity();
      return me.kind === 'identity'
        ? await findMessage(client, { ...search, botId: me.botId })
        : { kind: 'failed', code: me.code, retryAfterMs: 30_000 };
    },
    post(channel, message, thread) {
      const given = {
        channel,
        ...common(message),
        ...(message.blocks.length > 0 && { blocks: message.blocks }),
        ...(message.attachments !== undefined && { attachments: message.attachments }),
        unfurl_links: false,
        unfurl_media: false,
      } satisfies ChatPostMessageArguments;
      const reply: ChatPostMessageArguments | undefined = thread && {
        ...given,
        thread_ts: thread.ts,
        reply_broadcast: thread.broadcast === true,
      };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's method, not a window's
      return outcomeOfCall(channel, () => client.chat.postMessage(reply ?? given));
    },
    update: (channel, ts, message) =>
      outcomeOfCall(channel, () =>
        client.chat.update({
          channel,
          ts,
          ...common(message),
          // What is not given stays as it was.
          blocks: message.blocks,
          attachments: message.attachments ?? [],
        }),
      ),
  };
}

/** Asks Slack who the token is. */
async function identify(
  client: WebClient,
): Promise<BotIdentity | Exclude<CallOutcome, { kind: 'sent' }>> {
  try {
    const { team_id: teamId, bot_id: botId, response_metadata } = await client.auth.test();
    if (teamId === undefined || botId === undefined)
      return {
        kind: 'refused',
        refusal: 'app',
        code: 'no_bot',
        detail: 'the token is not a bot token',
      };
    const scopes = response_metadata?.scopes ?? [];
    return {
      kind: 'identity',
      teamId,
      botId,
      scopes,
      missing: neededScopes.filter((scope) => !scopes.includes(scope)),
      superfluous: scopes.filter((scope) => !usefulScopes.has(scope)),
    };
  } catch (error) {
    return outcomeOf(error);
  }
}

/** In both calls: `chat.update` parses by another default than `chat.postMessage`. */
function common({ text, metadata }: SlackMessage) {
  const options = { parse: 'none', link_names: false } as const;
  return { text, ...options, ...(metadata !== undefined && { metadata }) };
}

async function outcomeOfCall(
  channel: string,
  call: () => Promise<{ readonly channel?: string; readonly ts?: string }>,
): Promise<CallOutcome> {
  try {
    const answer = await call();
    return typeof answer.ts === 'string'
      ? { kind: 'sent', channel: answer.channel ?? channel, ts: answer.ts }
      : { kind: 'unknown', code: 'no_ts', detail: 'Slack answered without a time stamp' };
  } catch (error) {
    return outcomeOf(error);
  }
}

/** The SDK logs bodies, and what a proxy says in place of Slack. */
const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** Most that is read of an answer; a page of history is larger than any other. */
const mostBytes = 4 * 1024 * 1024;

/**
 * A `fetch` for the SDK that reads the whole body inside the call, up to a cap, so that a body that
 * breaks or never ends is an error of the request; and that turns every form of `Retry-After`
 * (seconds, an HTTP date, nothing) into seconds, which is the only form that the SDK understands.
 */
function guardedFetch(inner: typeof fetch, nowMs: () => number): FetchFunction {
  return async (url, init) => {
    const response = await inner(url, init);
    const body = await capped(response);
    const headers = new Headers(response.headers);
    // The body is plain text now.
    headers.delete('content-encoding');
    headers.delete('content-length');
    if (response.status === 429)
      headers.set('retry-after', String(retrySeconds(headers.get('retry-after'), nowMs())));
    return new Response(body, { status: response.status, headers });
  };
}

/** Whole seconds, never negative, at most a day. */
export function retrySeconds(header: string | null, nowMs: number): number {
  const text = header?.trim() ?? '';
  const seconds = /^\d{1,9}$/u.test(text)
    ? Number(text)
    : Math.ceil((Date.parse(text) - nowMs) / 1000);
  if (Number.isNaN(seconds)) return unsaidRetryMs / 1000;
  return Math.min(86_400, Math.max(0, seconds));
}

async function capped(response: Response): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`the answer is longer than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
