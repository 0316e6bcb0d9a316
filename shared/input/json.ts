/** Why a body is not what an API would send; the message is for people. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
}

/** Deeper than any answer of Azure or Kubernetes; a document beyond it is an attack or a mistake. */
export const maxDepth = 64;

/** Parses a body after a look at its nesting: deep documents parse, and break whoever walks them later. */
export function parseJson(text: string): unknown {
  const depth = depthOf(text);
  if (depth > maxDepth) throw new BodyError(`nested ${depth} levels deep, more than ${maxDepth}`);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new BodyError(`not valid JSON${placeOf(cause)}`, { cause });
  }
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inText) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inText = false;
    } else if (code === 0x22) inText = true;
    else if (code === 0x7b || code === 0x5b) {
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return deepest;
}

function placeOf(cause: unknown): string {
  const found = cause instanceof Error ? /position (\d+)/u.exec(cause.message) : null;
  return found === null ? '' : ` at position ${found[1]}`;
}

/** Reads a body of decoded bytes up to a cap; until it is whole, it costs no more memory than its bytes. */
export async function readCapped(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new BodyError(`larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks, size));
}
