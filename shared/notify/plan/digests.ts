import { changesBetween, isNews, type Changes } from '../changes.ts';
import { withEdit } from '../outbox/edits.ts';
import { shortHash, type OutboxRow } from '../outbox/row.ts';
import { compareText } from '../../model/index.ts';
import { plannedRow, type OutboxPlan, type PlanInput } from './types.ts';

/** Replies with detail under one digest. */
const mostDetails = 5;

export interface PlannedDigest extends Pick<OutboxPlan, 'inserts' | 'changes'> {
  /** Key of the digest that tells of this run; `undefined` where the last one is edited. */
  readonly key: string | undefined;
}

/** The digests of a target, oldest first. */
export function digestsOf(rows: readonly OutboxRow[]): readonly OutboxRow[] {
  return rows
    .filter(({ kind }) => kind === 'digest')
    .toSorted((a, b) => compareText(a.runId, b.runId) || a.createdMs - b.createdMs);
}

/** The last digest that stands in Slack. */
export function lastShown(rows: readonly OutboxRow[]): OutboxRow | undefined {
  return digestsOf(rows).findLast(({ state }) => state.kind === 'sent');
}

/** A digest that is under way, or may be. */
function isUnderWay({ state }: OutboxRow): boolean {
  return state.kind === 'pending' || state.kind === 'sending' || state.kind === 'unknown';
}

/** The digest of a run with its replies, where there is something to tell; else an edit of the last one. */
export function planDigest(
  input: PlanInput,
  changes: Changes | undefined,
  withoutMessage: number,
): PlannedDigest {
  const told = unreported(input, changes);
  if (told === 'nothing') return { key: undefined, inserts: [], changes: heartbeat(input) };
  const { target, now } = input;
  const run = now.report.run.id;
  const key = `digest|${shortHash(JSON.stringify([target.id, run, transitions(told)]))}`;
  const fresh = told === 'baseline' ? [] : [...told.fresh, ...told.changed];
  const clusters = [...new Set(fresh.map(({ cluster }) => cluster.id))].slice(0, mostDetails);
  return {
    key,
    changes: [],
    inserts: [
      plannedRow(input, { kind: 'digest', key }),
      ...clusters.map((id) => {
        const detail = `${key}|detail|${shortHash(id)}`;
        return plannedRow(input, { kind: 'detail', key: detail, parent: key, note: id });
      }),
      ...(withoutMessage > 0
        ? [
            plannedRow(input, {
              kind: 'more',
              key: `${key}|more`,
              parent: key,
              count: withoutMessage,
            }),
          ]
        : []),
    ],
  };
}

/**
 * What no digest has told yet: nothing, all of it (a baseline), or the changes. Where the last digest
 * died, what it would have told counts again.
 */
function unreported(
  { rows, shown, base, now, hears, hasCluster }: PlanInput,
  changes: Changes | undefined,
): 'nothing' | 'baseline' | Changes {
  if (base === undefined || changes === undefined) return 'baseline';
  if (digestsOf(rows).some(isUnderWay)) return isNews(changes, hasCluster) ? changes : 'nothing';
  if (shown === undefined) return 'baseline';
  const since = shown === base ? changes : changesBetween(shown, now, hears);
  return isNews(since, hasCluster) ? since : 'nothing';
}

function transitions(told: 'baseline' | Changes): unknown {
  if (told === 'baseline') return told;
  return [
    ...named('new', told.fresh),
    ...named('changed', told.changed),
    ...named('resolved', told.resolved),
    ...told.lost.map(({ id }) => `${id} lost`),
  ].toSorted();
}

/** Nothing to tell: the last digest says that somebody looked, and holds for this run too. */
function heartbeat({ rows, now, nowMs }: PlanInput): OutboxPlan['changes'] {
  const last = lastShown(rows);
  if (last === undefined || digestsOf(rows).some(isUnderWay)) return [];
  const runId = now.report.run.id;
  return [
    {
      key: last.key,
      change: (row) =>
        row.state.kind !== 'sent' || compareText(row.shownRun ?? '', runId) >= 0
          ? undefined
          : withEdit({ ...row, shownRun: runId }, nowMs),
    },
  ];
}

function named(name: string, list: Changes['fresh']): readonly string[] {
  return list.map(({ finding }) => `${finding.fingerprint} ${name}`);
}
