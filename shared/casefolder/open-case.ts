import { isObject } from '../input/index.ts';
import { armLists, configurationsList } from './arm-lists.ts';
import { readAbout, type CaseInfo } from './about.ts';
import { aboutNames, type FileSet } from './find.ts';
import { kubernetesListOf, kubernetesLists } from './kubernetes-lists.ts';
import type { IndexedRoot } from './list-index.ts';
import { ListStore } from './list-store.ts';
import { plainFile } from './plain-file.ts';
import { unrecorded, type SaveRecord } from './save-record.ts';
import { SavedList, type FileFault } from './saved-list.ts';
import type { Scratch } from './scratch.ts';
import { isKubernetes, noValueList, sortItem, type SavedKind } from './sort-item.ts';
import { dropTwins } from './twins.ts';
import type { UnpackBudget } from './unpack.ts';
import { whyNotRead } from './why-not-read.ts';

/** What was saved of one cluster, sorted by what it is. */
export interface Case {
  /** Put before names of files in messages. */
  readonly prefix: string;
  /** What the case is called where no cluster gives it a name. */
  readonly name: string;
  /** It has the layout of a case folder; else files are called whatever people like. */
  readonly layout: boolean;
  /** By the file that the list is in a case folder: `kubernetes/pods.json`. */
  readonly lists: ReadonlyMap<string, SavedList>;
  /** Files that are for us and cannot be read, where no list says so. */
  readonly faults: readonly FileFault[];
  /** Files that are not for us, and empty lists of nobody knows what. */
  readonly notes: readonly FileFault[];
  /** Names of the files, for messages. */
  readonly sources: readonly string[];
  /** What was asked when the case was saved, where it says so. */
  readonly record: SaveRecord;
  /** ISO 8601, UTC: when it was saved, where it says so. */
  readonly takenAt?: string;
}

/** Reads what a set of files holds. Nothing here throws for what is in them. */
export async function openCase(
  set: FileSet,
  scratch: Scratch,
  budget: UnpackBudget,
): Promise<Case> {
  const builder = new CaseBuilder(set.layout);
  const waiting = set.files.toReversed();
  const about: CaseInfo[] = [];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const source = file.name;
    try {
      if (aboutNames.includes(source)) {
        about.push(await readAbout(file.path));
        continue;
      }
      if (file.leadsOut === true) {
        builder.addOther(source, 'a link to a folder outside');
        continue;
      }
      const plain = await plainFile(file.path, scratch, budget);
      if (plain.kind === 'json') await builder.addFile(source, await ListStore.open(plain.path));
      else if (plain.kind === 'other') builder.addOther(source, plain.what, plain.instead);
      else
        waiting.push(
          ...plain.files
            .map(({ name, path }) => ({ name: `${source}/${name}`, path }))
            .toReversed(),
        );
    } catch (error) {
      builder.addFault(source, whyNotRead(error));
    }
  }
  await builder.end();
  const { lists, faults, notes } = builder;
  const takenAt = about.find((each) => each.takenAt !== undefined)?.takenAt;
  return {
    prefix: set.prefix,
    name: set.name,
    layout: set.layout,
    lists,
    faults,
    notes,
    sources: builder.sources,
    record: about.find((each) => each.record !== undefined)?.record ?? unrecorded,
    ...(takenAt !== undefined && { takenAt }),
  };
}

class CaseBuilder {
  readonly lists = new Map<string, SavedList>();
  readonly faults: FileFault[] = [];
  readonly notes: FileFault[] = [];
  readonly sources: string[] = [];
  readonly #layout: boolean;

  constructor(layout: boolean) {
    this.#layout = layout;
  }

  addFault(source: string, why: string): void {
    this.sources.push(source);
    const hinted = this.#hinted(source);
    if (hinted === undefined) this.faults.push({ source, why });
    else this.#list(hinted).refuse({ source, why });
  }

  addOther(source: string, what: string, instead?: string): void {
    if (!this.#isExpected(source)) {
      this.sources.push(source);
      this.notes.push({ source, why: notForUs(what, instead) });
    } else this.addFault(source, `holds ${what}`);
  }

