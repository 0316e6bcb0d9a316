import { createHash } from 'node:crypto';
import type { Level } from '../messages/level.ts';

/**
 * One message that should stand in Slack, once. Digests, criticals, weeklies and failures of runs
 * stand in the channel; the others are replies in the thread of `parent`. A `plan` row is no message:
 * it says up to which run its route was planned.
 */
export type RowKind =
  | 'digest'
  | 'critical'
  | 'resolved'
  | 'reminder'
  | 'detail'
  | 'more'
  | 'not-scanned'
  | 'weekly'
  | 'run-failed'
  | 'plan';

export type RowState =
  | { readonly kind: 'pending'; readonly notBeforeMs: number }
  /** Claimed by one host; what comes of it is open until the lease ends. */
  | { readonly kind: 'sending'; readonly startedMs: number; readonly leaseUntilMs: number }
  /** Slack may or may not have taken it: looked up, never repeated blindly. */
  | {
      readonly kind: 'unknown';
      readonly startedMs: number;
      /** Times that Slack was searched for it without finding it. */
      readonly looks: number;
      readonly notBeforeMs: number;
      readonly why: string;
    }
  | {
      readonly kind: 'sent';
      readonly ts: string;
      /** The thread that it stands in, or that it starts. */
      readonly threadTs: string;
      readonly sentMs: number;
      /** What is shown is no longer what should be: to be edited. */
      readonly edit?: Edit;
    }
  | { readonly kind: 'dead'; readonly why: string; readonly atMs: number };

interface Edit {
  readonly notBeforeMs: number;
  readonly leaseUntilMs?: number;
  /** Level of the ladder that is tried. */
  readonly level: Level;
  readonly failures: number;
}

/** Why a critical is told no more. */
export interface Closure {
  readonly how: 'resolved' | 'superseded' | 'reassessed' | 'gone' | 'exempt' | 'lowered';
  readonly runId: string;
  readonly atMs: number;
}

/** What a message is about, kept for the time when the report no longer has it. */
export interface About {
  readonly fingerprint: string;
  readonly rule: string;
  readonly title: string;
  readonly cluster: string;
  readonly clusterId: string;
  readonly firstSeen: string;
}

/** Who pressed a button. Ids of Slack users. */
export interface Handled {
  readonly acknowledgedBy?: string;
  readonly snoozedBy?: string;
  readonly snoozedUntilMs?: number;
}

export interface OutboxRow {
  /** Id of the route's target: the partition. */
  readonly route: string;
  /** Deterministic: every host computes the same. */
  readonly key: string;
  readonly kind: RowKind;
  readonly channel: string;
  /** The channel that refused it, where it goes to the fallback. */
  readonly insteadOf?: string;
  readonly runId: string;
  readonly createdMs: number;
  readonly state: RowState;
  readonly attempts: number;
  readonly level: Level;
  /** Key of the row whose thread it stands in. */
  readonly parent?: string;
  readonly about?: About;
  readonly closed?: Closure;
  readonly handled?: Handled;
  /** Days of a reminder, clusters of a failure, number of criticals without a message of their own: by kind. */
  readonly count?: number;
  /** Cluster id of a `detail`, reason of a `run-failed`: by kind. */
  readonly note?: string;
  /** Of a digest that was sent or may have been: the runs between which it tells the difference. `plan`: up to which it is planned. */
  readonly baseRun?: string;
  readonly shownRun?: string;
  /** The message as it was sent, to be edited without the reports that it was made of. */
  readonly content?: string;
  /** Runs in a row in which clusters could not be scanned, by hash; negative since the baseline. Of a `plan`. */
  readonly failing?: Readonly<Record<string, number>>;
}

/** What stands in the message's metadata and is looked for after an answer that says neither yes nor no. */
export function messageId(row: Pick<OutboxRow, 'route' | 'key'>): string {
  return shortHash(`${row.route}\n${row.key}`, 32);
}

/** The first digits of a SHA-256, in hexadecimal. */
export function shortHash(text: string, digits = 16): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

/** The key of everything about one finding begins so. */
export function criticalPrefix(fingerprint: string): string {
  return `critical|${fingerprint}|`;
}

/** A row that nobody has tried to send yet. */
export function newRow(
  given: Pick<OutboxRow, 'route' | 'key' | 'kind' | 'channel' | 'runId' | 'createdMs'> &
    Partial<OutboxRow>,
): OutboxRow {
  return {
    state: { kind: 'pending', notBeforeMs: given.createdMs },
    attempts: 0,
    level: 'full',
    ...given,
  };
}

/** Whether something is left to do with a row. */
export function hasWork(row: OutboxRow): boolean {
  if (row.kind === 'plan') return false;
  return row.state.kind === 'sent' ? row.state.edit !== undefined : row.state.kind !== 'dead';
}
