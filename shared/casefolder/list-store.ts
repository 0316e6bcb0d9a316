import { BodyError, isObject } from '../input/index.ts';
import { indexList, placeOf, readItems, type ListIndex } from './list-file.ts';

/** One item of a saved list. */
export interface SavedItem {
  readonly number: number;
  readonly text: string;
}

/** A saved list, opened once: its items by page, and by the fields that selectors ask for. */
export class ListStore {
  readonly index: ListIndex;
  #facts: ReadonlyMap<string, readonly string[]> | undefined;

  private constructor(index: ListIndex) {
    this.index = index;
  }

  static async open(path: string, key: 'items' | 'value'): Promise<ListStore> {
    return new ListStore(await indexList(path, key));
  }

  get size(): number {
    return this.index.starts.length;
  }

  /** Items `from` to `to`, each proved to be JSON. */
  async items(from: number, to: number): Promise<readonly SavedItem[]> {
    const texts = await readItems(this.index, from, Math.min(to, this.size));
    for (const [offset, text] of texts.entries()) {
      try {
        JSON.parse(text);
      } catch (cause) {
        throw new BodyError(await this.#placeOf(from + offset, text, cause), { cause });
      }
    }
    return texts.map((text, offset) => ({ number: from + offset, text }));
  }

  /** Numbers of the items whose fields have the values asked for, by one pass over the file. */
  async matching(wanted: ReadonlyMap<string, string>): Promise<readonly number[]> {
    this.#facts ??= await this.#readFacts();
    const facts = this.#facts;
    const numbers: number[] = [];
    for (let at = 0; at < this.size; at++) {
      const fits = [...wanted].every(([field, value]) => facts.get(field)?.[at] === value);
      if (fits) numbers.push(at);
    }
    return numbers;
  }

  async #readFacts(): Promise<ReadonlyMap<string, readonly string[]>> {
    const facts = new Map<string, string[]>(selectableFields.map((field) => [field, []]));
    for (let from = 0; from < this.size; from += chunkItems) {
      for (const { text } of await this.items(from, from + chunkItems)) {
        const item: unknown = JSON.parse(text);
        for (const field of selectableFields) facts.get(field)?.push(fieldOf(item, field));
      }
    }
    return facts;
  }

  async #placeOf(number: number, text: string, cause: unknown): Promise<string> {
    const found = cause instanceof Error ? /position (\d+)/u.exec(cause.message)?.[1] : undefined;
    const within = Buffer.byteLength(text.slice(0, Number(found ?? 0)));
    const start = this.index.starts[number] ?? 0;
    return `not valid JSON at ${await placeOf(this.index.path, start + within)} (line:column), in item ${number}`;
  }
}

const chunkItems = 500;

/** The fields by which the lists of ours are narrowed; others are refused, as the API refuses unknown ones. */
export const selectableFields: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'spec.type',
  'spec.nodeName',
  'status.phase',
  'type',
  'involvedObject.kind',
];

function fieldOf(item: unknown, field: string): string {
  let value: unknown = item;
  for (const key of field.split('.'))
    value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof value === 'string' ? value : '';
}
