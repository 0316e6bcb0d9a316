import { openCount } from '../../findings/index.ts';
import { changesBetween, isMissing, isNews, type Indexed } from '../changes.ts';
import { parseMessage, type SlackMessage } from '../message.ts';
import { digestFactsBetween } from '../messages/digest-facts.ts';
import { digestMessage } from '../messages/digest.ts';
import { stillTrue } from '../messages/quiet.ts';
import { weeklyMessage } from '../messages/weekly.ts';
import type { OutboxRow } from '../outbox/row.ts';
import type { ClusterFinding } from '../../report/fleet-findings.ts';
import { common, type Composed, type Materials } from './materials.ts';

/** Rows stay well below what a property of a table holds. */
const longestContent = 28_000;
const weekMs = 7 * 24 * 3_600_000;

/** What is new between the run up to which the last digest tells and the newest. */
export function composeDigest(row: OutboxRow, materials: Materials): Composed {
  const { now, target, hears, hasCluster, digests, told, apart, hasMore } = materials;
  if (target === undefined) return { kind: 'drop', why: 'the route is gone' };
  const others = digests.filter(({ key }) => key !== row.key);
  if (others.some(({ state }) => state.kind === 'sending' || state.kind === 'unknown'))
    return { kind: 'wait' };
  if (others.some((other) => other.state.kind === 'pending' && isLater(other, row)))
    return { kind: 'drop', why: 'a later digest tells it' };
  const any = hasCluster ?? (() => true);
  if (told !== undefined && !isNews(changesBetween(told, now, hears), any))
    return { kind: 'drop', why: 'nothing is left to tell' };
  const between = digestFactsBetween(told, now, hears, hasCluster, apart);
  const facts = hasMore ? { ...between, apart: withCriticals(apart, between.fresh) } : between;
  const message = digestMessage(facts, {
    ...common(row, materials),
    route: target.route,
    level: row.level,
    coversRuns: runsSince(told, now),
    ...(row.insteadOf !== undefined && { insteadOf: row.insteadOf }),
  });
  const content = JSON.stringify(message);
  return {
    kind: 'message',
    message,
    row: {
      ...row,
      shownRun: now.report.run.id,
      count: facts.resolved.length,
      ...(told !== undefined && { baseRun: told.report.run.id }),
      ...(content.length <= longestContent && { content }),
    },
  };
}

/** A reply under the digest names the criticals that have no message of their own. */
export function withCriticals(
  apart: ReadonlySet<string>,
  fresh: readonly ClusterFinding[],
): ReadonlySet<string> {
  const criticals = fresh.filter(({ finding }) => finding.severity === 'critical');
  return new Set([...apart, ...criticals.map(({ finding }) => finding.fingerprint)]);
}

/** Runs that a digest tells of: more than one after Slack or the channel was away. */
function runsSince(told: Indexed | undefined, now: Indexed): number {
  if (told === undefined) return 1;
  const between = (now.report.history ?? []).filter(({ runId }) => runId > told.report.run.id);
  return between.length + 1;
}

function isLater(a: OutboxRow, b: OutboxRow): boolean {
  return a.runId === b.runId ? a.createdMs > b.createdMs : a.runId > b.runId;
}

/** The last digest as it is edited while nothing changes; nothing where it was not kept. */
export function composeStillTrue(
  row: OutboxRow,
  { now, hears, hasCluster }: Materials,
): SlackMessage | undefined {
  if (row.content === undefined || row.state.kind !== 'sent') return undefined;
  const shown = parseMessage(row.content);
  if (shown === undefined) return undefined;
  const facts = digestFactsBetween(undefined, now, hears, hasCluster);
  const since = new Date(row.state.sentMs).toISOString();
  return stillTrue(shown, since, now.report, openCount(facts.counts));
}

/** The week up to the newest run. Nothing where no digest told of a change in it. */
export function composeWeekly(row: OutboxRow, materials: Materials): Composed {
  const { now, target, hears, hasCluster, digests } = materials;
  if (target === undefined) return { kind: 'drop', why: 'the route is gone' };
  const since = row.createdMs - weekMs;
  const told = digests.filter(
    ({ state, baseRun }) => state.kind === 'sent' && state.sentMs >= since && baseRun !== undefined,
  );
  const missing = now.report.clusters.some(
    (cluster) => isMissing(cluster) && (hasCluster?.(cluster) ?? true),
  );
  if (told.length === 0 && !missing) return { kind: 'drop', why: 'nothing changed in the week' };
  const facts = digestFactsBetween(undefined, now, hears, hasCluster);
  const opened = facts.open.filter(({ finding }) => Date.parse(finding.firstSeen) >= since).length;
  const message = weeklyMessage(
    {
      now: facts,
      opened,
      resolved: told.reduce((sum, { count = 0 }) => sum + count, 0),
      history: (now.report.history ?? []).filter((point) => Date.parse(point.startedAt) >= since),
    },
    common(row, materials),
  );
  return { kind: 'message', message, row };
}
