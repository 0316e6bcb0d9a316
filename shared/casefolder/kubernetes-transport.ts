import {
  parseFieldSelector,
  savedRefusal,
  type KubernetesAnswer,
  type KubernetesTransport,
  type Term,
} from '../collect/index.ts';
import { readFacts, type ItemFacts } from './item-facts.ts';
import { readListPath, type ListPath } from './kubernetes-lists.ts';
import type { Case } from './open-case.ts';
import { notAsked } from './save-record.ts';
import type { SavedList } from './saved-list.ts';
import { whyNotRead } from './why-not-read.ts';

/**
 * Answers the reader's lists from saved ones, as the API would: field selectors, pages and continue
 * tokens. A list that was not saved, or not whole, answers with a reason instead.
 */
export function caseKubernetes(saved: Case, largestPage = Infinity): KubernetesTransport {
  const gathered = new Map<string, Promise<ItemFacts>>();
  const factsOf = (list: SavedList, asked: AskedList): Promise<ItemFacts> => {
    // A name is another one for each object: it is gathered only where it is asked for.
    const fields = [...asked.selectable].filter(
      ([name]) => name !== 'metadata.name' || asked.fields.some(({ key }) => key === name),
    );
    const key = JSON.stringify([list.kind.file, fields.map(([name]) => name)]);
    const found = gathered.get(key) ?? readFacts(list, new Map(fields));
    gathered.set(key, found);
    return found;
  };
  return {
    whole: saved.layout,
    async get(requestPath, query) {
      const path = readListPath(requestPath);
      if (path === undefined) return refusal(404, requestPath, 'not in the case folder');
      const { file } = path.list;
      const unread = saved.record.unread(requestPath, query);
      if (unread !== undefined) throw savedRefusal(unread);
      if (!saved.record.asked(requestPath, query)) return refusal(404, file, notAsked);
      const list = saved.lists.get(file);
      if (list === undefined) return refusal(404, file, saved.record.whyMissing(file));
      if (list.fault !== undefined) return refusal(422, list.fault.source, list.fault.why);
      const asked = readQuery(query, path, largestPage);
      if (typeof asked === 'string') return refusal(400, file, asked);
      try {
        return await answer(list, path, asked, factsOf);
      } catch (error) {
        return refusal(422, list.parts[0]?.source ?? file, whyNotRead(error));
      }
    },
  };
}

/** A list call as it was asked. */
interface AskedList {
  readonly selectable: ReadonlyMap<string, string>;
  readonly fields: readonly Term[];
  readonly from: number;
  readonly limit: number;
}

function readQuery(
  query: URLSearchParams,
  path: ListPath,
  largestPage: number,
): AskedList | string {
  const { fields: selectable } = path.list;
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '', new Set(selectable.keys()));
  if (fields.kind === 'bad') return fields.why;
  if (query.has('labelSelector')) return 'a saved list is selected by fields';
  const limit = Number(query.get('limit') ?? 0);
  const token = query.get('continue') ?? '';
  if (!Number.isInteger(limit) || limit < 0) return `limit ${limit} is not valid`;
  if (!/^\d{0,9}$/u.test(token)) return 'the continue token is not from a saved list';
  return {
    selectable,
    fields: [...fields.terms, ...termsOf(path)],
    from: Number(token),
    limit: Math.min(limit === 0 ? Infinity : limit, largestPage),
  };
}

/** What the path itself narrows. */
function termsOf({ namespace, name }: ListPath): readonly Term[] {
  const fields = { 'metadata.namespace': namespace, 'metadata.name': name };
  return Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value, differs: false }],
  );
}

async function answer(
  list: SavedList,
  path: ListPath,
  asked: AskedList,
  factsOf: (list: SavedList, asked: AskedList) => Promise<ItemFacts>,
): Promise<KubernetesAnswer> {
  const { fields, from, limit } = asked;
  const numbers = fields.length > 0 ? (await factsOf(list, asked)).matching(fields) : undefined;
  const total = numbers?.length ?? list.size;
  const pages = await list.pages(upTo(from, total, numbers), limit, maxPageBytes);
  const source = pages[0]?.source ?? list.parts[0]?.source ?? list.kind.file;
  const items = pages.flatMap((page) => page.items);
  const texts = items.map(({ text }) => text);
  if (path.name !== undefined)
    return texts[0] === undefined
      ? refusal(404, source, `${path.list.resource} "${path.name}" not found`)
      : { status: 200, source, body: texts[0] };
  const to = from + items.length;
  const metadata = JSON.stringify(to < total ? { continue: String(to) } : {});
  const body = `{"kind":"${path.list.kind}List","metadata":${metadata},"items":[${texts.join(',')}]}`;
  return {
    status: 200,
    source,
    body,
    itemNumbers: items.map(({ number }) => number),
    itemSources: pages.flatMap((page) => page.items.map(() => page.source)),
  };
}

/** Small beside a file, so that what is read of it can be forgotten early. */
const maxPageBytes = 512 * 1024;

/** Numbers of items from a place on: these, or all. */
function* upTo(from: number, to: number, numbers?: readonly number[]): Iterable<number> {
  for (let at = from; at < to; at++) yield numbers?.[at] ?? at;
}

function refusal(status: number, source: string, message: string): KubernetesAnswer {
  return { status, source, body: JSON.stringify({ kind: 'Status', message }) };
}
