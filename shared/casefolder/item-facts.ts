import { holds, type Term } from '../collect/index.ts';
import { isObject } from '../input/index.ts';
import type { SavedList } from './saved-list.ts';

/** What selectors ask about the items of a list, gathered by one pass over its files. */
export interface ItemFacts {
  /** Numbers of the items for which all terms hold. */
  matching(terms: readonly Term[]): readonly number[];
}

/** Of an object that is not what belongs here: it fits every selector, so that the reader sees and refuses it. */
const unreadable = '\0';

/** @param fields Those that selectors of this list may name, and what stands for an absent one. */
export async function readFacts(
  list: SavedList,
  fields: ReadonlyMap<string, string>,
): Promise<ItemFacts> {
  const columns = new Map<string, (string | undefined)[]>(
    [...fields.keys()].map((name) => [name, []]),
  );
  const fieldOf = (name: string, number: number): string | undefined => {
    const value = columns.get(name)?.[number] ?? fields.get(name);
    return value === unreadable ? undefined : value;
  };
  const texts = new Map<string, string>();
  await list.visit((value) => {
    for (const [name, column] of columns) column.push(shared(texts, factOf(value, name)));
  });
  const known = (terms: readonly Term[], number: number): readonly Term[] =>
    terms.filter(({ key }) => fieldOf(key, number) !== undefined);
  const all = Array.from({ length: list.size }, (_, number) => number);
  const byValue = new Map<string, ReadonlyMap<string | undefined, readonly number[]>>();
  const numbersWith = (name: string, value: string): readonly number[] => {
    const index = byValue.get(name) ?? Map.groupBy(all, (number) => fieldOf(name, number));
    byValue.set(name, index);
    return [...(index.get(value) ?? []), ...(index.get(undefined) ?? [])];
  };
  const matching: ItemFacts['matching'] = (terms) => {
    const first = terms.find(({ differs }) => !differs);
    const candidates = first === undefined ? all : numbersWith(first.key, first.value);
    return candidates.filter((number) =>
      holds(known(terms, number), (key) => fieldOf(key, number)),
    );
  };
  // A list is asked for page by page, with the same selectors each time.
  let last: { readonly key: string; readonly numbers: readonly number[] } | undefined;
  return {
    matching(terms) {
      const key = JSON.stringify(terms);
      if (last?.key !== key) last = { key, numbers: matching(terms) };
      return last.numbers;
    },
  };
}

/** One text for equal ones: a list has few values of a field, and a file holds each many times. */
function shared(texts: Map<string, string>, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const known = texts.get(text);
  if (known !== undefined) return known;
  texts.set(text, text);
  return text;
}

/** A field by its path; booleans as the API writes them in a selector. */
function factOf(item: unknown, name: string): string | undefined {
  const path = name.split('.');
  let value: unknown = item;
  for (const [depth, key] of path.entries()) {
    if (!isObject(value)) return mayLack(value, path[depth - 1]) ? undefined : unreadable;
    value = Object.hasOwn(value, key) ? value[key] : undefined;
  }
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' && flags.has(name)) return String(value);
  return mayLack(value, name) ? undefined : unreadable;
}

const flags: ReadonlySet<string> = new Set(['spec.unschedulable', 'spec.hostNetwork']);
/** What no object of a list that has them is without. */
const always: ReadonlySet<string> = new Set([
  'spec',
  'involvedObject',
  'involvedObject.kind',
  'involvedObject.name',
]);

function mayLack(value: unknown, field: string | undefined): boolean {
  return (value === undefined || value === null) && field !== undefined && !always.has(field);
}
