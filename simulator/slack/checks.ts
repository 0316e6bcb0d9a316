import type { SimulatedResponse } from '../http.ts';
import { failed } from './answers.ts';
import { text, type Arguments } from './arguments.ts';
import { validateMessage } from './limits.ts';
import type { SlackOptions } from './options.ts';

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
