import { isObject } from '../input/index.ts';
import type { IndexedRoot } from './list-index.ts';
import { isKubernetes, noValueList, type SavedKind } from './sort-item.ts';

/** What an API server adds to every object. */
export function wasReturned(value: unknown): boolean {
  const metadata = isObject(value) ? value['metadata'] : undefined;
  return (
    isObject(metadata) &&
    ['uid', 'resourceVersion', 'creationTimestamp'].some((key) => typeof metadata[key] === 'string')
  );
}

/** Words of a file's name, alone and joined: `network-interfaces` is `networkinterfaces`; of each also the singular. */
export function fileNameWords(name: string): ReadonlySet<string> {
  const words = name.toLowerCase().replace(/\..*$/u, '').split(/[-_ ]/u);
  const joined = words.flatMap((_, from) =>
    [1, 2, 3].map((count) => words.slice(from, from + count).join('')),
  );
  return new Set([...joined, ...joined.map((word) => word.replace(/s$/u, ''))]);
}

/** A page of a Resource Graph result. */
export interface GraphPage {
  readonly count: number;
  /** Rows of all its pages. */
  readonly total: number;
}

/** What one file holds. */
export class Sorting {
  readonly lists = new Map<SavedKind, number[]>();
  readonly unknown: number[] = [];
  readonly others = new Map<string, string | undefined>();
  /** Kinds of which an API server returned some; the rest are manifests. */
  readonly returned = new Set<SavedKind>();
  /** As the file spells them. */
  readonly kinds = new Set<string>();
  /** It has a list without an item. */
  isEmpty = false;
  /** And that list does not say its kind. */
  isNameless = false;
  /** What a list would be of that has no items: `"items": null`. */
  withoutItems: SavedKind | undefined;
  fault: string | undefined;
  /** Pages of Resource Graph results that have more rows than are here. */
  readonly pages: (GraphPage & { readonly first: string })[] = [];

  /** The list that the file would be, if it had items. @param hinted What its name says. */
  emptied(hinted: SavedKind | undefined): SavedKind | undefined {
    const isBare = this.kinds.has('List') || this.others.has(noValueList);
    return this.withoutItems ?? (isBare ? hinted : undefined);
  }

  add(list: SavedKind, numbers: readonly number[]): void {
    const known = this.lists.get(list) ?? [];
    for (const number of numbers) known.push(number);
    this.lists.set(list, known);
  }
}

/** A list that goes on somewhere else: its token leads nowhere here. */
export function notWhole({ fields, list }: IndexedRoot, count: number): string | undefined {
  const metadata = fields.get('metadata');
  // The kind stands behind the items, as kubectl writes YAML: what ends before it was cut short.
  if (list === 'items' && fields.has('apiVersion') && !fields.has('kind'))
    return 'the list has no kind: the file is cut short';
  if (list === 'items' && isObject(metadata)) {
    const { continue: token, remainingItemCount } = metadata;
    if (
      (typeof token === 'string' && token !== '') ||
      (typeof remainingItemCount === 'number' && remainingItemCount > 0)
    )
      return 'the saved list is incomplete (metadata.continue is set)';
  }
  const next = fields.get('nextLink');
  if (list === 'value' && typeof next === 'string' && next !== '')
    return 'the saved list is incomplete (nextLink is set); save all pages into one "value"';
  return list === 'data' && hasNextPage(fields) && graphPage({ fields, list }, count) === undefined
    ? graphIncomplete
    : undefined;
}

export const graphIncomplete =
  'the Resource Graph result is incomplete; query with --first 1000, then again with --skip-token, and save every page';

/** `undefined` = it is whole, or does not say of how many rows it is a part. */
export function graphPage(
  { fields, list }: Pick<IndexedRoot, 'fields' | 'list'>,
  count: number,
): GraphPage | undefined {
  const total = fields.get('total_records') ?? fields.get('totalRecords');
  if (list !== 'data' || typeof total !== 'number' || total <= count) return undefined;
  return { count, total };
}

function hasNextPage(fields: IndexedRoot['fields']): boolean {
  const token = fields.get('skip_token') ?? fields.get('skipToken') ?? fields.get('$skipToken');
  return typeof token === 'string' && token !== '';
}

/** Why a file that should hold a list holds none of it. */
export function notOfKind(list: SavedKind, { kinds, others, lists }: Sorting): string {
  if (!isKubernetes(list)) {
    const what = [...others.keys(), ...[...lists.keys()].map(({ file }) => file)];
    if (what.length === 0 || what[0] === noValueList) return 'the list "value" is missing';
    return `holds ${what.slice(0, 3).join(', ')}`;
  }
  const named = [...kinds].filter((kind) => kind !== 'List');
  const [first, ...more] = named;
  if (first === undefined) return `kind is missing; expected ${list.kind}List`;
  if (first === `${list.kind}List`) return 'the list "items" is missing';
  if (more.length === 0 && /List$|^Status$/u.test(first))
    return `kind is ${JSON.stringify(first)}; expected ${list.kind}List`;
  return `contains ${named.slice(0, 5).join(', ')} but no ${list.kind}`;
}
