import type { Indexed } from '../changes.ts';
import { newRow, type OutboxRow } from '../outbox/row.ts';
import type { ClusterReport } from '../../report/report.ts';
import type { SlackTarget } from '../routing/routing.ts';
import type { ClusterFinding } from '../../report/fleet-findings.ts';

export interface PlanInput {
  readonly target: SlackTarget;
  readonly hears: (placed: ClusterFinding) => boolean;
  readonly hasCluster: (cluster: ClusterReport) => boolean;
  /** All rows of the target. */
  readonly rows: readonly OutboxRow[];
  readonly marker: OutboxRow | undefined;
  /** The run up to which the target was planned. */
  readonly base: Indexed | undefined;
  /** The run that the last digest in Slack shows. */
  readonly shown: Indexed | undefined;
  readonly now: Indexed;
  readonly nowMs: number;
}

/** What is to be written for one target after a run. Written twice, by two hosts or after a crash, it is the same. */
export interface OutboxPlan {
  readonly inserts: readonly OutboxRow[];
  /** Changes of rows that are there; `undefined` = leave it. */
  readonly changes: readonly {
    readonly key: string;
    readonly change: (row: OutboxRow) => OutboxRow | undefined;
  }[];
  /** Goes last: with it the run counts as planned. */
  readonly marker: OutboxRow;
}

/** A new row of the target, about the run that is planned. */
export function plannedRow(
  { target, now, nowMs }: PlanInput,
  given: Pick<OutboxRow, 'key' | 'kind'> & Partial<OutboxRow>,
): OutboxRow {
  const runId = now.report.run.id;
  return newRow({ route: target.id, channel: target.channel, runId, createdMs: nowMs, ...given });
}
