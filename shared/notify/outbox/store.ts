import type { OutboxRow } from './row.ts';

/** A row as it was read, with what must be shown to change it. */
export interface StoredRow {
  readonly row: OutboxRow;
  readonly etag: string;
}

/** Where rows live. Every change is conditional: a host that has lost a race is told so and does nothing. */
export interface OutboxStore {
  /** Rows of all routes with something left to do (`hasWork`). */
  readonly work: () => Promise<readonly StoredRow[]>;
  /** Rows of a route whose key begins so, by key. */
  readonly list: (route: string, prefix: string) => Promise<readonly StoredRow[]>;
  readonly read: (route: string, key: string) => Promise<StoredRow | undefined>;
  /** `false`: there is such a row already. */
  readonly insert: (row: OutboxRow) => Promise<boolean>;
  /** `undefined`: somebody else has changed it since. */
  readonly replace: (row: OutboxRow, etag: string) => Promise<StoredRow | undefined>;
  /** Nothing where it has changed or is gone. */
  readonly remove: (stored: StoredRow) => Promise<void>;
}

/**
 * Reads, changes, writes, and starts over when somebody was faster. `change` returns the same row
 * where there is nothing to change, `undefined` to give up.
 */
export async function modify(
  store: OutboxStore,
  at: Pick<OutboxRow, 'route' | 'key'>,
  change: (row: OutboxRow) => OutboxRow | undefined,
): Promise<StoredRow | undefined> {
  for (let tries = 0; tries < 20; tries += 1) {
    const stored = await store.read(at.route, at.key);
    if (stored === undefined) return undefined;
    const next = change(stored.row);
    if (next === undefined) return undefined;
    if (next === stored.row) return stored;
    const written = await store.replace(next, stored.etag);
    if (written !== undefined) return written;
  }
  throw new Error('a row of the outbox changes faster than it can be written');
}
