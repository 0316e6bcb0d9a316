import { BodyError, isCutShort, isObject, restoreResource } from '../input/index.ts';
import type { Numbers } from './list-index.ts';
import type { ListStore, SavedItem } from './list-store.ts';
import { isKubernetes, type SavedKind } from './sort-item.ts';

/** Items of one file that belong to a list. */
export interface ListPart {
  /** What to call the file in a message. */
  readonly source: string;
  readonly store: ListStore;
  /** Their numbers in the file, ascending. */
  readonly numbers: Numbers;
  /** Of Kubernetes: none of them was in an API server, as nothing has a uid or a version. */
  readonly isManifest?: boolean;
}

/** Why a list, or a file, cannot be used. */
export interface FileFault {
  readonly source: string;
  readonly why: string;
}

/** Items that one answer holds: of one file, so that a message can name it. */
export interface SavedPage {
  readonly source: string;
  readonly items: readonly SavedItem[];
}

/** A list of an API, put together from whatever files hold its items. */
export class SavedList {
  readonly kind: SavedKind;
  readonly #parts: ListPart[] = [];
  /** Number of the first item of each part, and at the end how many items there are. */
  #offsets: readonly number[] = [0];
  #fault: FileFault | undefined;

  constructor(kind: SavedKind) {
    this.kind = kind;
  }

  add(part: ListPart): void {
    this.#parts.push(part);
    this.#offsets = [];
  }

  /** Leaves of a part only some items of its file. */
  keep(index: number, numbers: Numbers): void {
    const part = this.#parts[index];
    if (part !== undefined) this.#parts[index] = { ...part, numbers };
    this.#offsets = [];
  }

  /** Takes out the parts that no API server returned, and says of which files they were. */
  dropManifests(): readonly string[] {
    const manifests = this.#parts.filter(({ isManifest }) => isManifest === true);
    for (const part of manifests) this.#parts.splice(this.#parts.indexOf(part), 1);
    this.#offsets = [];
    return manifests.map(({ source }) => source);
  }

  /** Keeps the list from being read: a part of it is never taken for all of it. */
  refuse(fault: FileFault): void {
    this.#fault ??= fault;
  }

  get fault(): FileFault | undefined {
    return this.#fault;
  }

  get parts(): readonly ListPart[] {
    return this.#parts;
  }

  get size(): number {
    return this.#offsetsOfParts().at(-1) ?? 0;
  }

  /** The first of these items, as many as lie in one file, in the limit and in the bytes. */
  async page(wanted: Iterable<number>, limit: number, maxBytes: number): Promise<SavedPage> {
    for (const { part, numbers } of this.#runs(wanted, limit)) {
      const items = await part.store.page(numbers, limit, maxBytes);
      return { source: part.source, items: items.map((item) => this.#restored(item)) };
    }
    return { source: this.#parts[0]?.source ?? this.kind.file, items: [] };
  }

  /** The same over files: people save one object to a file. A page for each that has some. */
  async pages(
    wanted: Iterable<number>,
    limit: number,
    maxBytes: number,
  ): Promise<readonly SavedPage[]> {
    const pages: SavedPage[] = [];
    let [left, bytes] = [limit, maxBytes];
    for (const { part, numbers } of this.#runs(wanted, limit)) {
      const items = await part.store.page(numbers, left, bytes);
      pages.push({ source: part.source, items: items.map((item) => this.#restored(item)) });
      left -= items.length;
      for (const { text } of items) bytes -= text.length;
      if (items.length < numbers.length || left <= 0 || bytes <= 0) break;
    }
    return pages;
  }

  /** The first of these items by the files that they lie in. */
  *#runs(
    wanted: Iterable<number>,
    limit: number,
  ): Iterable<{ readonly part: ListPart; readonly numbers: readonly number[] }> {
    let run:
      { readonly part: ListPart; readonly index: number; readonly numbers: number[] } | undefined;
    let count = 0;
    for (const number of wanted) {
      if (count++ >= limit) break;
      const index = this.#partOf(number);
      const part = this.#parts[index];
      const local = part?.numbers[number - (this.#offsetsOfParts()[index] ?? 0)];
      if (part === undefined || local === undefined) break;
      if (run !== undefined && run.index !== index) {
        yield run;
        run = undefined;
      }
      run ??= { part, index, numbers: [] };
      run.numbers.push(local);
    }
    if (run !== undefined) yield run;
  }

  #offsetsOfParts(): readonly number[] {
    if (this.#offsets.length === 0) {
      let offset = 0;
      this.#offsets = [0, ...this.#parts.map(({ numbers }) => (offset += numbers.length))];
    }
    return this.#offsets;
  }

  /** Index of the part in which an item lies: the last that begins at it or before. */
  #partOf(number: number): number {
    const offsets = this.#offsetsOfParts();
    let [low, high] = [0, offsets.length - 1];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((offsets[middle] ?? 0) <= number) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Hands out every item, parsed; each may be forgotten before the next is there. */
  async visit(visit: (value: unknown, number: number) => void): Promise<void> {
    let number = 0;
    for (const { store, numbers } of this.#parts)
      await store.visit(numbers, (_, value) => visit(value, number++));
  }

  /**
   * What the `az` CLI and PowerShell printed, as the API gave it to them.
   * @throws {BodyError} where PowerShell did not go deep enough.
   */
  #restored(item: SavedItem): SavedItem {
    if (isKubernetes(this.kind)) {
      if (cutShort.test(item.text) && isCut(JSON.parse(item.text)))
        throw new BodyError(
          `item ${item.number} contains strings instead of objects, so the list is incomplete; save it with more depth: ConvertTo-Json -Depth 20`,
        );
      return item;
    }
    const value: unknown = JSON.parse(item.text);
    const restored = isObject(value) ? restoreResource(value, this.kind.shape) : value;
    return restored === value ? item : { ...item, text: JSON.stringify(restored) };
  }
}

const cutShort = /"(?:@\{|System\.)/u;

/** Whether a text stands where only objects and lists do; people may write what they like into labels. */
function isCut(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((each) => isCut(each));
  if (!isObject(value)) return isCutShort(value);
  return Object.entries(value).some(
    ([key, field]) => !['annotations', 'labels', 'message', 'data'].includes(key) && isCut(field),
  );
}
