import { deflateRawSync } from 'node:zlib';

/** Bytes that the look-up of an earlier place compares: one start in so many is remembered. */
const stride = 64;
/** Repeats shorter than this cost more as a reference than as text. */
const shortest = 96;
const tableBits = 18;

/**
 * A value as raw deflate of JSON in which long repeats, however far apart, are references: the maps
 * of a page repeat each other over more than the 32 KB that deflate looks back. Undone by
 * `unfolded` of `browser/data.ts`.
 *
 * Before deflate: a line `[size, …]` with three numbers for each repeat (bytes of text before it;
 * where it starts, counted from where the last one ended and those bytes; its length), then the text
 * of what is no repeat.
 */
export function packed(value: unknown): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(JSON.stringify(value));
  const { numbers, text } = withoutRepeats(bytes);
  const head = Buffer.from(`${JSON.stringify([bytes.length, ...numbers])}\n`);
  return new Uint8Array(deflateRawSync(Buffer.concat([head, ...text]), { level: 9 }));
}

function withoutRepeats(bytes: Buffer): {
  readonly numbers: readonly number[];
  readonly text: readonly Buffer[];
} {
  const places = new Int32Array(1 << tableBits).fill(-1);
  const numbers: number[] = [];
  const text: Buffer[] = [];
  const last = bytes.length - stride;
  let textFrom = 0;
  let remembered = 0;
  let expected = 0;
  for (let at = 0; at <= last; at += 1) {
    for (; remembered + stride <= at; remembered += stride)
      places[hashAt(bytes, remembered)] = remembered;
    const from = places[hashAt(bytes, at)] ?? -1;
    if (from === -1) continue;
    let [start, length] = [at, 0];
    while (start + length < bytes.length && bytes[from + length] === bytes[at + length]) {
      length += 1;
      if (from + length >= start) break;
    }
    let back = 0;
    while (
      start - back > textFrom &&
      from > back &&
      bytes[from - back - 1] === bytes[start - back - 1]
    )
      back += 1;
    start -= back;
    length = Math.min(length + back, at - from);
    if (length < shortest) continue;
    const source = start - (at - from);
    numbers.push(start - textFrom, source - expected - (start - textFrom), length);
    expected = source + length;
    text.push(bytes.subarray(textFrom, start));
    textFrom = start + length;
    at = textFrom - 1;
  }
  text.push(bytes.subarray(textFrom));
  return { numbers, text };
}

/** Of `stride` bytes, by some of them; what differs elsewhere is found when the bytes are compared. */
function hashAt(bytes: Buffer, at: number): number {
  const mixed =
    Math.imul(bytes.readInt32LE(at), 0x9e3779b1) ^
    Math.imul(bytes.readInt32LE(at + 19), 0x85ebca77) ^
    Math.imul(bytes.readInt32LE(at + 39), 0xc2b2ae3d) ^
    bytes.readInt32LE(at + stride - 4);
  return Math.imul(mixed, 0x27d4eb2f) >>> (32 - tableBits);
}
