import { counted, grouped } from '../../model/index.ts';
import type { Report } from '../../report/report.ts';
import { budget } from '../budget.ts';
import type { Block, SlackMessage } from '../message.ts';
import { escaped, mrkdwn, mrkdwnText, when } from '../slots.ts';

const mark = 'Nothing changed since';

/**
 * The last digest, edited where nothing has changed since: its text and blocks stay, the last line
 * says when was looked last. Editing it again replaces that line.
 */
export function stillTrue(
  shown: SlackMessage,
  since: string,
  newest: Report,
  open: number,
): SlackMessage {
  const { planned, complete, partial } = newest.summary.clusters;
  const scanned = complete + partial;
  const tail: Block = {
    type: 'context',
    elements: [
      mrkdwnText(
        mrkdwn`Nothing changed since ${when(since)}. ${scanned} of ${planned} scanned, ${open} open. Last checked ${when(newest.run.finishedAt)}.`,
      ),
    ],
  };
  return {
    ...shown,
    text: escaped(
      `Evenkeel: nothing changed. ${grouped(scanned)} of ${counted(planned, 'cluster')} scanned, ${grouped(open)} still open.`,
      budget.topLevelText,
    ),
    blocks: [...shown.blocks.filter((block) => !isTail(block)), tail],
  };
}

function isTail(block: Block): boolean {
  return block.type === 'context' && block.elements.some(({ text }) => text.startsWith(mark));
}
