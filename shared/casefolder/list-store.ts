import { open } from 'node:fs/promises';
import { BodyError } from '../input/index.ts';
import { indexList, placeOf, readSpan, type ListIndex } from './list-index.ts';

/** One item of a saved list, proved to be JSON. */
export interface SavedItem {
  readonly number: number;
  readonly text: string;
  readonly value: unknown;
}

/** Items of a page together, so that a page stays small beside the file. */
const maxPageBytes = 8 * 1024 * 1024;
/** Larger than any object of ARM or Kubernetes: a load balancer of 5,000 members has 7 MB. */
const maxItemBytes = 64 * 1024 * 1024;
/** Items that lie closer than this are read at once. */
const maxGapBytes = 64 * 1024;

/** A saved list, opened once; its items are read when they are asked for. */
export class ListStore {
  readonly index: ListIndex;

  private constructor(index: ListIndex) {
    this.index = index;
  }

  /** @throws {BodyError} where the file is no object, or not whole. */
  static async open(path: string, key: 'items' | 'value'): Promise<ListStore> {
    return new ListStore(await indexList(path, key));
  }

  get size(): number {
    return this.index.starts.length;
  }

  /**
   * The first of these items, in the order given: as many as make a page, at most `limit`, at least one.
   * @throws {BodyError} with the place of what is no JSON.
   */
  async page(numbers: Iterable<number>, limit: number): Promise<readonly SavedItem[]> {
    const runs = this.#runs(numbers, limit);
    const items: SavedItem[] = [];
    const file = await open(this.index.path);
    try {
      for (const run of runs) {
        const [first, last] = [this.#span(run[0] ?? 0), this.#span(run.at(-1) ?? 0)];
        const bytes = await readSpan(file, first.start, last.end);
        for (const number of run) {
          const { start, end } = this.#span(number);
          const text = bytes.toString('utf8', start - first.start, end - first.start);
          items.push({ number, text, value: await this.#parse(number, text) });
        }
      }
    } finally {
      await file.close();
    }
    return items;
  }

  /** The page's items in runs that lie together in the file. */
  #runs(numbers: Iterable<number>, limit: number): readonly (readonly number[])[] {
    const runs: number[][] = [];
    let count = 0;
    let bytes = 0;
    let last = -Infinity;
    for (const number of numbers) {
      const { start, end } = this.#span(number);
      if (end - start > maxItemBytes)
        throw new BodyError(`item ${number} is larger than ${maxItemBytes / 1048576} MB`);
      const near = start >= last && start - last < maxGapBytes;
      bytes += end - (near ? last : start);
      if (count === limit || (count > 0 && bytes > maxPageBytes)) break;
      if (near) runs.at(-1)?.push(number);
      else runs.push([number]);
      last = end;
      count++;
    }
    return runs;
  }

  #span(number: number): { readonly start: number; readonly end: number } {
    const start = this.index.starts[number] ?? 0;
    return { start, end: this.index.ends[number] ?? start };
  }

  async #parse(number: number, text: string): Promise<unknown> {
    try {
      return JSON.parse(text);
    } catch (cause) {
      const found = cause instanceof Error ? /position (\d+)/u.exec(cause.message)?.[1] : undefined;
      const within = Buffer.byteLength(text.slice(0, Number(found ?? text.length)));
      const place = await placeOf(this.index.path, this.#span(number).start + within);
      throw new BodyError(`not valid JSON (${place}, in item ${number})`, { cause });
    }
  }
}
