import type { Store } from '../../history/index.ts';
import { hasWork, type OutboxRow, type RowKind, type RowState } from './row.ts';
import type { OutboxStore, StoredRow } from './store.ts';
import { jsonValue } from '../../model/index.ts';
import { fieldsOf } from '../fields.ts';

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

const kinds: Readonly<Record<RowKind, true>> = {
  digest: true,
  critical: true,
  resolved: true,
  reminder: true,
  detail: true,
  more: true,
  'not-scanned': true,
  weekly: true,
  'run-failed': true,
  plan: true,
};

const states: Readonly<Record<RowState['kind'], readonly string[]>> = {
  pending: ['notBeforeMs'],
  sending: ['startedMs', 'leaseUntilMs'],
  unknown: ['startedMs', 'looks', 'notBeforeMs'],
  sent: ['sentMs'],
  dead: ['atMs'],
};

/** A row as it was stored; `undefined` for what is none, or is of a later version. It is then left alone. */
function parseRow(json: unknown): OutboxRow | undefined {
  const value = typeof json === 'string' ? jsonValue(json) : undefined;
  return isRow(value) ? value : undefined;
}

function isRow(value: unknown): value is OutboxRow {
  const fields = fieldsOf(value);
  const state = fieldsOf(fields.get('state'));
  const kind = state.get('kind');
  return (
    ['route', 'key', 'channel', 'runId'].every((name) => typeof fields.get(name) === 'string') &&
    ['createdMs', 'attempts'].every((name) => typeof fields.get(name) === 'number') &&
    isKeyOf(kinds, fields.get('kind')) &&
    isKeyOf(states, kind) &&
    states[kind].every((name) => typeof state.get(name) === 'number') &&
    (kind !== 'sent' ||
      (typeof state.get('ts') === 'string' && typeof state.get('threadTs') === 'string'))
  );
}

function isKeyOf<K extends string>(
  table: Readonly<Record<K, unknown>>,
  value: unknown,
): value is K {
  return typeof value === 'string' && Object.hasOwn(table, value);
}
