import { changesBetween } from '../changes.ts';
import { planCriticals } from './criticals.ts';
import { planDigest } from './digests.ts';
import { failingRuns, planFailures } from './failures.ts';
import { planReminders } from './reminders.ts';
import { plannedRow, type OutboxPlan, type PlanInput } from './types.ts';

/** Key of the row in which a target keeps the run that was planned for it last. */
export const markerKey = 'plan';

/**
 * Plans one target: a digest if anything is new, changed, resolved or no longer scanned, else an edit
 * of the last one; a message for each new critical; the end of those that are over; reminders.
 * Without a base it is a baseline: one digest, and no critical by itself.
 */
export function planMessages(input: PlanInput): OutboxPlan {
  const { base, now } = input;
  const changes = base === undefined ? undefined : changesBetween(base, now, input.hears);
  const failing = failingRuns(input);
  const criticals = planCriticals(input, changes);
  const digest = planDigest(input, changes, criticals.without.length);
  const failures = planFailures(input, changes, failing, digest.key);
  return {
    inserts: [...digest.inserts, ...criticals.inserts, ...failures, ...planReminders(input)],
    changes: [...digest.changes, ...criticals.changes],
    marker: plannedRow(input, {
      key: markerKey,
      kind: 'plan',
      shownRun: now.report.run.id,
      failing,
    }),
  };
}
