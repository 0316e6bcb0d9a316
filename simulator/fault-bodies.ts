import { gzipSync } from 'node:zlib';

/** A body that comes a few bytes at a time. */
export async function* drip(
  text: string,
  bytes: number,
  everyMs: number,
): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += bytes) {
    yield all.subarray(at, at + bytes);
    await new Promise((resolve) => {
      setTimeout(resolve, everyMs).unref();
    });
  }
}

/** The beginning of a list that never ends. */
export async function* endless(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{"kind":"List","value":[],"items":["');
  const chunk = Buffer.alloc(64 * 1024, 'x');
  for (;;) {
    yield chunk;
    // Lets the other side act between two chunks.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

const bombs = new Map<number, Uint8Array>();

/** Spaces, packed: a thousandth of their size. */
export function gzipBomb(megabytes: number): Uint8Array {
  const held = bombs.get(megabytes);
  if (held !== undefined) return held;
  const made = gzipSync(Buffer.alloc(megabytes * 1024 * 1024, ' '), { level: 9 });
  bombs.set(megabytes, made);
  return made;
}
