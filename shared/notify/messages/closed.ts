import { budget } from '../budget.ts';
import type { Metadata, SlackMessage } from '../message.ts';
import type { About, Closure } from '../outbox/row.ts';
import {
  code,
  escaped,
  line,
  longest,
  mrkdwn,
  slackLine,
  mrkdwnText,
  richText,
  span,
  when,
} from '../slots.ts';
import { colours } from './critical.ts';
import { between } from './parts.ts';

const words: Readonly<Record<Closure['how'], string>> = {
  resolved: 'Resolved',
  superseded: 'Replaced by a finding that gives the cause',
  reassessed: 'No longer found after more data was read',
  gone: 'Deleted with its cluster or Service',
  exempt: 'Exempt or switched off by policy',
  lowered: 'No longer critical',
};

export interface Ending {
  readonly about: About;
  readonly how: Closure['how'];
  /** When the run began that saw it; ISO. */
  readonly seenAt: string;
  /** `34 / 33 / 33 %`, where it is known. */
  readonly sharesNow?: string;
}

/** What becomes of a critical's message when it is over: one line struck out, and since when. */
export function closedMessage(ending: Ending, metadata: Metadata): SlackMessage {
  const { about, how, seenAt } = ending;
  const text = escaped(
    `${words[how].toUpperCase()} ${slackLine(about.title, longest.title)} on ${slackLine(about.cluster, longest.name)}.${openFor(ending)}`,
    budget.topLevelText,
  );
  return {
    text,
    blocks: [],
    attachments: [
      {
        color: how === 'resolved' ? colours.resolved : colours.aside,
        fallback: text,
        blocks: [
          richText(
            line(
              span(`${words[how]} `, 60, { bold: true }),
              span(about.title, longest.title, { strike: true }),
              span(' on ', 10),
              code(about.cluster),
              span(
                ` - ${slackLine(about.rule, longest.name)}.${openFor(ending)}${shares(ending)}`,
                300,
              ),
            ),
          ),
          { type: 'context', elements: [mrkdwnText(mrkdwn`Seen in the run of ${when(seenAt)}`)] },
        ],
      },
    ],
    metadata,
  };
}

/** The reply in its thread. */
export function resolvedReply(ending: Ending, metadata: Metadata): SlackMessage {
  const after = between(ending.about.firstSeen, ending.seenAt);
  const text = `Resolved${after === undefined ? '' : ` after ${after}`}: ${slackLine(ending.about.title, longest.title)} on ${slackLine(ending.about.cluster, longest.name)}.${shares(ending)}`;
  return { text: escaped(text, budget.topLevelText), blocks: [], metadata };
}

function openFor({ about, seenAt }: Ending): string {
  const duration = between(about.firstSeen, seenAt);
  return duration === undefined ? '' : ` Open for ${duration}.`;
}

function shares({ sharesNow }: Ending): string {
  return sharesNow === undefined ? '' : ` Shares now ${sharesNow}.`;
}
