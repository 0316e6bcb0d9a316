import type { WebClient } from '@slack/web-api';
import { outcomeOf, type CallOutcome } from './outcome.ts';
import { fieldsOf } from './fields.ts';

/** Whether a message stands in Slack. */
export type SearchResult =
  | { readonly kind: 'found'; readonly ts: string; readonly threadTs?: string }
  | { readonly kind: 'absent' }
  /** The app may not read the channel's history: no search will ever say more. */
  | { readonly kind: 'forbidden'; readonly code: string }
  | { readonly kind: 'failed'; readonly code: string; readonly retryAfterMs: number };

export interface Search {
  readonly channel: string;
  /** `message_id` of the metadata. */
  readonly messageId: string;
  /** When the call began that may have posted it. */
  readonly startedMs: number;
  readonly threadTs?: string;
  /** Whose message it is: another app's metadata proves nothing. */
  readonly botId: string;
}

/** A host's clock may be wrong by minutes; ids are unique, so a wide window finds nothing else. */
const windowMs = 15 * 60_000;
const mostPages = 20;
const retryMs = 30_000;

/** Looks for a message by its metadata, around the time of the call. */
export async function findMessage(client: WebClient, search: Search): Promise<SearchResult> {
  let cursor = '';
  for (let page = 0; page < mostPages; page += 1) {
    let answer: object;
    try {
      answer = await readPage(client, search, cursor);
    } catch (error) {
      return notRead(outcomeOf(error));
    }
    const fields = fieldsOf(answer);
    const messages = fields.get('messages');
    if (!Array.isArray(messages))
      return { kind: 'failed', code: 'no_messages', retryAfterMs: retryMs };
    const found = messages.map(fieldsOf).find((message) => isIt(message, search));
    const ts = found?.get('ts');
    const threadTs = found?.get('thread_ts');
    if (typeof ts === 'string')
      return { kind: 'found', ts, ...(typeof threadTs === 'string' && { threadTs }) };
    const next = fieldsOf(fields.get('response_metadata')).get('next_cursor');
    if (typeof next !== 'string' || next === '') return { kind: 'absent' };
    cursor = next;
  }
  // More messages than a search goes through: nothing is proved.
  return { kind: 'failed', code: 'too_many_messages', retryAfterMs: retryMs };
}

async function readPage(
  client: WebClient,
  { channel, threadTs, startedMs }: Search,
  cursor: string,
): Promise<object> {
  const window = {
    channel,
    oldest: seconds(startedMs - windowMs),
    latest: seconds(startedMs + windowMs),
    inclusive: true,
    include_all_metadata: true,
    limit: 100,
    ...(cursor !== '' && { cursor }),
  };
  return threadTs === undefined
    ? await client.conversations.history(window)
    : await client.conversations.replies({ ...window, ts: threadTs });
}

function isIt(message: ReadonlyMap<string, unknown>, { messageId, botId }: Search): boolean {
  const payload = fieldsOf(fieldsOf(message.get('metadata')).get('event_payload'));
  return payload.get('message_id') === messageId && message.get('bot_id') === botId;
}

function notRead(outcome: Exclude<CallOutcome, { kind: 'sent' }>): SearchResult {
  const { code } = outcome;
  if (outcome.kind === 'unknown') return { kind: 'failed', code, retryAfterMs: retryMs };
  if (code === 'missing_scope' || outcome.refusal === 'route') return { kind: 'forbidden', code };
  // The thread's root is gone, and its replies with it.
  if (outcome.refusal === 'uneditable') return { kind: 'absent' };
  return { kind: 'failed', code, retryAfterMs: outcome.retryAfterMs ?? retryMs };
}

function seconds(ms: number): string {
  return (Math.max(0, ms) / 1000).toFixed(6);
}
