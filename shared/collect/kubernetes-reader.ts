import { codeOfStatus, read, unread, type Read } from '../model/index.ts';
import { Cursor, isObject } from '../input/cursor.ts';
import {
  parseJson,
  parseList,
  readCapped,
  bodyTextOf,
  TooLargeError,
  type BodyBytes,
} from '../input/index.ts';
import { budgetOf, clusterCapacity, spend, type Budget } from '../input/list-budget.ts';
import { oneOfTwo } from '../input/one-of-two.ts';
import { codeOf, failureReason, ListError, refusal } from './kubernetes-refusals.ts';
import type { KubernetesAnswer, KubernetesTransport } from './kubernetes-transport.ts';
import { traced, type ListRecording } from './recorder.ts';
import type { Problems } from '../input/problems.ts';

export interface KubernetesList<T> {
  readonly path: string;
  /** `NodeList`; a kubectl `List` is as good. */
  readonly kind: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Items of a page; 500 unless those may be too large together. */
  readonly limit?: number;
  /** Fields without which an object says nothing, and the list counts as not read. */
  readonly required?: readonly string[];
  /**
   * The API may not be installed: the server's own 404 then says that there are none. These are the same
   * list in other versions, which a server may serve alone; it is absent where each of them is.
   */
  readonly mayBeAbsent?: { readonly otherVersions: readonly string[] };
  /** `undefined` = of no interest here. */
  readonly parse: (item: Cursor) => T | undefined;
  /** Objects that are the same to us are no fault. */
  readonly twice?: 'expected';
  /** Two objects with one identity are one. */
  readonly identity: (row: T) => string;
  /** Names that every cluster has: a list of which no row has one of them was filtered or cut. */
  readonly always?: { readonly names: readonly string[]; readonly nameOf: (row: T) => string };
}

