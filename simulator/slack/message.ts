import { isTrueArgument, text, type Arguments } from './arguments.ts';
import { slackLimits } from './block-limits.ts';

export const botId = 'B0EVENKEEL1';

/** A message as it stands now. */
export interface PostedMessage {
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

/** Replies stand in their thread only, unless they are sent to the channel too. */
export function isInChannel({ ts, threadTs, sent }: PostedMessage): boolean {
  return threadTs === undefined || threadTs === ts || isTrueArgument(sent.get('reply_broadcast'));
}

/** What a call of `chat.postMessage` or `chat.update` makes of a message. */
export function contentOf(
  given: Arguments,
): Omit<PostedMessage, 'channel' | 'ts' | 'threadTs' | 'edits'> {
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

/** The warning that Slack adds where it cuts the text. */
export function truncation(given: Arguments): object {
  return text(given, 'text').length > slackLimits.topLevelText
    ? { warning: 'message_truncated', response_metadata: { warnings: ['message_truncated'] } }
    : {};
}

/** A message as Slack gives it back; metadata only where it was asked for. */
export function wireMessage(message: PostedMessage, withMetadata: boolean): object {
  return {
    type: 'message',
    user: 'U0EVENKEEL',
    bot_id: botId,
    app_id: 'A0EVENKEEL',
    team: 'T0CONTOSO1',
    ts: message.ts,
    text: message.text,
    thread_ts: message.threadTs,
    blocks: message.blocks.length > 0 ? message.blocks : undefined,
    attachments: message.attachments.length > 0 ? message.attachments : undefined,
    metadata: withMetadata ? message.metadata : undefined,
    edited: message.edits > 0 ? { user: 'U0EVENKEEL', ts: message.ts } : undefined,
  };
}
