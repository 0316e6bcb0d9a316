import { isAscii } from 'node:buffer';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BodyError, TooLargeError, type BodyBytes } from '../../input/index.ts';

/** The decoded bytes of a body; gzip is all that we ask for. */
export function decoded(body: Readable, encoding: string | undefined): Readable {
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding !== 'gzip') {
    body.on('error', () => undefined).destroy();
    throw new BodyError('in an encoding that was not asked for');
  }
  // Either end that fails or stops early ends the other.
  return pipeline(body, createGunzip(), () => undefined);
}

/** What may still be read, over several bodies. */
export interface ByteBudget {
  left: number;
}

/** A body as it comes, each chunk taken from a budget of bytes. */
export async function* withinBudget(
  body: AsyncIterable<Uint8Array>,
  budget: ByteBudget,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    budget.left -= chunk.byteLength;
    if (budget.left < 0)
      throw new BodyError('all answers of the cluster together are larger than they may be');
    yield chunk;
  }
}

/** The first bytes of a body as text; the rest is not read. */
export async function beginning(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
}

/** Reads a body as `readCapped` does, to be decoded in parts. */
export async function readBytes(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<BodyBytes> {
  const texts: string[] = [];
  let size = 0;
  let ascii = true;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new TooLargeError(`larger than ${maxBytes} bytes`);
    ascii &&= isAscii(chunk);
    texts.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1'));
  }
  const text = texts.join('');
  if (ascii) return { body: text };
  return { body: text.startsWith(byteOrderMark) ? text.slice(3) : text, encoding: 'utf8' };
}

const byteOrderMark = '\u{EF}\u{BB}\u{BF}';
