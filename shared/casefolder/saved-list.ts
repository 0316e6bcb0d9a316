import { BodyError, isCutShort, isObject, restoreResource } from '../input/index.ts';
import type { ListStore, SavedItem } from './list-store.ts';
import { isKubernetes, type SavedKind } from './sort-item.ts';

/** Items of one file that belong to a list. */
export interface Part {
  /** What to call the file in a message. */
  readonly source: string;
  readonly store: ListStore;
  /** Their numbers in the file, ascending. */
  readonly numbers: Uint32Array;
}

/** Why a list, or a file, cannot be used. */
export interface Fault {
  readonly source: string;
  readonly why: string;
}

/** Items that one answer holds: of one file, so that a message can name it. */
export interface Page {
  readonly source: string;
  readonly items: readonly SavedItem[];
}

/** A list of an API, put together from whatever files hold its items. */
export class SavedList {
  readonly kind: SavedKind;
  readonly #parts: Part[] = [];
  #fault: Fault | undefined;

  constructor(kind: SavedKind) {
    this.kind = kind;
  }

  add(part: Part): void {
    this.#parts.push(part);
  }

  /** The same part with other items of its file. */
  replace(part: Part, numbers: Uint32Array): void {
    this.#parts[this.#parts.indexOf(part)] = { ...part, numbers };
  }

  /** Keeps the list from being read: a part of it is never taken for all of it. */
  refuse(fault: Fault): void {
    this.#fault ??= fault;
  }

  get fault(): Fault | undefined {
    return this.#fault;
  }

  get parts(): readonly Part[] {
    return this.#parts;
  }

  get size(): number {
    return this.#parts.reduce((sum, { numbers }) => sum + numbers.length, 0);
  }

  /** The first of these items, as many as lie in one file, in the limit and in the bytes. */
  async page(wanted: Iterable<number>, limit: number, maxBytes: number): Promise<Page> {
    let part: Part | undefined;
    let offset = 0;
    const numbers: number[] = [];
    for (const number of wanted) {
      if (part === undefined) {
        const place = this.#placeOf(number);
        part = place?.part;
        offset = place?.offset ?? 0;
      }
      const local = part?.numbers[number - offset];
      if (local === undefined || numbers.length === limit) break;
      numbers.push(local);
    }
    const items = await part?.store.page(numbers, limit, maxBytes);
    const source = part?.source ?? this.#parts[0]?.source ?? this.kind.file;
    return { source, items: (items ?? []).map((item) => this.#restored(item)) };
  }

  /** Hands out every item, parsed; each may be forgotten before the next is there. */
  async visit(visit: (value: unknown, number: number) => void): Promise<void> {
    let number = 0;
    for (const { store, numbers } of this.#parts)
      await store.visit(numbers, (_, value) => visit(value, number++));
  }

  #placeOf(number: number): { readonly part: Part; readonly offset: number } | undefined {
    let offset = 0;
    for (const part of this.#parts) {
      if (number < offset + part.numbers.length) return { part, offset };
      offset += part.numbers.length;
    }
    return undefined;
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
