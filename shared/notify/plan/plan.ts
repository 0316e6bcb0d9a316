import { changesBetween } from '../changes.ts';
import { newRow } from '../outbox/row.ts';
import { planCriticals } from './criticals.ts';
import { planDigest } from './digests.ts';
import { failingRuns, planFailures } from './failures.ts';
import { planReminders } from './reminders.ts';
import type { OutboxPlan, PlanInput } from './types.ts';

export const markerKey = 'plan';

/**
 * Plans one target: a digest if anything is new, changed, resolved or no longer scanned, else an edit
 * of the last one; a message for each new critical; the end of those that are over; reminders.
 * Without a base it is a baseline: one digest, and no critical by itself.
 */
export function planMessages(input: PlanInput): OutboxPlan {
  const { target, base, now, nowMs } = input;
  const changes = base === undefined ? undefined : changesBetween(base, now, input.hears);
  const failing = failingRuns(input);
  const criticals = planCriticals(input, changes);
  const digest = planDigest(input, changes, criticals.without.length);
  const failures = planFailures(input, changes, failing, digest.key);
  return {
    inserts: [...digest.inserts, ...criticals.inserts, ...failures, ...planReminders(input)],
    changes: [...digest.changes, ...criticals.changes],
    marker: {
      ...newRow(
        {
          route: target.id,
          key: markerKey,
          kind: 'plan',
          channel: target.channel,
          runId: now.report.run.id,
        },
        nowMs,
      ),
      shownRun: now.report.run.id,
      failing,
    },
  };
}
