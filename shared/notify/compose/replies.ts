import { isOpen } from '../../findings/index.ts';
import { changesBetween, isMissing, type Changes, type Indexed } from '../changes.ts';
import {
  detailMessage,
  moreMessage,
  notScannedMessage,
  runFailedMessage,
} from '../messages/replies.ts';
import { shortHash, type OutboxRow } from '../outbox/row.ts';
import { everyWeek } from '../plan/failures.ts';
import type { ClusterReport } from '../../report/report.ts';
import { placedFindings } from '../../report/fleet-findings.ts';
import { withCriticals } from './digest.ts';
import {
  common,
  metadataOf,
  type Composed,
  type ComposeOptions,
  type Materials,
} from './materials.ts';

/** News of one cluster, under the digest that tells of it. */
export function composeDetail(row: OutboxRow, materials: Materials): Composed {
  const changes = ofParent(materials);
  if (typeof changes === 'string') return waitOrDrop(changes);
  const { apart, hasMore } = materials;
  const elsewhere = hasMore ? withCriticals(apart, changes.fresh) : apart;
  const findings = [...changes.fresh, ...changes.changed].filter(
    ({ cluster, finding }) => cluster.id === row.note && !elsewhere.has(finding.fingerprint),
  );
  const cluster = findings[0]?.cluster;
  if (cluster === undefined) return { kind: 'drop', why: 'nothing is left to tell' };
  return { kind: 'message', message: detailMessage(cluster, findings, metadataOf(row)), row };
}

/** Criticals that got no message of their own, under the digest that counts them. */
export function composeMore(row: OutboxRow, materials: Materials): Composed {
  const changes = ofParent(materials);
  if (typeof changes === 'string') return waitOrDrop(changes);
  const left = [...new Set([...changes.fresh, ...changes.raised])].filter(
    ({ finding }) =>
      finding.severity === 'critical' && !materials.messaged.has(finding.fingerprint),
  );
  if (left.length === 0) return { kind: 'drop', why: 'nothing is left to tell' };
  const message = moreMessage(left, { ...common(row, materials), runId: row.runId });
  return { kind: 'message', message, row };
}

/** What the digest above a reply tells; it has no news where it is a baseline. */
function ofParent({ parent, from, to, hears }: Materials): Changes | 'wait' | 'drop' {
  if (parent === undefined || parent.state.kind === 'dead') return 'drop';
  if (parent.state.kind !== 'sent') return 'wait';
  return from === undefined || to === undefined ? 'drop' : changesBetween(from, to, hears);
}

function waitOrDrop(kind: 'wait' | 'drop'): Composed {
  return kind === 'wait' ? { kind } : { kind, why: 'its digest tells nothing of it' };
}

/**
 * Clusters that cannot be scanned now. In a thread those that the digest lost; in the channel those
 * that are news, and once a week all.
 */
export function composeNotScanned(
  row: OutboxRow,
  materials: Materials,
  failing: OutboxRow['failing'],
): Composed {
  const { now, hears, hasCluster, parent, from } = materials;
  if (row.parent !== undefined && (parent === undefined || parent.state.kind === 'dead'))
    return { kind: 'drop', why: 'its digest was never sent' };
  if (row.parent !== undefined && parent?.state.kind !== 'sent') return { kind: 'wait' };
  const all = now.report.clusters.filter(
    (cluster) => isMissing(cluster) && (hasCluster?.(cluster) ?? true),
  );
  if (all.length === 0) return { kind: 'drop', why: 'all were scanned again' };
  const runs = new Map(Object.entries(failing ?? {}));
  const kept = placedFindings(now.report).filter(
    (placed) => all.includes(placed.cluster) && isOpen(placed.finding) && hears(placed),
  ).length;
  const planned =
    hasCluster === undefined
      ? now.report.summary.clusters.planned
      : now.report.clusters.filter(hasCluster).length;
  const isNew = ({ id }: ClusterReport): boolean =>
    row.parent === undefined
      ? row.count === everyWeek || (runs.get(shortHash(id)) ?? 1) > 0
      : !isMissing(from?.clusters.get(id));
  const inARow = new Map(all.map(({ id }) => [id, Math.abs(runs.get(shortHash(id)) ?? 1)]));
  const message = notScannedMessage(
    {
      clusters: (all.some(isNew) ? all.filter(isNew) : all).toSorted(
        (a, b) => (inARow.get(b.id) ?? 0) - (inARow.get(a.id) ?? 0),
      ),
      missing: all.length,
      planned,
      kept,
      runs: inARow,
    },
    metadataOf(row),
  );
  return { kind: 'message', message, row };
}

/** A run that came to nothing. No longer told once a later one is sealed; there may be no report at all. */
export function composeRunFailed(
  row: OutboxRow,
  newest: Indexed | undefined,
  options: ComposeOptions,
): Composed {
  const last = newest?.report.run;
  if (last !== undefined && last.id >= row.runId)
    return { kind: 'drop', why: 'a later run is sealed' };
  const message = runFailedMessage(row.note ?? 'unknown', last?.startedAt, common(row, options));
  return { kind: 'message', message, row };
}
