import { compareText } from '../../model/index.ts';
import { currentStatus, type Changes } from '../changes.ts';
import { closedBy, withEdit } from '../outbox/edits.ts';
import { later } from '../outbox/machine.ts';
import { criticalPrefix, type About, type Closure, type OutboxRow } from '../outbox/row.ts';
import { byEffect } from '../urgency.ts';
import type { ClusterFinding } from '../../report/fleet-findings.ts';
import { plannedRow, type OutboxPlan, type PlanInput } from './types.ts';

const hourMs = 3_600_000;
/** Open again within so long: the same thread. */
const sameThreadMs = 7 * 24 * hourMs;
/** So many episodes in a day: flapping, told in digests only. */
const flapping = { episodes: 2, withinMs: 24 * hourMs } as const;

export interface PlannedCriticals extends Pick<OutboxPlan, 'inserts' | 'changes'> {
  /** New criticals beyond the cap. */
  readonly without: readonly ClusterFinding[];
}

/** Criticals of a target by finding, oldest episode first. */
function episodesOf(rows: readonly OutboxRow[]): ReadonlyMap<string, readonly OutboxRow[]> {
  const criticals = rows
    .filter((row) => row.kind === 'critical' && row.about !== undefined)
    .toSorted((a, b) => a.createdMs - b.createdMs || compareText(a.key, b.key));
  return Map.groupBy(criticals, ({ about: subject }) => subject?.fingerprint ?? '');
}

/** A message for every new critical up to the cap, and the end of those that are over. */
export function planCriticals(input: PlanInput, changes: Changes | undefined): PlannedCriticals {
  const { target, rows, nowMs } = input;
  const episodes = episodesOf(rows);
  const fresh =
    changes === undefined || !target.criticals.perFinding
      ? []
      : [...new Set([...changes.fresh, ...changes.raised, ...openAgain(input, episodes)])]
          .filter(({ finding }) => finding.severity === 'critical' && finding.flapping !== true)
          .toSorted(byEffect)
          .filter(({ finding }) => wantsMessage(episodes.get(finding.fingerprint) ?? [], nowMs));
  const planned = fresh.slice(0, target.criticals.maxPerRun);
  const standing = rows.filter((row) => row.kind === 'critical' && row.closed === undefined);
  return {
    inserts: [
      ...planned.map((placed) =>
        criticalRow(input, placed, episodes.get(placed.finding.fingerprint) ?? []),
      ),
      ...standing.flatMap((row) =>
        endOf(row, input)?.how === 'resolved' ? [resolvedRow(input, row)] : [],
      ),
    ],
    changes: standing.flatMap((row) => changeOf(row, input, changes)),
    without: fresh.slice(target.criticals.maxPerRun),
  };
}

/** What becomes of a critical that was not over: its end, another try, or the end of its snooze. */
function changeOf(
  row: OutboxRow,
  input: PlanInput,
  changes: Changes | undefined,
): OutboxPlan['changes'] {
  const { target, now, nowMs } = input;
  const closed = endOf(row, input);
  const change = (to: (row: OutboxRow) => OutboxRow | undefined): OutboxPlan['changes'] => [
    { key: row.key, change: to },
  ];
  if (closed !== undefined)
    return change((each) => (each.closed === undefined ? closedBy(each, closed) : undefined));
  if (row.state.kind === 'dead' && isOpenIn(row, input))
    return change((each) => revived(each, target.channel, now.report.run.id, nowMs));
  const isWorse = changes?.changed.some(
    ({ finding }) => finding.fingerprint === row.about?.fingerprint,
  );
  return isWorse === true && row.handled?.snoozedUntilMs !== undefined
    ? change((each) => afterSnooze(each, nowMs))
    : [];
}

/** It was to be quiet for a while, and has got worse. */
function afterSnooze(row: OutboxRow, nowMs: number): OutboxRow | undefined {
  if (row.handled?.snoozedUntilMs === undefined) return undefined;
  const { snoozedUntilMs: _until, snoozedBy: _by, ...handled } = row.handled;
  return withEdit({ ...row, handled }, nowMs);
}

/** Told once, then told as over, and yet open: whatever two hosts did, it does not stay so. */
function openAgain(
  { now, hears }: PlanInput,
  episodes: ReadonlyMap<string, readonly OutboxRow[]>,
): readonly ClusterFinding[] {
  return [...episodes.keys()].flatMap((fingerprint) => {
    const placed = now.open.get(fingerprint);
    return placed !== undefined && hears(placed) ? [placed] : [];
  });
}

function wantsMessage(episodes: readonly OutboxRow[], nowMs: number): boolean {
  if (episodes.some(({ closed }) => closed === undefined)) return false;
  const recent = episodes.filter(({ createdMs }) => nowMs - createdMs < flapping.withinMs);
  return recent.length < flapping.episodes;
}

function criticalRow(
  input: PlanInput,
  placed: ClusterFinding,
  episodes: readonly OutboxRow[],
): OutboxRow {
  const { target, nowMs } = input;
  const last = episodes.at(-1);
  const parent =
    last?.state.kind === 'sent' && nowMs - (last.closed?.atMs ?? 0) < sameThreadMs
      ? (last.parent ?? last.key)
      : undefined;
  const count = episodes.length + 1;
  return plannedRow(input, {
    kind: 'critical',
    key: `${criticalPrefix(placed.finding.fingerprint)}${count}`,
    channel: last?.state.kind === 'sent' && parent !== undefined ? last.channel : target.channel,
    count,
    about: about(placed),
    ...(parent !== undefined && { parent }),
  });
}

function about({ cluster, finding }: ClusterFinding): About {
  return {
    fingerprint: finding.fingerprint,
    rule: cut(finding.rule),
    title: cut(finding.title),
    cluster: cut(cluster.name),
    clusterId: cluster.id,
    firstSeen: finding.firstSeen,
  };
}

function resolvedRow(input: PlanInput, row: OutboxRow): OutboxRow {
  return plannedRow(input, {
    kind: 'resolved',
    key: `${row.key}|resolved`,
    channel: row.channel,
    parent: row.key,
    ...(row.about !== undefined && { about: row.about }),
  });
}

/** How a critical ended in this run; `undefined` while it is open or nobody knows. */
function endOf(row: OutboxRow, { now, nowMs }: PlanInput): Closure | undefined {
  if (row.about === undefined) return undefined;
  const status = currentStatus(row.about, now);
  const at = { runId: now.report.run.id, atMs: nowMs };
  if (status === 'open')
    return now.byFingerprint.get(row.about.fingerprint)?.finding.severity === 'critical'
      ? undefined
      : { how: 'lowered', ...at };
  return status === 'unseen' ? undefined : { how: status, ...at };
}

function isOpenIn({ about: subject }: OutboxRow, { now }: PlanInput): boolean {
  return subject !== undefined && currentStatus(subject, now) === 'open';
}

/** Its channel refused it, in the last run: once more, where the configuration says now. */
function revived(
  row: OutboxRow,
  channel: string,
  runId: string,
  nowMs: number,
): OutboxRow | undefined {
  if (row.state.kind !== 'dead' || row.runId === runId) return undefined;
  const { insteadOf: _insteadOf, parent: _parent, ...rest } = row;
  return { ...later(rest, nowMs), channel, runId, attempts: 0, level: 'full' };
}

/** Rows are small; what is shown of these is shorter still. */
function cut(text: string): string {
  return text.slice(0, 400);
}