/** One call for objects: by which way, and where its faults and answers are noted. */
interface Reading {
  readonly transport: KubernetesTransport;
  readonly problems: Problems;
  readonly recording: ListRecording | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Reads a list and puts its rows in order. */
export type ListReader = <T>(wanted: KubernetesList<T>) => Promise<Read<readonly T[]>>;

const pageSize = 500;
const maxPages = 10_000;
const maxPageBytes = 16 * 1024 * 1024;
/** Objects, lists and commas: 500 for each of 500 items, and 25 MB once they are parsed. */
const maxPageValues = 250_000;
const longestToken = 8192;

/**
 * Reads a whole list in pages of 500, each projected to rows and dropped. A list that ends early, is
 * of another kind, or whose continue token leads nowhere is unread: a part is never "all there is".
 * A token that expired (410) starts the list once more.
 */
export async function readList<T>(
  transport: KubernetesTransport,
  list: KubernetesList<T>,
  problems: Problems,
  signal?: AbortSignal,
): Promise<Read<readonly T[]>> {
  for (const attempt of [1, 2]) {
    const recording = transport.recorder?.begin(list.path, new URLSearchParams(list.query));
    try {
      const rows = await readVersions({ transport, problems, recording, signal }, list);
      if (rows !== 'expired') {
        recording?.end(undefined);
        return read(rows);
      }
      if (attempt === 2) {
        const why = 'the list changed faster than it could be read (410 Gone twice)';
        recording?.end(why);
        return unread(why);
      }
    } catch (error) {
      const why = failureReason(error, list.path);
      recording?.end(why);
      return unread(why, codeOf(error));
    }
  }
  return unread('the list could not be read');
}

/** Reads one object by its own path; `parse` gives `undefined` for one that says nothing, which is unread too. */
export async function readObject<T>(
  transport: KubernetesTransport,
  path: string,
  parse: (item: Cursor) => T | undefined,
  problems: Problems,
  signal?: AbortSignal,
): Promise<Read<T>> {
  const recording = transport.recorder?.begin(path, new URLSearchParams());
  const result = await readOne({ transport, problems, recording, signal }, path, parse);
  recording?.end(result.kind === 'unread' ? result.why : undefined);
  return result;
}

async function readOne<T>(
  { transport, problems, recording, signal }: Reading,
  path: string,
  parse: (item: Cursor) => T | undefined,
): Promise<Read<T>> {
  try {
    const answer = await transport.get(path, new URLSearchParams(), signal);
    const whole = await bodyOf(answer);
    const text = bodyTextOf(whole.body, whole.encoding);
    if (answer.status !== 200) return unread(refusal(answer, text), codeOfStatus(answer.status));
    const body = parseJson(text);
    if (!isObject(body)) return unread(`${answer.source}: not an object`);
    const trace = traced(body);
    const row = parse(
      new Cursor(trace.value, 'body', { source: answer.source, problems, noNulls: true }),
    );
    recording?.item(body, trace.read);
    return row === undefined ? unread(`${answer.source}: nothing in it can be used`) : read(row);
  } catch (error) {
    return unread(failureReason(error, path));
  }
}

/** In the first of its versions that the server has; no rows where it has none. */
async function readVersions<T>(
  reading: Reading,
  list: KubernetesList<T>,
): Promise<readonly T[] | 'expired'> {
  for (const path of [list.path, ...(list.mayBeAbsent?.otherVersions ?? [])]) {
    const rows = await readPages(reading, { ...list, path });
    if (rows !== 'absent') return rows;
  }
  return [];
}

async function readPages<T>(
  reading: Reading,
  list: KubernetesList<T>,
): Promise<readonly T[] | 'expired' | 'absent'> {
  const rows = new Map<string, T>();
  const tokens = new Set<string>();
  const budget = budgetOf(reading.transport.taken);
  let token = '';
  let limit = list.limit ?? pageSize;
  for (let page = 0; page < maxPages; page++) {
    const found = await readPage(reading, list, token, limit);
    if (found === 'too large') {
      limit = Math.ceil(limit / 10);
      continue;
    }
    const { answer, body, items } = found;
    if (answer.status === 410) return 'expired';
    if (body === undefined || items === undefined) return 'absent';
    addRows(rows, { body, items, answer }, list, reading, budget);
    const metadata = isObject(body['metadata']) ? body['metadata'] : {};
    const next = metadata['continue'];
    if (typeof next !== 'string' || next === '') {
      const remaining = metadata['remainingItemCount'];
      if (typeof remaining === 'number' && remaining > 0)
        throw new ListError(
          `${answer.source}: ${remaining} items are missing at the end of the list`,
        );
      return [...rows.values()];
    }
    if (next.length > longestToken)
      throw new ListError(`${answer.source}: its continue token has ${next.length} characters`);
    if (tokens.has(next))
      throw new ListError(`${answer.source}: the list repeats its continue token`);
    tokens.add(next);
    token = next;
  }
  throw new ListError(`${list.path}: more than ${maxPages} pages`);
}

/** One page; `too large` where a smaller one may do: large objects make large pages. */
async function readPage<T>(
  { transport, signal }: Reading,
  list: KubernetesList<T>,
  token: string,
  limit: number,
): Promise<'too large' | (Partial<ListPage> & { readonly answer: KubernetesAnswer })> {
  const query = new URLSearchParams({ ...list.query, limit: String(limit) });
  if (token !== '') {
    query.set('continue', token);
    // The token says it; the API refuses both together.
    query.delete('resourceVersion');
  }
  try {
    const answer = await transport.get(list.path, query, signal);
    if (answer.status === 410) return { answer };
    if (answer.status === 404 && list.mayBeAbsent !== undefined && answer.source.startsWith('/'))
      return { answer };
    return { answer, ...listBody(answer, await bodyOf(answer), list.kind) };
  } catch (error) {
    if (error instanceof TooLargeError && limit > 1) return 'too large';
    throw error;
  }
}

interface ListPage {
  readonly body: { readonly [key: string]: unknown };
  /** Each parsed when it is its turn. */
  readonly items: Iterable<unknown>;
}

async function bodyOf({ body, encoding }: KubernetesAnswer): Promise<BodyBytes> {
  if (typeof body !== 'string') return { body: await readCapped(body, maxPageBytes) };
  return { body, ...(encoding !== undefined && { encoding }) };
}

function listBody(
  answer: KubernetesAnswer,
  { body: text, encoding }: BodyBytes,
  kind: string,
): ListPage {
  if (answer.status !== 200)
    throw new ListError(refusal(answer, bodyTextOf(text, encoding)), codeOfStatus(answer.status));
  const { body, items } = parseList(text, maxPageValues, encoding);
  if (!isObject(body)) throw new ListError(`${answer.source}: not an object with a list of items`);
  const given = body['kind'];
  if (given !== kind && given !== 'List')
    throw new ListError(
      `${answer.source}: kind is ${JSON.stringify(given) ?? 'absent'}, not ${kind}`,
    );
  if (!Array.isArray(body['items'])) throw new ListError(`${answer.source}: items is not a list`);
  return { body, items: items ?? body['items'] };
}

function addRows<T>(
  rows: Map<string, T>,
  { body, items: values, answer }: ListPage & { readonly answer: KubernetesAnswer },
  list: KubernetesList<T>,
  { problems, recording }: Reading,
  budget: Budget,
): void {
  const strict = budget.all !== undefined;
  const originOf = (source: string) =>
    ({ source, problems, taken: budget.list, noNulls: true, strict }) as const;
  const items = new Cursor(body['items'], 'items', originOf(answer.source));
  const single = list.kind.replace(/List$/u, '');
  let next = 0;
  for (const value of values) {
    const index = next++;
    const trace = recording === undefined ? undefined : traced(value);
    const place = answer.itemNumbers?.[index] ?? index;
    const source = answer.itemSources?.[index] ?? answer.source;
    const seen = trace === undefined ? value : trace.value;
    const item = new Cursor(seen, place, originOf(source), items);
    // A kubectl List may mix kinds; items of a typed list name none.
    const kind = isObject(value) ? value['kind'] : undefined;
    if (typeof kind === 'string' && kind !== single) {
      if (body['kind'] === 'List') continue;
      throw new ListError(`${source}: ${item.path} is a ${kind.slice(0, 63)}, not a ${single}`);
    }
    const missing = list.required?.find((field) => isMissing(item, field));
    if (missing !== undefined)
      throw new ListError(`${source}: ${item.path} has no ${missing}, so the list is not whole`);
    const before = budget.list.parts;
    const row = list.parse(item);
    spend(budget, before, clusterCapacity);
    if (trace !== undefined) recording?.item(value, trace.read);
    if (row === undefined) continue;
    const identity = list.identity(row);
    const known = rows.get(identity);
    if (known !== undefined && list.twice !== 'expected')
      problems.add(
        source,
        `${item.path} is duplicated (${identity.slice(0, 300)}); counted once`,
        `${single} ${identity} duplicated`,
      );
    rows.set(identity, known === undefined ? row : oneOfTwo(known, row));
  }
}

function isMissing(item: Cursor, field: string): boolean {
  const { value } = field.split('.').reduce((cursor, key) => cursor.at(key), item);
  return value === undefined || value === null || value === '';
}
