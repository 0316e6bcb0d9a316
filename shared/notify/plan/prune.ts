import { hasWork, type OutboxRow } from '../outbox/row.ts';
import type { StoredRow } from '../outbox/store.ts';
import { digestsOf } from './digests.ts';

const dayMs = 24 * 3_600_000;
/** A critical that was open so long ago begins anew. */
const keptCriticalMs = 90 * dayMs;
const keptMs = 35 * dayMs;
/** The rest is for the next run. */
const mostAtOnce = 200;

/** Rows that nobody will ask for again. Open criticals, their reminders and the last digests stay, however old. */
export function staleRows(rows: readonly StoredRow[], nowMs: number): readonly StoredRow[] {
  const last = new Set(
    digestsOf(rows.map(({ row }) => row))
      .filter(({ state }) => state.kind === 'sent')
      .slice(-2)
      .map(({ key }) => key),
  );
  const open = new Set(
    rows.flatMap(({ row }) => (row.kind === 'critical' && row.closed === undefined ? row.key : [])),
  );
  return rows
    .filter(({ row }) => !hasWork(row) && !last.has(row.key) && !open.has(row.parent ?? ''))
    .filter(({ row }) => isOver(row, nowMs))
    .slice(0, mostAtOnce);
}

function isOver(row: OutboxRow, nowMs: number): boolean {
  if (row.kind === 'plan') return false;
  if (row.kind !== 'critical') return nowMs - row.createdMs > keptMs;
  if (row.closed !== undefined) return nowMs - row.closed.atMs > keptCriticalMs;
  return row.state.kind === 'dead' && nowMs - row.state.atMs > keptCriticalMs;
}
