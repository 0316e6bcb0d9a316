import { createGzip, createGunzip, gunzip, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { pipeline } from 'node:stream/promises';
import { SpoiltError } from './store.ts';

const packed = promisify(gzip);
const unpacked = promisify(gunzip);

/** Decoded bytes of one thing that is read as a whole. */
const maxText = 256 * 1024 * 1024;
/** Bytes of one cluster's line in a report; what is larger when it is written is not written. */
export const maxLine = 64 * 1024 * 1024;
const newline = 0x0a;

/** Gzipped, off the event loop. */
export function pack(text: string): Promise<Uint8Array> {
  return packed(text);
}

/** @throws {SpoiltError} for what was not packed, or is larger than anything that is kept. */
export async function unpack(bytes: Uint8Array, maxOutputLength = maxText): Promise<string> {
  try {
    return (await unpacked(bytes, { maxOutputLength })).toString('utf8');
  } catch (cause) {
    throw new SpoiltError(0, 'storage: a blob cannot be unpacked', { cause });
  }
}

/** JSON of a value; what is large is never there as one text. */
export async function packJson(value: unknown): Promise<Uint8Array> {
  return await packPieces(compactJsonPieces(value));
}

/** @throws {SpoiltError} for a blob that is no JSON. */
export async function unpackJson(bytes: Uint8Array): Promise<unknown> {
  return parsed(await unpack(bytes));
}

/** One line of JSON for each value; a value is written before the next is asked for. */
export async function packLines(
  values: AsyncIterable<unknown> | Iterable<unknown>,
): Promise<Uint8Array> {
  const lines = async function* (): AsyncGenerator<string> {
    for await (const value of values) {
      yield* compactJsonPieces(value);
      yield '\n';
    }
  };
  return await packPieces(lines());
}

async function packPieces(pieces: AsyncIterable<string> | Iterable<string>): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  await pipeline(pieces, createGzip(), async (zipped: AsyncIterable<Buffer>) => {
    for await (const chunk of zipped) chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}

/**
 * The values of such lines, one at a time; `undefined` for a line that cannot be read, which costs
 * itself and no other. @throws {SpoiltError} for what are no lines.
 */
export async function* unpackLines(bytes: Uint8Array): AsyncGenerator {
  const lines = createGunzip();
  lines.end(bytes);
  let rest: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of lines) {
      let bytesLeft = Buffer.from(chunk);
      for (let at = bytesLeft.indexOf(newline); at !== -1; at = bytesLeft.indexOf(newline)) {
        yield size + at > maxLine ? undefined : lineOf([...rest, bytesLeft.subarray(0, at)]);
        bytesLeft = bytesLeft.subarray(at + 1);
        rest = [];
        size = 0;
      }
      size += bytesLeft.byteLength;
      // No more of it than can be read is kept.
      if (size <= maxLine) rest.push(bytesLeft);
      else rest = [];
    }
  } catch (cause) {
    if (cause instanceof SpoiltError) throw cause;
    throw new SpoiltError(0, 'storage: a blob cannot be unpacked', { cause });
  }
  if (size > 0) throw new SpoiltError(0, 'storage: a blob ends in the middle of a line');
}

/** What was read, if it is what this build writes. @throws {SpoiltError} if it is not. */
export function shaped<T>(value: unknown, is: (value: unknown) => value is T, what: string): T {
  if (is(value)) return value;
  throw new SpoiltError(0, `storage: a ${what} has another shape than this build writes`);
}

function lineOf(chunks: readonly Buffer[]): unknown {
  try {
    return parsed(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new SpoiltError(0, 'storage: a blob is not JSON', { cause });
  }
}

const pieceLength = 65_536;

/**
 * What `JSON.stringify` makes of a value, in pieces of some 64 KB: elements of the lists right below
 * an object are written one by one. For data without methods.
 */
export function* compactJsonPieces(value: unknown): Generator<string> {
  let piece = '';
  for (const part of partsOf(value)) {
    piece += part;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function* partsOf(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    yield JSON.stringify(value);
    return;
  }
  let before = '{';
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    yield `${before}${JSON.stringify(key)}:`;
    if (Array.isArray(field)) yield* listParts(field);
    else yield JSON.stringify(field);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

function* listParts(list: readonly unknown[]): Generator<string> {
  let before = '[';
  for (const element of list) {
    yield `${before}${JSON.stringify(element) ?? 'null'}`;
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}
