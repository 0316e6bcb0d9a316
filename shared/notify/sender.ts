import { LogLevel, WebClient, type ChatPostMessageArguments, type Logger } from '@slack/web-api';
import { guardedFetch } from './guarded-fetch.ts';
import type { SlackMessage } from './message.ts';
import { outcomeOf, type Outcome } from './outcome.ts';

export interface SenderOptions {
  readonly token: string;
  /** The network where absent. */
  readonly fetch?: typeof fetch;
  readonly slackApiUrl?: string;
  readonly timeoutMs?: number;
  readonly nowMs?: () => number;
}

/** The only way to Slack. Nothing here throws: what went wrong is in the outcome. */
export interface Sender {
  readonly post: (channel: string, message: SlackMessage, threadTs?: string) => Promise<Outcome>;
  readonly update: (channel: string, ts: string, message: SlackMessage) => Promise<Outcome>;
}

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
  return {
    post(channel, message, threadTs) {
      const given: ChatPostMessageArguments = {
        channel,
        ...common(message),
        ...(message.blocks.length > 0 && { blocks: message.blocks }),
        ...(message.attachments !== undefined && { attachments: message.attachments }),
        ...(threadTs !== undefined && { thread_ts: threadTs }),
        unfurl_links: false,
        unfurl_media: false,
      };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's method, not a window's
      return settled(channel, () => client.chat.postMessage(given));
    },
    update: (channel, ts, message) =>
      settled(channel, () =>
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

/** In both calls: `chat.update` parses by another default than `chat.postMessage`. */
function common({ text, metadata }: SlackMessage): {
  readonly text: string;
  readonly parse: 'none';
  readonly link_names: false;
  readonly metadata?: NonNullable<SlackMessage['metadata']>;
} {
  return {
    text,
    parse: 'none',
    link_names: false,
    ...(metadata !== undefined && { metadata }),
  };
}

async function settled(
  channel: string,
  call: () => Promise<{ readonly channel?: string; readonly ts?: string }>,
): Promise<Outcome> {
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
