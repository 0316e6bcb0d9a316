import { present } from '../../model/index.ts';
import { currentStatus } from '../changes.ts';
import type { SlackMessage } from '../message.ts';
import { closedMessage, resolvedReply, type Ending } from '../messages/closed.ts';
import { criticalMessage } from '../messages/critical.ts';
import type { Level } from '../messages/level.ts';
import { reminderMessage } from '../messages/replies.ts';
import type { OutboxRow } from '../outbox/row.ts';
import { isHandled } from '../plan/reminders.ts';
import { portGroups, sharesText } from '../../report/ports.ts';
import type { ClusterFinding } from '../../report/fleet-findings.ts';
import { common, metadataOf, type Composed, type Materials } from './materials.ts';

/** A critical as it is now. What has ended in the meantime is never announced. */
export function composeCritical(row: OutboxRow, materials: Materials): Composed {
  const placed = openFinding(row, materials);
  if (row.closed !== undefined || placed === undefined)
    return { kind: 'drop', why: 'it ended before it was told' };
  return { kind: 'message', message: openMessage(row, placed, materials, row.level), row };
}

/** A critical that stands in Slack and is to look different. */
export function composeCriticalEdit(
  row: OutboxRow,
  materials: Materials,
  level: Level,
): SlackMessage | undefined {
  const ending = endingOf(row, materials);
  if (ending !== undefined) return closedMessage(ending, metadataOf(row));
  const placed = openFinding(row, materials);
  return placed && openMessage(row, placed, materials, level);
}

/** The reply that says so. Only under a critical that was told. */
export function composeResolved(row: OutboxRow, materials: Materials): Composed {
  const { parent } = materials;
  // Its thread is gone: told in the channel.
  if (row.parent === undefined && row.about !== undefined) {
    const ending = { about: row.about, how: 'resolved', seenAt: row.runId } as const;
    return { kind: 'message', message: resolvedReply(ending, metadataOf(row)), row };
  }
  if (parent === undefined || parent.state.kind === 'dead')
    return { kind: 'drop', why: 'it was never told' };
  if (parent.state.kind !== 'sent') return { kind: 'wait' };
  const ending = endingOf(parent, materials);
  if (ending === undefined) return { kind: 'drop', why: 'it is open' };
  return { kind: 'message', message: resolvedReply(ending, metadataOf(row)), row };
}

/** The reply under a critical that is open and that nobody has touched. */
export function composeReminder(row: OutboxRow, materials: Materials, nowMs: number): Composed {
  const { parent } = materials;
  if (parent?.state.kind !== 'sent' || parent.closed !== undefined || isHandled(parent, nowMs))
    return { kind: 'drop', why: 'no reminder is needed' };
  const placed = openFinding(row, materials);
  if (placed === undefined) return { kind: 'drop', why: 'it is not open' };
  return {
    kind: 'message',
    message: reminderMessage(placed, row.count ?? 1, common(row, materials)),
    row,
  };
}

function openMessage(
  row: OutboxRow,
  placed: ClusterFinding,
  materials: Materials,
  level: Level,
): SlackMessage {
  const { target, interactive } = materials;
  const { count = 1, handled, insteadOf } = row;
  return criticalMessage(placed, {
    ...common(row, materials),
    level,
    reopened: count > 1,
    interactive,
    ...present({ mention: target?.mention, handled, insteadOf }),
  });
}

/** The finding of a row, if it is open and critical now. */
function openFinding({ about }: OutboxRow, { now }: Materials): ClusterFinding | undefined {
  if (about === undefined || currentStatus(about, now) !== 'open') return undefined;
  const placed = now.byFingerprint.get(about.fingerprint);
  return placed?.finding.severity === 'critical' ? placed : undefined;
}

function endingOf({ about, closed }: OutboxRow, { now }: Materials): Ending | undefined {
  if (about === undefined || closed === undefined) return undefined;
  const sharesNow = sharesOf(now.byFingerprint.get(about.fingerprint));
  return present({ about, how: closed.how, seenAt: closed.runId, sharesNow });
}

/** `34/33/33 %` of the Service that a finding was about. */
function sharesOf(placed: ClusterFinding | undefined): string | undefined {
  if (placed?.finding.subject.kind !== 'Service') return undefined;
  const { namespace, name } = placed.finding.subject;
  const service = placed.cluster.services.find(
    (each) => each.namespace === namespace && each.name === name,
  );
  const group = service && portGroups(service)[0];
  return group && sharesText(group.first);
}
