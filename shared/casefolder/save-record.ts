import { isObject } from '../input/index.ts';
import type { JsonObject } from '../model/index.ts';
import { savedKubernetesLists, listNotSaved } from './kubernetes-lists.ts';

/** A list call of the Kubernetes API, as it was made when a case was saved. */
export interface SavedQuery {
  readonly path: string;
  /** `fieldSelector=…`, where it had one. */
  readonly query?: string;
  /** Why it was not answered; absent = it was. */
  readonly unread?: string;
}

/** How the Kubernetes API was reached. */
export type SavedAccess =
  | { readonly kind: 'open'; readonly answered: number; readonly forbidden: number }
  | {
      readonly kind: 'closed';
      readonly word: 'denied' | 'unreachable' | 'skipped';
      readonly reason: string;
    };

/** `saved.json`, which `evenkeel save` writes: what was asked, and what was refused. */
export interface SavedFile {
  readonly savedBy: string;
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  /** ARM id of the cluster. */
  readonly cluster: string;
  readonly anonymized: boolean;
  readonly access: SavedAccess;
  /** Lists of ARM that could not be read, by their file, with the reason. */
  readonly unread: Readonly<Record<string, string>>;
  readonly queries: readonly SavedQuery[];
}

/** What was asked when a case was saved; a folder that people put together says nothing of that. */
export interface SaveRecord {
  /** Why a query of the Kubernetes API, or a list of ARM by its file, has no answer here. */
  unread(path: string, query?: URLSearchParams): string | undefined;
  /** Whether it was asked; `true` where nothing says. */
  asked(path: string, query: URLSearchParams): boolean;
  /** Why a list is not there. */
  whyMissing(file: string): string;
  readonly access?: SavedAccess;
}

/** Of a folder without a record of its queries: every list counts as asked for, and what is missing as not saved. */
export const unrecorded: SaveRecord = {
  unread: () => undefined,
  asked: () => true,
  whyMissing: (file) =>
    savedKubernetesLists.some((each) => each.file === file && each.optional)
      ? listNotSaved
      : 'the file is missing',
};

/** What tells two calls of one list apart. */
export function queryKey(query: URLSearchParams): string {
  const value = query.get('fieldSelector') ?? '';
  return value === '' ? '' : `fieldSelector=${value}`;
}

/** Reads `saved.json`; `undefined` where it is of another tool or was changed beyond use. */
export function readRecord(body: JsonObject): SaveRecord | undefined {
  const { queries, unread, access } = body;
  if (!Array.isArray(queries) || !isObject(unread) || !isObject(access)) return undefined;
  const asked = new Map<string, string | undefined>();
  const list: readonly unknown[] = queries;
  for (const each of list) {
    if (!isObject(each) || typeof each['path'] !== 'string') return undefined;
    const { path, query = '', unread: why } = each;
    asked.set(`${path}?${String(query)}`, typeof why === 'string' ? why : undefined);
  }
  return {
    unread(path, query) {
      if (query !== undefined) return asked.get(keyIn(asked, path, query));
      const why = Object.hasOwn(unread, path) ? unread[path] : undefined;
      return typeof why === 'string' ? why : undefined;
    },
    asked: (path, query) => asked.has(keyIn(asked, path, query)),
    whyMissing: () => notAsked,
    access: accessOf(access),
  };
}

/** A list that was saved with fewer selectors holds the rows of one with more. */
function keyIn(asked: ReadonlyMap<string, unknown>, path: string, query: URLSearchParams): string {
  const exact = `${path}?${queryKey(query)}`;
  const terms = (query.get('fieldSelector') ?? '').split(',');
  for (let count = terms.length; count > 0; count--) {
    const wider = new URLSearchParams(query);
    wider.set('fieldSelector', terms.slice(0, count).join(','));
    const key = `${path}?${queryKey(wider)}`;
    if (asked.has(key)) return key;
  }
  return exact;
}

/** Why a list is unread that the queries of a saved cluster left out. */
export const notAsked = 'not requested when this was saved';

function accessOf(access: JsonObject): SavedAccess {
  const { kind, word, reason, answered, forbidden } = access;
  if (kind === 'closed')
    return {
      kind,
      word: word === 'denied' || word === 'skipped' ? word : 'unreachable',
      reason: typeof reason === 'string' ? reason : 'the reason was not saved',
    };
  return { kind: 'open', answered: countOf(answered), forbidden: countOf(forbidden) };
}

function countOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
