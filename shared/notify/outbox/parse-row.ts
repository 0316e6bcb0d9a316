import { jsonValue } from '../../model/index.ts';
import type { OutboxRow, RowKind, RowState } from './row.ts';
import { fieldsOf } from '../fields.ts';

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
export function parseRow(json: unknown): OutboxRow | undefined {
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
