import { BlockChecker } from './block-checker.ts';
import { fieldsOf, listOf } from './fields.ts';
import { slackLimits } from './block-limits.ts';
import type { SimulatedResponse } from '../http.ts';
import { failed } from './answers.ts';
import { text, type Arguments } from './arguments.ts';
import type { SlackOptions } from './options.ts';

/** Where a message breaks Slack's limits: the error code and, for blocks, what is wrong where. */
export interface MessageFault {
  readonly error:
    | 'invalid_blocks'
    | 'msg_blocks_too_long'
    | 'no_text'
    | 'too_many_attachments'
    | 'invalid_metadata_format'
    | 'metadata_too_large';
  readonly messages: readonly string[];
}

/**
 * Holds a `chat.postMessage` or `chat.update` body against the limits. Numbers of characters are
 * counted as UTF-16 units, as JavaScript clients count them.
 */
export function validateMessage(body: {
  readonly text?: unknown;
  readonly blocks?: unknown;
  readonly attachments?: unknown;
  readonly metadata?: unknown;
}): MessageFault | undefined {
  const hasBlocks = Array.isArray(body.blocks) && body.blocks.length > 0;
  const hasAttachments = Array.isArray(body.attachments) && body.attachments.length > 0;
  const hasText = typeof body.text === 'string' && body.text !== '';
  if (!hasText && !hasBlocks && !hasAttachments) return { error: 'no_text', messages: [] };
  if (body.blocks !== undefined && !Array.isArray(body.blocks))
    return {
      error: 'invalid_blocks',
      messages: ['blocks must be an array [json-pointer:/blocks]'],
    };
  const attachments = listOf(body.attachments);
  if (attachments.length > slackLimits.attachments)
    return { error: 'too_many_attachments', messages: [] };
  const blocks = [
    ...listOf(body.blocks).map((block, at) => ({ block, at: `/blocks/${at}` })),
    ...attachments.flatMap((attachment, outer) =>
      listOf(fieldsOf(attachment).get('blocks')).map((block, at) => ({
        block,
        at: `/attachments/${outer}/blocks/${at}`,
      })),
    ),
  ];
  const checker = new BlockChecker();
  for (const { block, at } of blocks) checker.block(fieldsOf(block), at);
  if (blocks.length > slackLimits.blocks)
    checker.fault('/blocks', `no more than ${slackLimits.blocks} items allowed`);
  if (checker.faults.length > 0) return { error: 'invalid_blocks', messages: checker.faults };
  if (checker.characters > slackLimits.textOfAllBlocks)
    return { error: 'msg_blocks_too_long', messages: [] };
  return metadataFault(body.metadata);
}

function metadataFault(metadata: unknown): MessageFault | undefined {
  if (metadata === undefined) return undefined;
  const fields = fieldsOf(metadata);
  if (
    typeof fields.get('event_type') !== 'string' ||
    typeof fields.get('event_payload') !== 'object'
  )
    return { error: 'invalid_metadata_format', messages: [] };
  return Buffer.byteLength(JSON.stringify(metadata)) > slackLimits.metadataBytes
    ? { error: 'metadata_too_large', messages: [] }
    : undefined;
}

/** One of these scopes will do. */
export function scopeFault(
  { scopes }: SlackOptions,
  accepted: readonly string[],
): SimulatedResponse | undefined {
  return accepted.some((scope) => scopes.includes(scope))
    ? undefined
    : failed('missing_scope', { needed: accepted[0], provided: scopes.join(',') });
}

/** Why nothing can be posted in the channel that is named. */
export function channelFault(
  options: SlackOptions,
  given: Arguments,
): SimulatedResponse | undefined {
  const channel = text(given, 'channel');
  if (options.archived.includes(channel)) return failed('is_archived');
  if (options.notMember.includes(channel)) return failed('not_in_channel');
  return options.channels.includes(channel) ? undefined : failed('channel_not_found');
}

/** Why Slack would refuse the message, by its limits and its blocks. */
export function messageFault(given: Arguments): SimulatedResponse | undefined {
  const fault = validateMessage({
    text: given.get('text'),
    blocks: given.get('blocks'),
    attachments: given.get('attachments'),
    metadata: given.get('metadata'),
  });
  return (
    fault &&
    failed(
      fault.error,
      fault.messages.length > 0
        ? {
            errors: fault.messages,
            response_metadata: { messages: fault.messages.map((message) => `[ERROR] ${message}`) },
          }
        : {},
    )
  );
}