  async addFile(source: string, store: ListStore): Promise<void> {
    this.sources.push(source);
    const found = new Sorting();
    for (const root of store.index.roots) await this.#addRoot(source, store, root, found);
    const hinted = this.#hinted(source);
    const unknown = found.unknown.length;
    // What nothing else tells, the name of the file does; the reader says what is wrong with it.
    const [only] = found.lists.size === 1 ? found.lists.keys() : [];
    const fallback = hinted ?? (unknown > 0 ? only : undefined);
    if (unknown > 0 && fallback !== undefined)
      found.lists.set(fallback, [...(found.lists.get(fallback) ?? []), ...found.unknown]);
    for (const [kind, numbers] of found.lists) {
      const list = this.#list(kind);
      numbers.sort((a, b) => a - b);
      list.add({ source, store, numbers: Uint32Array.from(numbers) });
      if (found.fault !== undefined) list.refuse({ source, why: found.fault });
    }
    if (found.lists.size > 0) {
      if (hinted !== undefined && this.#isExpected(source) && !found.lists.has(hinted))
        this.#list(hinted).refuse({ source, why: notOfKind(hinted, found) });
      return;
    }
    // Lists of Kubernetes say their kind; an empty one of Azure may be any.
    if (found.isEmpty && hinted !== undefined && !(isKubernetes(hinted) && found.isNameless)) {
      const list = this.#list(hinted);
      list.add({ source, store, numbers: new Uint32Array() });
      if (found.fault !== undefined) list.refuse({ source, why: found.fault });
    } else if (hinted !== undefined && this.#isExpected(source))
      this.#list(hinted).refuse({ source, why: notOfKind(hinted, found) });
    else if (found.isEmpty)
      this.notes.push({
        source,
        why: 'an empty list of unknown type; name the file after its content (networkSecurityGroups.json)',
      });
    else {
      const [[what, instead] = ['nothing from Azure or Kubernetes', undefined]] = found.others;
      if (what !== version) this.notes.push({ source, why: notForUs(what, instead) });
    }
  }

  /** Lists that several files hold parts of: an object that is in two of them is one. */
  async end(): Promise<void> {
    for (const [file, list] of this.lists)
      try {
        await dropTwins(list);
      } catch (error) {
        const source = list.parts[0]?.source ?? file;
        list.refuse({ source, why: whyNotRead(error) });
      }
  }

  async #addRoot(
    source: string,
    store: ListStore,
    root: IndexedRoot,
    found: Sorting,
  ): Promise<void> {
    const kind = root.fields.get('kind');
    const numbers = Array.from({ length: root.to - root.from }, (_, each) => root.from + each);
    found.fault ??= notWhole(root, numbers.length);
    if (root.list === 'items' && typeof kind === 'string' && kind !== 'List') {
      const typed = kind.endsWith('List')
        ? kubernetesListOf(kind.slice(0, -'List'.length), root.fields.get('apiVersion'))
        : undefined;
      found.kinds.add(kind);
      if (typed === undefined) found.others.set(`a ${kind.slice(0, 63)}`, undefined);
      else if (typed.only === undefined) found.add(typed, numbers);
      else await this.#sort(store, numbers, found, kind.slice(0, -'List'.length));
      return;
    }
    if (root.list !== undefined && numbers.length === 0) {
      found.isEmpty = true;
      found.isNameless ||= kind === undefined;
    }
    await this.#sort(store, numbers, found);
  }

  async #sort(
    store: ListStore,
    numbers: readonly number[],
    found: Sorting,
    kind?: string,
  ): Promise<void> {
    await store.visit(numbers, ({ number }, value) => {
      const sorted = sortItem(kind === undefined || !isObject(value) ? value : { ...value, kind });
      if (sorted.kind === 'ours') found.add(sorted.list, [number]);
      else if (sorted.kind === 'unknown') found.unknown.push(number);
      else found.others.set(sorted.what, sorted.instead);
      if (isObject(value) && typeof value['kind'] === 'string') found.kinds.add(value['kind']);
    });
  }

  #list(kind: SavedKind): SavedList {
    const list = this.lists.get(kind.file) ?? new SavedList(kind);
    this.lists.set(kind.file, list);
    return list;
  }

  /** What the name of a file says that it holds. */
  #hinted(source: string): SavedKind | undefined {
    const known = allKinds.find(({ file }) => file === source);
    if (known !== undefined || this.#layout) return known;
    const words = (source.split('/').at(-1) ?? '')
      .toLowerCase()
      .replace(/\..*$/u, '')
      .split(/[-_ ]/u);
    const fitting = allKinds.filter(({ names }) => names.some((name) => words.includes(name)));
    return fitting.length === 1 ? fitting[0] : undefined;
  }

  /** In the layout of a case folder the name is a promise; elsewhere it is a hint. */
  #isExpected(source: string): boolean {
    return this.#layout && allKinds.some(({ file }) => file === source);
  }
}

/** What one file holds. */
class Sorting {
  readonly lists = new Map<SavedKind, number[]>();
  readonly unknown: number[] = [];
  readonly others = new Map<string, string | undefined>();
  /** As the file spells them. */
  readonly kinds = new Set<string>();
  /** It has a list without an item. */
  isEmpty = false;
  /** And that list does not say its kind. */
  isNameless = false;
  fault: string | undefined;

  add(list: SavedKind, numbers: readonly number[]): void {
    const known = this.lists.get(list) ?? [];
    for (const number of numbers) known.push(number);
    this.lists.set(list, known);
  }
}

const allKinds: readonly SavedKind[] = [
  ...armLists.values(),
  configurationsList,
  ...kubernetesLists,
];
const version = 'the version of an API server';

/** A list that goes on somewhere else: its token leads nowhere here. */
function notWhole({ fields, list }: IndexedRoot, count: number): string | undefined {
  const metadata = fields.get('metadata');
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
  const token = fields.get('skip_token') ?? fields.get('skipToken') ?? fields.get('$skipToken');
  const total = fields.get('total_records') ?? fields.get('totalRecords');
  const isShort = typeof total === 'number' && total > count;
  if (list === 'data' && (isShort || (typeof token === 'string' && token !== '')))
    return 'the Resource Graph result is incomplete; query with --first 1000, then again with --skip-token';
  return undefined;
}

function notOfKind(list: SavedKind, { kinds, others, lists }: Sorting): string {
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

function notForUs(what: string, instead: string | undefined): string {
  return `${what}; ignored${instead === undefined ? '' : ` (save it with: ${instead})`}`;
}
