import { holds, parseFieldSelector, type Term } from '../../shared/collect/index.ts';
import type { Sequence } from '../description.ts';
import { json, type SimulatedResponse } from '../http.ts';
import type { Layout } from '../layout.ts';
import type { Kind } from './kinds.ts';
import type { Row } from './rows.ts';
import { resourceVersion } from './metadata.ts';
import { badRequest } from './status.ts';

/** A list call, read from its path and query. */
export interface ListQuery {
  readonly namespace: string | undefined;
  readonly fields: readonly Term[];
  /** 0 = no limit. */
  readonly limit: number;
  /** Rows to leave out: what the continue token says. */
  readonly start: number;
}

/** Reads a list call, or refuses it as the API server would. */
export function readQuery(
  kind: Kind,
  namespace: string | undefined,
  params: URLSearchParams,
): ListQuery | SimulatedResponse {
  const supported = new Set([...kind.fields, 'metadata.name', 'metadata.namespace']);
  const fields = parseFieldSelector(params.get('fieldSelector') ?? '', supported);
  if (fields.kind === 'bad') return badRequest(fields.why);
  if (params.has('labelSelector')) return badRequest('the simulator selects by fields');
  const limit = Number(params.get('limit') ?? '0');
  const token = params.get('continue') ?? '';
  const start = token === '' ? 0 : parseContinueToken(token)?.start;
  if (start === undefined) return badRequest('continue key is not valid');
  if (!Number.isInteger(limit) || limit < 0) return badRequest('limit is not valid');
  return { namespace, fields: fields.terms, limit, start };
}

/** A page of a list; the token of the next one hides the row to go on with. */
export function listPage(layout: Layout, kind: Kind, query: ListQuery): SimulatedResponse {
  const rows = kind.rows(layout);
  const { picked, next } = pick(rows, query);
  const selective = query.fields.length > 0 || query.namespace !== undefined;
  const metadata = {
    resourceVersion: String(resourceVersion(layout)),
    ...(next === undefined
      ? {}
      : {
          continue: formatContinueToken({ version: resourceVersion(layout), start: next }),
          // Not known where a selector narrows the list.
          ...(selective ? {} : { remainingItemCount: rows.length - next }),
        }),
  };
  const items = picked.map((row) => JSON.stringify(row.json())).join(',');
  return json(
    200,
    `{"kind":"${kind.kind}List","apiVersion":"${kind.apiVersion}","metadata":${JSON.stringify(metadata)},"items":[${items}]}`,
  );
}

function pick(
  rows: Sequence<Row>,
  query: ListQuery,
): { readonly picked: readonly Row[]; readonly next: number | undefined } {
  const picked: Row[] = [];
  for (let index = query.start; index < rows.length; index += 1) {
    const row = rows.at(index);
    if (row === undefined || !matches(row, query)) continue;
    if (query.limit > 0 && picked.length === query.limit) return { picked, next: index };
    picked.push(row);
  }
  return { picked, next: undefined };
}

function matches(row: Row, { namespace, fields }: ListQuery): boolean {
  if (namespace !== undefined && row.namespace !== namespace) return false;
  const fieldOf = (key: string): string | undefined =>
    key === 'metadata.name'
      ? row.name()
      : key === 'metadata.namespace'
        ? (row.namespace ?? '')
        : row.field?.(key);
  return holds(fields, fieldOf);
}

export interface ContinueToken {
  /** Of the list that it continues; -1 = of whatever there is by then, and never too old. */
  readonly version: number;
  readonly start: number;
}

/** In the form of a real one, which nobody but the server reads. */
export function formatContinueToken({ version, start }: ContinueToken): string {
  return Buffer.from(
    JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: `row/${start}` }),
  ).toString('base64url');
}

/** `undefined` for what is no token of ours. */
export function parseContinueToken(token: string): ContinueToken | undefined {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const match = /"rv":(-?\d{1,15}),"start":"row\/(\d{1,9})"/u.exec(text);
  return match === null ? undefined : { version: Number(match[1]), start: Number(match[2]) };
}
