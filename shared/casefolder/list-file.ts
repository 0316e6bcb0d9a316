import { open, stat, type FileHandle } from 'node:fs/promises';
import { BodyError, maxDepth } from '../input/index.ts';

/** Where the items of a saved list are, so that a page can be read without the rest. */
export interface ListIndex {
  readonly path: string;
  /** First byte and the byte after the last of each item. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** The other fields of the root, parsed; those of more than 64 KB are left out. */
  readonly fields: ReadonlyMap<string, unknown>;
  /** Whether the root has the list at all. */
  readonly hasList: boolean;
}

/** Larger files are refused unread: no answer about one cluster is. */
export const maxFileBytes = 256 * 1024 * 1024;
const maxFieldBytes = 64 * 1024;

/**
 * Finds the items of the list `key` in a JSON file by one pass over its bytes; memory stays small
 * whatever the size of the file.
 * @throws {BodyError} with line and column where the file is no JSON object, ends early or nests too deep.
 */
export async function indexList(path: string, key: 'items' | 'value'): Promise<ListIndex> {
  const { size } = await stat(path);
  if (size > maxFileBytes)
    throw new BodyError(
      `${Math.round(size / 1048576)} MB, more than the ${maxFileBytes / 1048576} MB that are read; save fewer objects`,
    );
  const file = await open(path);
  try {
    const scanner = new Scanner(key);
    const chunk = Buffer.allocUnsafe(1024 * 1024);
    for (let position = 0; ;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
      if (bytesRead === 0) break;
      scanner.take(chunk, bytesRead);
      position += bytesRead;
    }
    scanner.end();
    return {
      path,
      starts: Float64Array.from(scanner.starts),
      ends: Float64Array.from(scanner.ends),
      fields: await readFields(file, scanner),
      hasList: scanner.hasList,
    };
  } finally {
    await file.close();
  }
}

async function readFields(
  file: FileHandle,
  scanner: Scanner,
): Promise<ReadonlyMap<string, unknown>> {
  const fields = new Map<string, unknown>();
  for (const [name, [start, end]] of scanner.fields) {
    if (end - start > maxFieldBytes) continue;
    const text = await readSpan(file, start, end);
    try {
      fields.set(name, JSON.parse(text));
    } catch (cause) {
      throw new BodyError(`"${name}" is not valid JSON`, { cause });
    }
  }
  return fields;
}

async function readSpan(file: FileHandle, start: number, end: number): Promise<string> {
  const buffer = Buffer.allocUnsafe(end - start);
  await file.read(buffer, 0, buffer.length, start);
  return buffer.toString('utf8');
}

/** The texts of items `from` (in) to `to` (out), by one read. */
export async function readItems(
  index: ListIndex,
  from: number,
  to: number,
): Promise<readonly string[]> {
  const first = index.starts[from];
  const last = index.ends[to - 1];
  if (first === undefined || last === undefined) return [];
  const file = await open(index.path);
  try {
    const buffer = Buffer.allocUnsafe(last - first);
    await file.read(buffer, 0, buffer.length, first);
    return Array.from({ length: to - from }, (_, each) => {
      const start = (index.starts[from + each] ?? first) - first;
      return buffer.toString('utf8', start, (index.ends[from + each] ?? first) - first);
    });
  } finally {
    await file.close();
  }
}

/** Line and column of a byte, counted from 1. */
export async function placeOf(path: string, offset: number): Promise<string> {
  const file = await open(path);
  try {
    let line = 1;
    let lineStart = 0;
    const chunk = Buffer.allocUnsafe(1024 * 1024);
    for (let position = 0; position < offset;) {
      const { bytesRead } = await file.read(
        chunk,
        0,
        Math.min(chunk.length, offset - position),
        position,
      );
      if (bytesRead === 0) break;
      for (
        let at = chunk.indexOf(10);
        at !== -1 && at < bytesRead;
        at = chunk.indexOf(10, at + 1)
      ) {
        line++;
        lineStart = position + at + 1;
      }
      position += bytesRead;
    }
    return `${line}:${offset - lineStart + 1}`;
  } finally {
    await file.close();
  }
}

const quote = 0x22;
const backslash = 0x5c;

