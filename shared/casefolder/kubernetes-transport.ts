import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  parseFieldSelector,
  parseLabelSelector,
  type KubernetesAnswer,
  type KubernetesTransport,
  type Term,
} from '../collect/index.ts';
import { BodyError, isObject } from '../input/index.ts';
import { fileNotSaved, kubernetesFiles, type KubernetesFile } from './files.ts';
import { readFacts, type ItemFacts } from './item-facts.ts';
import { ListStore } from './list-store.ts';
import { whyNotRead } from './why-not-read.ts';

/**
 * Answers the reader's lists from saved ones, as the API would: field and label selectors, pages and
 * continue tokens. A file that is missing or no list answers with a reason instead.
 */
export function folderKubernetes(directory: string, largestPage = Infinity): KubernetesTransport {
  const lists = new Map<string, Promise<SavedList>>();
  const listOf = (known: KubernetesFile): Promise<SavedList> => {
    const list = lists.get(known.file) ?? openList(path.join(directory, known.file), known);
    lists.set(known.file, list);
    return list;
  };
  return {
    async get(requestPath, query) {
      const known = kubernetesFiles.get(requestPath);
      if (known === undefined) return refusal(404, requestPath, 'a case folder has no such answer');
      if (!existsSync(path.join(directory, known.file)))
        return refusal(404, known.file, known.optional ? fileNotSaved : 'the file is missing');
      const asked = readQuery(query, known, largestPage);
      if (typeof asked === 'string') return refusal(400, known.file, asked);
      try {
        const list = await listOf(known);
        return known.single === undefined
          ? await answer(list, known, asked)
          : await singleAnswer(list, known, known.single);
      } catch (error) {
        return refusal(422, known.file, whyNotRead(error));
      }
    },
  };
}

/** A list call as it was asked. */
interface Asked {
  readonly fields: readonly Term[];
  readonly labels: readonly Term[];
  readonly from: number;
  readonly limit: number;
}

function readQuery(
  query: URLSearchParams,
  known: KubernetesFile,
  largestPage: number,
): Asked | string {
  const fieldText = query.get('fieldSelector') ?? '';
  const labelText = query.get('labelSelector') ?? '';
  const fields =
    fieldText === '' ? none : parseFieldSelector(fieldText, new Set(known.fields.keys()));
  const labels = labelText === '' ? none : parseLabelSelector(labelText);
  if (fields.kind === 'bad') return fields.why;
  if (labels.kind === 'bad') return labels.why;
  const limit = Number(query.get('limit') ?? 0);
  const token = query.get('continue') ?? '';
  if (!Number.isInteger(limit) || limit < 0) return `limit ${limit} is not valid`;
  // A token of the saved list itself leads to the API that wrote it.
  if (!/^\d{0,9}$/u.test(token))
    return 'the saved list goes on (metadata.continue is set), so it is not whole';
  return {
    fields: fields.terms,
    labels: labels.terms,
    from: Number(token),
    limit: Math.min(limit === 0 ? Infinity : limit, largestPage),
  };
}

const none = { kind: 'terms', terms: [] } as const;

/** A saved list, and what selectors ask of it, each worked out once. */
interface SavedList {
  readonly store: ListStore;
  /** As kubectl prints every list: items name their kind, and may be of several. */
  readonly mixed: boolean;
  facts(fields: readonly string[], labels: readonly string[]): Promise<ItemFacts>;
}

async function openList(file: string, known: KubernetesFile): Promise<SavedList> {
  const store = await ListStore.open(file, 'items');
  const kind = store.index.fields.get('kind');
  if (kind !== `${known.kind}List` && kind !== 'List')
    throw new BodyError(`kind is ${JSON.stringify(kind) ?? 'absent'}, not ${known.kind}List`);
  if (!store.index.hasList) throw new BodyError('there is no list "items"');
  const gathered = new Map<string, Promise<ItemFacts>>();
  const facts: SavedList['facts'] = (fields, labels) => {
    // A name is another one for each object: it is gathered only where it is asked for.
    const wanted = [...known.fields].filter(([name]) => !isName(name) || fields.includes(name));
    const key = JSON.stringify([wanted.map(([name]) => name), labels]);
    const found = gathered.get(key) ?? readFacts(store, new Map(wanted), labels);
    gathered.set(key, found);
    return found;
  };
  const mixed = kind === 'List' && store.size > 0;
  const kinds = mixed ? (await facts([], [])).kinds : new Set([known.kind]);
  if (!kinds.has(known.kind) && !kinds.has(''))
    throw new BodyError(`holds ${[...kinds].slice(0, 5).join(', ')} and no ${known.kind}`);
  return { store, mixed, facts };
}

async function answer(
  list: SavedList,
  known: KubernetesFile,
  { fields, labels, from, limit }: Asked,
): Promise<KubernetesAnswer> {
  const { store } = list;
  const narrowed = list.mixed || fields.length > 0 || labels.length > 0;
  const numbers = narrowed
    ? (await list.facts(fields.map(keyOf), labels.map(keyOf))).matching(known.kind, fields, labels)
    : undefined;
  const total = numbers?.length ?? store.size;
  const wanted =
    numbers?.slice(from, from + maxPageItems) ?? upTo(from, Math.min(total, from + maxPageItems));
  const items = await store.page(wanted, limit, maxPageBytes);
  const to = from + items.length;
  const next = to < total ? String(to) : savedContinue(store.index.fields.get('metadata'));
  const metadata = JSON.stringify(next === undefined ? {} : { continue: next });
  const body = `{"kind":"${known.kind}List","metadata":${metadata},"items":[${items.map(({ text }) => text).join(',')}]}`;
  return { status: 200, source: known.file, body, itemNumbers: items.map(({ number }) => number) };
}

/** One object of a saved list, as its own path gives it. */
async function singleAnswer(
  list: SavedList,
  known: KubernetesFile,
  { namespace, name }: NonNullable<KubernetesFile['single']>,
): Promise<KubernetesAnswer> {
  const wanted = [
    { kind: 'equals', key: 'metadata.name', value: name },
    { kind: 'equals', key: 'metadata.namespace', value: namespace },
  ] as const;
  const [number] = (await list.facts(wanted.map(keyOf), [])).matching(known.kind, wanted, []);
  const [item] =
    number === undefined ? [] : await list.store.page([number], 1, Number.MAX_SAFE_INTEGER);
  if (item === undefined)
    return refusal(404, known.file, `there is no ${known.kind} ${namespace}/${name} in it`);
  return { status: 200, source: known.file, body: item.text };
}

const maxPageItems = 10_000;
/** Small beside a file, so that what is read of it can be forgotten early. */
const maxPageBytes = 512 * 1024;

function upTo(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(to - from, 0) }, (_, each) => from + each);
}

function keyOf({ key }: Term): string {
  return key;
}

function isName(field: string): boolean {
  return field === 'metadata.name';
}

/** A saved list that the API had not finished: its token leads nowhere here. */
function savedContinue(metadata: unknown): string | undefined {
  if (!isObject(metadata)) return undefined;
  const { continue: token, remainingItemCount } = metadata;
  if (typeof token === 'string' && token !== '') return `saved:${token}`;
  return typeof remainingItemCount === 'number' && remainingItemCount > 0 ? 'saved:' : undefined;
}

function refusal(status: number, source: string, message: string): KubernetesAnswer {
  return { status, source, body: JSON.stringify({ kind: 'Status', message }) };
}
