import { open } from 'node:fs/promises';
import { BodyError } from '../input/index.ts';
import { jsonValue } from '../model/index.ts';
import { indexFile, placeOf, type FileIndex, type IndexedRoot } from './list-index.ts';

/** One item of a file, proved to be JSON. */
export interface SavedItem {
  readonly number: number;
  readonly text: string;
}

/** What an item is handed to: nothing keeps it longer. */
type Visit = (item: SavedItem, value: unknown) => void;

/** Larger than any object of ARM or Kubernetes: a load balancer of 5,000 members has 7 MB. */
const maxItemBytes = 64 * 1024 * 1024;
/** Items that lie together are read together, up to this. */
const runBytes = 512 * 1024;

/** A JSON file, opened once; its items are read when they are asked for. */
export class ListStore {
  readonly index: FileIndex;

  private constructor(index: FileIndex) {
    this.index = index;
  }

  /**
   * The file, and its roots: once its items are sorted, nobody needs those.
   * @throws {BodyError} where the file is no JSON, or not whole.
   */
  static async open(
    path: string,
  ): Promise<{ readonly store: ListStore; readonly roots: readonly IndexedRoot[] }> {
    const { index, roots } = await indexFile(path);
    return { store: new ListStore(index), roots };
  }

  get size(): number {
    return this.index.starts.length;
  }

  /**
   * The first of these items, in the order given: at most `limit`, and no more bytes than `maxBytes`
   * unless the first has more.
   * @throws {BodyError} with the place of what is no JSON.
   */
  async page(
    numbers: Iterable<number>,
    limit: number,
    maxBytes: number,
  ): Promise<readonly SavedItem[]> {
    const wanted: number[] = [];
    let bytes = 0;
    for (const number of numbers) {
      const { start, end } = this.#span(number);
      bytes += end - start;
      if (wanted.length === limit || (wanted.length > 0 && bytes > maxBytes)) break;
      wanted.push(number);
    }
    const items: SavedItem[] = [];
    await this.visit(wanted, (item) => items.push(item));
    return items;
  }

  /**
   * Hands out these items one by one, parsed; each may be forgotten before the next is there.
   * @throws {BodyError} with the place of what is no JSON.
   */
  async visit(numbers: Iterable<number>, visit: Visit): Promise<void> {
    const file = await open(this.index.path);
    let buffer = Buffer.alloc(0);
    try {
      for (const run of this.#runs(numbers)) {
        const { start: first } = this.#span(run[0] ?? 0);
        const length = this.#span(run.at(-1) ?? 0).end - first;
        if (buffer.length < length) buffer = Buffer.allocUnsafe(length);
        const { bytesRead } = await file.read(buffer, 0, length, first);
        const bytes = buffer.subarray(0, bytesRead);
        for (const number of run) {
          const { start, end } = this.#span(number);
          const text = bytes.toString('utf8', start - first, end - first);
          const value = jsonValue(text);
          if (value === undefined) throw await this.#fault(number, text);
          visit({ number, text }, value);
        }
      }
    } finally {
      await file.close();
    }
  }

  /** The items in runs that lie together in the file. */
  *#runs(numbers: Iterable<number>): Iterable<readonly number[]> {
    let run: number[] = [];
    let from = 0;
    let last = 0;
    for (const number of numbers) {
      const { start, end } = this.#span(number);
      if (end - start > maxItemBytes)
        throw new BodyError(`item ${number} is larger than ${maxItemBytes / 1048576} MB`);
      if (run.length > 0 && (start < last || end - from > runBytes)) {
        yield run;
        run = [];
      }
      if (run.length === 0) from = start;
      run.push(number);
      last = end;
    }
    if (run.length > 0) yield run;
  }

  #span(number: number): { readonly start: number; readonly end: number } {
    const start = this.index.starts[number] ?? 0;
    return { start, end: this.index.ends[number] ?? start };
  }

  async #fault(number: number, text: string): Promise<BodyError> {
    const found = /position (\d+)/u.exec(faultOf(text))?.[1];
    const within = Buffer.byteLength(text.slice(0, Number(found ?? text.length)));
    const place = await placeOf(this.index.path, this.#span(number).start + within);
    return new BodyError(`not valid JSON (${place}, in item ${number})`);
  }
}

function faultOf(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}
