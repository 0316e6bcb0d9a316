import type { OutboxRow } from './row.ts';
import { modify, type OutboxStore, type StoredRow } from './store.ts';

/** Writes what came of a claim, over changes that others made to other parts of the row meanwhile. */
export async function settle(
  store: OutboxStore,
  held: StoredRow,
  change: (row: OutboxRow) => OutboxRow,
): Promise<OutboxRow | undefined> {
  const direct = await store.replace(change(held.row), held.etag);
  if (direct !== undefined) return direct.row;
  const after = await modify(store, held.row, (fresh) =>
    isSameClaim(fresh, held.row) ? change(fresh) : undefined,
  );
  return after?.row;
}

function isSameClaim({ state: fresh }: OutboxRow, { state: held }: OutboxRow): boolean {
  if (fresh.kind === 'sending' && held.kind === 'sending')
    return fresh.startedMs === held.startedMs && fresh.leaseUntilMs === held.leaseUntilMs;
  return (
    fresh.kind === 'sent' &&
    held.kind === 'sent' &&
    fresh.edit?.leaseUntilMs === held.edit?.leaseUntilMs
  );
}
