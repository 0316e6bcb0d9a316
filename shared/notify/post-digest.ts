import type { Report } from '../report/report.ts';
import { digest, type DigestOptions } from './messages/digest.ts';
import { lower, type Level } from './messages/level.ts';
import type { SlackMessage } from './message.ts';
import type { CallOutcome } from './outcome.ts';
import type { Sender } from './sender.ts';

export type Posted =
  | { readonly kind: 'off'; readonly why: string }
  | { readonly kind: 'outcome'; readonly outcome: CallOutcome; readonly message: SlackMessage };

/** What is needed to post; either may be missing, and then the run says so and goes on. */
export interface Destination {
  readonly sender: Sender | undefined;
  readonly channel: string | undefined;
}

/**
 * Posts the digest of a run to one channel. A payload that Slack refuses is posted shorter: counts
 * with the worst five, then one line of text. Nothing is repeated after an answer that says neither
 * yes nor no.
 */
export async function postDigest(
  { sender, channel }: Destination,
  report: Report,
  options: DigestOptions = {},
): Promise<Posted> {
  if (sender === undefined) return { kind: 'off', why: 'SLACK_BOT_TOKEN is not set' };
  if (channel === undefined || channel === '')
    return { kind: 'off', why: 'SLACK_CHANNEL is not set' };
  for (let level: Level = 'full'; ;) {
    const message = digest(report, { ...options, level });
    const outcome = await sender.post(channel, message);
    const next = lower(level);
    const tooMuch = outcome.kind === 'refused' && outcome.refusal === 'payload';
    if (!tooMuch || next === undefined) return { kind: 'outcome', outcome, message };
    level = next;
  }
}
