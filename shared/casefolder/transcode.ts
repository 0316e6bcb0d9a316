import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

type Encoding = 'utf-16le' | 'utf-16be';

/** Writes a UTF-16 file anew as UTF-8, without its byte-order mark. */
export async function writeUtf8(from: string, encoding: Encoding, to: string): Promise<void> {
  await pipeline(decoded(from, encoding), createWriteStream(to, { mode: 0o600 }));
}

async function* decoded(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  const bytes: AsyncIterable<Buffer> = createReadStream(path);
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}