/** The state of one pass: texts and brackets are followed, nothing is built. */
class Scanner {
  readonly #key: string;
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly fields = new Map<string, [number, number]>();
  hasList = false;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #inText = false;
  #escaped = false;
  readonly #open: number[] = [];
  #started = false;
  #ended = false;
  /** Name of the root's field whose value comes; `undefined` = a name comes. */
  #field: string | undefined;
  #nameBytes: number[] | undefined;
  /** Start of the value of the root's field, or of the item, that is being read. */
  #valueStart = -1;
  #inList = false;

  constructor(key: string) {
    this.#key = key;
  }

  take(chunk: Uint8Array, length: number): void {
    for (let index = 0; index < length; index++, this.#at++) {
      const byte = chunk[index] ?? 0;
      if (byte === 0x0a) {
        this.#line++;
        this.#lineStart = this.#at + 1;
      }
      if (this.#inText) this.#text(byte);
      else if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)
        this.#outside(byte);
    }
  }

  #text(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) {
      this.#inText = false;
      if (this.#nameBytes !== undefined) {
        this.#field = Buffer.from(this.#nameBytes).toString('utf8');
        this.#nameBytes = undefined;
      }
      return;
    }
    if (this.#nameBytes !== undefined && this.#nameBytes.length < 100) this.#nameBytes.push(byte);
  }

  #outside(byte: number): void {
    if (!this.#started) return this.#begin(byte);
    if (this.#ended) this.#fail('something follows the end of the document');
    const depth = this.#open.length;
    const holds = this.#inList ? depth === 2 : depth === 1;
    const closes = byte === 0x7d || byte === 0x5d;
    if (holds && (byte === 0x2c || closes)) this.#endValue();
    else if (
      holds &&
      this.#valueStart === -1 &&
      (this.#inList || (this.#field !== undefined && byte !== 0x3a))
    )
      this.#valueStart = this.#at;
    switch (byte) {
      case quote:
        this.#inText = true;
        if (depth === 1 && this.#field === undefined) this.#nameBytes = [];
        break;
      case 0x7b:
      case 0x5b:
        this.#push(byte, depth);
        break;
      case 0x7d:
      case 0x5d:
        this.#pop(byte);
        break;
      case 0x2c:
        if (depth === 1) this.#field = undefined;
        break;
      default:
        break;
    }
  }

  #begin(byte: number): void {
    // A byte order mark is no fault; UTF-16, as a redirection in PowerShell writes, is.
    if (this.#at < 3 && (byte === 0xef || byte === 0xbb || byte === 0xbf)) return;
    if (byte === 0xff || byte === 0xfe || byte === 0)
      this.#fail(
        'the file is not UTF-8 (PowerShell redirects as UTF-16: use Out-File -Encoding utf8)',
      );
    if (byte === 0x5b)
      this.#fail(
        'a plain list; the body of a list is an object (az network … and az aks print another shape than az rest)',
      );
    if (byte !== 0x7b) this.#fail('not JSON: it does not begin with {');
    this.#started = true;
    this.#open.push(byte);
  }

  #push(byte: number, depth: number): void {
    if (depth === 1 && byte === 0x5b && this.#field === this.#key) {
      this.#inList = true;
      this.hasList = true;
      this.#valueStart = -1;
    }
    this.#open.push(byte);
    if (this.#open.length > maxDepth) this.#fail(`nested more than ${maxDepth} levels deep`);
  }

  #pop(byte: number): void {
    const opened = this.#open.pop();
    if (opened !== byte - 2) this.#fail(`${String.fromCodePoint(byte)} closes nothing`);
    if (this.#inList && this.#open.length === 1) this.#inList = false;
    if (this.#open.length === 0) this.#ended = true;
  }

  #endValue(): void {
    if (this.#valueStart === -1) return;
    if (this.#inList) {
      this.starts.push(this.#valueStart);
      this.ends.push(this.#at);
    } else if (this.#field !== undefined && this.#field !== this.#key)
      this.fields.set(this.#field, [this.#valueStart, this.#at]);
    this.#valueStart = -1;
  }

  end(): void {
    if (!this.#started) throw new BodyError('the file is empty');
    if (!this.#ended) this.#fail('the file ends in the middle of the document: it was cut short');
  }

  #fail(what: string): never {
    throw new BodyError(`${what} (line ${this.#line}, column ${this.#at - this.#lineStart + 1})`);
  }
}
