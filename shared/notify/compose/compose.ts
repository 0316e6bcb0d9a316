import type { SlackMessage } from '../message.ts';
import type { Level } from '../messages/level.ts';
import type { OutboxRow } from '../outbox/row.ts';
import {
  composeCritical,
  composeCriticalEdit,
  composeReminder,
  composeResolved,
} from './critical.ts';
import { composeDigest, composeStillTrue, composeWeekly } from './digest.ts';
import type { Composed, Materials } from './materials.ts';
import { composeDetail, composeMore, composeNotScanned, composeRunFailed } from './replies.ts';

/** The message of a row, as things stand now. */
export function compose(
  row: OutboxRow,
  materials: Materials,
  at: { readonly nowMs: number; readonly failing: OutboxRow['failing'] },
): Composed {
  switch (row.kind) {
    case 'digest':
      return composeDigest(row, materials);
    case 'weekly':
      return composeWeekly(row, materials);
    case 'critical':
      return composeCritical(row, materials);
    case 'resolved':
      return composeResolved(row, materials);
    case 'reminder':
      return composeReminder(row, materials, at.nowMs);
    case 'detail':
      return composeDetail(row, materials);
    case 'more':
      return composeMore(row, materials);
    case 'not-scanned':
      return composeNotScanned(row, materials, at.failing);
    case 'run-failed':
      return composeRunFailed(row, materials.now, materials);
    case 'plan':
      return { kind: 'drop', why: 'no message' };
  }
}

/** What a message that stands in Slack is edited to; `undefined` = it stays as it is. */
export function composeEdit(
  row: OutboxRow,
  materials: Materials,
  level: Level,
): SlackMessage | undefined {
  if (row.kind === 'digest') return composeStillTrue(row, materials);
  return row.kind === 'critical' ? composeCriticalEdit(row, materials, level) : undefined;
}
