import { isObject } from '../input/index.ts';
import { readAbout, type CaseInfo } from './about.ts';
import { aboutNames, type FileSet } from './find.ts';
import { kubernetesListOf } from './kubernetes-lists.ts';
import { compact, type IndexedRoot } from './list-index.ts';
import { ListStore } from './list-store.ts';
import { plainFile } from './plain-file.ts';
import { unrecorded, type SaveRecord } from './save-record.ts';
import { SavedList, type FileFault } from './saved-list.ts';
import type { Scratch } from './scratch.ts';
import {
  graphIncomplete,
  graphPage,
  notOfKind,
  notWhole,
  Sorting,
  wasReturned,
  fileNameWords,
  type GraphPage,
} from './sorting.ts';
import { allKinds, isKubernetes, nounOf, sortItem, type SavedKind } from './sort-item.ts';
import { dropDuplicates, sourcesOf, type Conflict } from './duplicates.ts';
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
      if (plain.kind === 'json') await builder.addFile(source, plain.path);
      else if (plain.kind === 'other') builder.addOther(source, plain.what, plain.instead);
      else if (plain.files.length === 0)
        builder.addOther(source, 'an archive without a JSON or YAML file');
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

interface SavedGraphPage extends GraphPage {
  readonly source: string;
  readonly lists: readonly SavedKind[];
  /** Its first row: a page that was saved twice is one. */
  readonly first: string;
}

class CaseBuilder {
  readonly lists = new Map<string, SavedList>();
  readonly faults: FileFault[] = [];
  readonly notes: FileFault[] = [];
  readonly sources: string[] = [];
  readonly #layout: boolean;
  readonly #pages: SavedGraphPage[] = [];

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

  async addFile(source: string, path: string): Promise<void> {
    const { store, roots } = await ListStore.open(path);
    this.sources.push(source);
    const found = new Sorting();
    for (const root of roots) await this.#addRoot(source, store, root, found);
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
      const isManifest = isKubernetes(kind) && !found.returned.has(kind);
      list.add({ source, store, numbers: compact(numbers), isManifest });
      if (found.fault !== undefined) list.refuse({ source, why: found.fault });
    }
    for (const page of found.pages)
      this.#pages.push({ ...page, source, lists: [...found.lists.keys()] });
    if (found.lists.size > 0) {
      if (hinted !== undefined && this.#isExpected(source) && !found.lists.has(hinted))
        this.#list(hinted).refuse({ source, why: notOfKind(hinted, found) });
      return;
    }
    const emptied = found.emptied(hinted);
    // Lists of Kubernetes say their kind; an empty one of Azure may be any.
    if (found.isEmpty && hinted !== undefined && !(isKubernetes(hinted) && found.isNameless)) {
      const list = this.#list(hinted);
      list.add({ source, store, numbers: [] });
      if (found.fault !== undefined) list.refuse({ source, why: found.fault });
    } else if (hinted !== undefined && this.#isExpected(source))
      this.#list(hinted).refuse({ source, why: notOfKind(hinted, found) });
    else if (emptied !== undefined) {
      const list = isKubernetes(emptied) ? 'items' : 'value';
      this.#list(emptied).refuse({ source, why: `the list "${list}" is missing` });
    } else if (found.isEmpty)
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
    if (!this.#layout) this.#dropManifests();
    this.#refuseMissingPages();
    const conflicts = new Map<SavedList, Conflict>();
    for (const [file, list] of this.lists)
      try {
        const found = await dropDuplicates(list);
        if (found !== undefined) conflicts.set(list, found);
      } catch (error) {
        const source = list.parts[0]?.source ?? file;
        list.refuse({ source, why: whyNotRead(error) });
      }
    const clusters = [...conflicts.values()].find(({ isOfTwoClusters }) => isOfTwoClusters);
    for (const list of this.lists.values()) {
      const isMixed = clusters !== undefined && isKubernetes(list.kind) && sourcesOf(list).size > 1;
      const fault = isMixed ? clusters : conflicts.get(list);
      if (fault !== undefined) list.refuse(fault);
    }
  }

  /** Pages of a Resource Graph result are a list once all of its rows are there. */
  #refuseMissingPages(): void {
    for (const [total, pages] of Map.groupBy(this.#pages, (page) => page.total)) {
      const counts = new Map(pages.map(({ first, count }) => [first, count]));
      if ([...counts.values()].reduce((sum, count) => sum + count, 0) >= total) continue;
      for (const { source, lists } of pages)
        for (const kind of lists) this.#list(kind).refuse({ source, why: graphIncomplete });
    }
  }

  /** Objects of a repository beside those of a cluster: nobody knows whether they were applied. */
  #dropManifests(): void {
    const kubernetes = [...this.lists].filter(([, { kind }]) => isKubernetes(kind));
    const parts = kubernetes.flatMap(([, list]) => list.parts);
    if (!parts.some(({ isManifest }) => isManifest === false)) return;
    const sources = new Set<string>();
    for (const [file, list] of kubernetes) {
      for (const source of list.dropManifests()) sources.add(source);
      if (list.parts.length === 0 && list.fault === undefined) this.lists.delete(file);
    }
    for (const source of sources)
      this.notes.push({
        source,
        why: 'manifests, not objects of a cluster (they have no metadata.uid); ignored',
      });
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
    const page = graphPage(root, numbers.length);
    const [first] = page === undefined ? [] : await store.page(numbers, 1, 0);
    if (page !== undefined) found.pages.push({ ...page, first: first?.text ?? '' });
    if (root.list === 'items' && typeof kind === 'string' && kind !== 'List') {
      const typed = kind.endsWith('List')
        ? kubernetesListOf(kind.slice(0, -'List'.length), root.fields.get('apiVersion'))
        : undefined;
      found.kinds.add(kind);
      if (typed === undefined) found.others.set(nounOf(kind), undefined);
      else if (typed.only === undefined) {
        found.add(typed, numbers);
        found.returned.add(typed);
      } else await this.#sort(store, numbers, found, kind.slice(0, -'List'.length));
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
      if (sorted.kind === 'ours') {
        found.add(sorted.list, [number]);
        if (wasReturned(value)) found.returned.add(sorted.list);
      } else if (sorted.kind === 'unknown') found.unknown.push(number);
      else {
        found.others.set(sorted.what, sorted.instead);
        found.withoutItems ??= sorted.listOf;
      }
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
    if (known !== undefined) return known;
    const words = fileNameWords(source.split('/').at(-1) ?? '');
    const fitting = allKinds.filter(({ names }) => names.some((name) => words.has(name)));
    return fitting.length === 1 ? fitting[0] : undefined;
  }

  /** In the layout of a case folder the name is a promise; elsewhere it is a hint. */
  #isExpected(source: string): boolean {
    return this.#layout && allKinds.some(({ file }) => file === source);
  }
}

const version = 'the version of an API server';

function notForUs(what: string, instead: string | undefined): string {
  return `${what}; ignored${instead === undefined ? '' : ` (save it with: ${instead})`}`;
}
