import { open, type FileHandle } from 'node:fs/promises';
import { BodyError } from '../input/index.ts';
import { ScanFault } from './scan-fault.ts';
import { Scanner, type Root, type ByteSpan } from './scanner.ts';

/** Where the values of a JSON file are, so that a page of a list can be read without the rest. */
export interface FileIndex {
  readonly path: string;
  /** First byte and the byte after the last of each item. */
  readonly starts: Numbers;
  readonly ends: Numbers;
}

/** Numbers that are kept for long. */
export type Numbers = ArrayLike<number> & Iterable<number>;

/** A typed array of few takes 250 bytes more than a list of them, and people save one object to a file. */
export function compact(numbers: readonly number[]): Numbers {
  return numbers.length < 32 ? [...numbers] : Float64Array.from(numbers);
}

export interface IndexedRoot extends Omit<Root, 'fields'> {
  /** Parsed; those of more than 64 KB are left out. */
  readonly fields: ReadonlyMap<string, unknown>;
}

const maxFieldBytes = 64 * 1024;
const chunkBytes = 1024 * 1024;

/**
 * Finds the roots and items of a JSON file by one pass over its bytes; memory stays small whatever
 * the size of the file.
 * @throws {BodyError} with line and column where the file is no JSON, ends early or nests too deep.
 */
export async function indexFile(
  path: string,
): Promise<{ readonly index: FileIndex; readonly roots: readonly IndexedRoot[] }> {
  const file = await open(path);
  try {
    const scanner = await scan(file);
    const roots: IndexedRoot[] = [];
    for (const root of scanner.roots)
      roots.push({ ...root, fields: await readFields(file, root.fields) });
    const index = { path, starts: compact(scanner.starts), ends: compact(scanner.ends) };
    return { index, roots };
  } catch (error) {
    if (!(error instanceof ScanFault)) throw error;
    const place = error.offset === 0 ? '' : ` (${await placeOf(path, error.offset)})`;
    throw new BodyError(`${error.message}${place}`, { cause: error });
  } finally {
    await file.close();
  }
}

async function scan(file: FileHandle): Promise<Scanner> {
  const scanner = new Scanner();
  const chunk = await chunkFor(file);
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) break;
    scanner.take(chunk.subarray(0, bytesRead));
    position += bytesRead;
  }
  scanner.end();
  return scanner;
}

/** A whole chunk for each of the many small files would be garbage by the megabyte. */
async function chunkFor(file: FileHandle): Promise<Buffer> {
  const { size } = await file.stat();
  return Buffer.allocUnsafe(Math.max(1, Math.min(chunkBytes, size)));
}

async function readFields(
  file: FileHandle,
  spans: ReadonlyMap<string, ByteSpan>,
): Promise<ReadonlyMap<string, unknown>> {
  const fields = new Map<string, unknown>();
  for (const [name, [start, end]] of spans) {
    if (end - start > maxFieldBytes) continue;
    try {
      const text = await readSpan(file, start, end);
      fields.set(name, JSON.parse(text.toString('utf8')));
    } catch {
      throw new ScanFault(`"${name}" is not valid JSON`, start);
    }
  }
  return fields;
}

/** Some bytes of a file; fewer where it ends before. */
async function readSpan(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(end - start);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
  return buffer.subarray(0, bytesRead);
}

/** Line and column of a byte, counted from 1: `line 3, column 7`. */
export async function placeOf(path: string, offset: number): Promise<string> {
  const file = await open(path);
  try {
    let line = 1;
    let lineStart = 0;
    const chunk = await chunkFor(file);
    for (let position = 0; position < offset;) {
      const wanted = Math.min(chunk.length, offset - position);
      const { bytesRead } = await file.read(chunk, 0, wanted, position);
      if (bytesRead === 0) break;
      const bytes = chunk.subarray(0, bytesRead);
      for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
        line++;
        lineStart = position + at + 1;
      }
      position += bytesRead;
    }
    return `line ${line}, column ${offset - lineStart + 1}`;
  } finally {
    await file.close();
  }
}
