import { inflateRawSync } from 'node:zlib';

/** The pages that a file holds, by the address behind `#`. */
export function viewsIn(html: string): Readonly<Record<string, string>> {
  const bytes = packedIn(html, 'views');
  return JSON.parse(unfolded(bytes).toString('utf8')) as Record<string, string>;
}

/** What the script of a file reads. */
export function dataIn(html: string): unknown {
  return JSON.parse(packedIn(html, 'data').toString('utf8'));
}

function packedIn(html: string, id: 'data' | 'views'): Buffer {
  const packed = new RegExp(`id="${id}">([^<]*)`, 'u').exec(html)?.[1] ?? '';
  return inflateRawSync(Buffer.from(packed, 'base64'));
}

/** Undoes `pack.ts`, apart from the script's own way. */
export function unfolded(bytes: Buffer): Buffer {
  const end = bytes.indexOf(10);
  const [size = 0, ...numbers] = JSON.parse(bytes.subarray(0, end).toString()) as number[];
  const text = bytes.subarray(end + 1);
  const whole = Buffer.alloc(size);
  let [taken, written, from] = [0, 0, 0];
  for (let at = 0; at < numbers.length; at += 3) {
    const [before = 0, skip = 0, length = 0] = numbers.slice(at, at + 3);
    written += text.copy(whole, written, taken, taken + before);
    taken += before;
    from += before + skip;
    written += whole.copy(whole, written, from, from + length);
    from += length;
  }
  written += text.copy(whole, written, taken);
  if (written !== size) throw new Error(`unpacked ${written} of ${size} bytes`);
  return whole;
}
