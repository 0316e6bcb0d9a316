import type { Store } from '../../history/index.ts';
import { parseRow } from './parse-row.ts';
import { hasWork, type OutboxRow } from './row.ts';
import type { OutboxStore, StoredRow } from './store.ts';

const partition = 'outbox';

/** Rows in the table of the function app's storage account, one entity each, changed by ETag. */
export function tableOutbox(
  store: Pick<Store, 'createRow' | 'replaceRow' | 'readRow' | 'listRows' | 'deleteRow'>,
): OutboxStore {
  async function read(route: string, key: string): Promise<StoredRow | undefined> {
    const found = await store.readRow(partition, keyOf({ route, key }));
    const row = found && parseRow(found.fields['data']);
    return row && { row, etag: found.etag };
  }

  async function list(
    from: string | undefined,
    before: string | undefined,
    filter: (row: OutboxRow) => boolean,
  ): Promise<readonly StoredRow[]> {
    const rows: StoredRow[] = [];
    for await (const { fields, etag } of store.listRows(partition, from, before)) {
      const row = parseRow(fields['data']);
      if (row !== undefined && filter(row)) rows.push({ row, etag });
    }
    return rows;
  }

  return {
    read,
    work: () => list(undefined, undefined, hasWork),
    list(route, prefix) {
      const from = keyOf({ route, key: prefix });
      return list(from, `${from}\u{FFFF}`, () => true);
    },
    insert: (row) => store.createRow(partition, keyOf(row), { data: JSON.stringify(row) }),
    async replace(row, etag) {
      const entity = { key: keyOf(row), fields: { data: JSON.stringify(row) }, etag };
      // Read again for its new tag: what somebody wrote in between is then seen, and not written over.
      return (await store.replaceRow(partition, entity))
        ? await read(row.route, row.key)
        : undefined;
    },
    async remove({ row, etag }) {
      const now = await read(row.route, row.key);
      if (now?.etag === etag) await store.deleteRow(partition, keyOf(row));
    },
  };
}

/** A key of a table holds none of `/ \ # ? %` and no controls; route names have no blank. */
function keyOf({ route, key }: Pick<OutboxRow, 'route' | 'key'>): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  return `${route} ${key}`.replaceAll(/[/\\#?%\u0000-\u001F\u007F-\u009F]/gu, '_');
}
