/** Why a body is not what an API would send; the message is for people. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
}

/** A body that holds more than it may; smaller pages of the same list may hold less. */
export class TooLargeError extends BodyError {}

/** Deeper than any answer of Azure or Kubernetes; a document beyond it is an attack or a mistake. */
export const maxDepth = 64;

/** Objects, lists and commas of one body: ARM's largest pages, and samples of Azure Monitor, hold fewer. */
const mostValues = 2_000_000;

/**
 * Parses a body after a look at its nesting and its number of values: deep documents parse, and break
 * whoever walks them later; an empty object of three bytes costs a hundred once it is parsed.
 */
export function parseJson(text: string, maxValues = mostValues): unknown {
  checked(sizeOf(text, 0), maxValues);
  return parsed(text);
}

/** A body whose items are parsed one by one. */
export interface ListBody {
  /** The whole body; without its items where those are apart. */
  readonly body: unknown;
  /** Absent = they stand in the body, if anywhere. */
  readonly items?: Iterable<unknown>;
}

/**
 * Parses a list as `parseJson` does, but each of its items when it is its turn: what is made of one
 * is garbage before the next. All objects of a page at once outlive the young generation.
 * @throws {BodyError} here or while the items are gone through.
 */
export function parseList(text: string, maxValues = mostValues): ListBody {
  const size = sizeOf(text, maxValues);
  checked(size, maxValues);
  const { start, ends } = size.items;
  const end = ends.at(-1);
  if (start > 0 && end !== undefined) {
    const rest = `${text.slice(0, start)}${text.slice(end)}`;
    // A backslash could hide another name that means `items`.
    const body = rest.includes('\\') ? undefined : parsedOrNone(rest);
    if (hasNoItems(body)) return { body, items: eachOf(text, size.items) };
  }
  return { body: parsed(text) };
}

function checked({ depth, values }: Size, maxValues: number): void {
  if (depth > maxDepth) throw new BodyError(`nested ${depth} levels deep, more than ${maxDepth}`);
  if (values > maxValues)
    throw new TooLargeError(`${values} objects, lists and fields, more than ${maxValues}`);
}

function parsed(text: string, offset = 0): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BodyError(`not valid JSON${placeOf(cause, offset)}`, { cause });
  }
}

function parsedOrNone(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hasNoItems(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !('items' in body)) return false;
  return Array.isArray(body.items) && body.items.length === 0;
}

function* eachOf(text: string, { start, ends }: ItemPlaces): Generator {
  let from = start;
  for (const end of ends) {
    const item = text.slice(from, end);
    if (ends.length > 1 || item.trim() !== '') yield parsed(item, from);
    from = end + 1;
  }
}

/** Where the items of a list stand in its text. */
interface ItemPlaces {
  /** Of the first one. */
  readonly start: number;
  /** Of the comma after each, and of the bracket after the last; none where there are no items, or two lists of them. */
  readonly ends: readonly number[];
}

interface Size {
  readonly depth: number;
  readonly values: number;
  readonly items: ItemPlaces;
}

/**
 * One pass that jumps over texts, a fifth of the time that parsing takes.
 * @param maxValues Of a text with more, no places are kept.
 */
function sizeOf(text: string, maxValues: number): Size {
  let depth = 0;
  let deepest = 0;
  let values = 0;
  let name = 0;
  let itemDepth = -1;
  let start = 0;
  let ends: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      if (depth === 1) name = at;
      at = endOfText(text, at);
      if (at < 0) break;
    } else if (code === 0x2c) {
      values++;
      if (depth === itemDepth && values <= maxValues) ends.push(at);
    } else if (code === 0x7b || code === 0x5b) {
      values++;
      if (depth === 1 && code === 0x5b && isItems(text, name, at)) {
        itemDepth = start === 0 ? 2 : -1;
        start = at + 1;
        ends = [];
      }
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (code === 0x7d || code === 0x5d) {
      if (depth === itemDepth) {
        ends.push(at);
        itemDepth = -1;
      }
      depth--;
    }
  }
  return { depth: deepest, values, items: { start, ends: depth === 0 ? ends : [] } };
}

const itemsName = /^"items"[ \t\n\r]*:[ \t\n\r]*$/u;

/** Whether the list at a place is called `items`; one with many spaces before it is as good as any other. */
function isItems(text: string, name: number, bracket: number): boolean {
  return bracket - name < 64 && itemsName.test(text.slice(name, bracket));
}

/** The quote that closes the one at a place: the next one after an even number of backslashes; -1 = none. */
function endOfText(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  while (end > 0) {
    let before = end;
    while (text.charCodeAt(before - 1) === 0x5c) before--;
    if ((end - before) % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return -1;
}

function placeOf(cause: unknown, offset: number): string {
  const found = cause instanceof Error ? /position (\d+)/u.exec(cause.message) : null;
  return found === null ? '' : ` at position ${offset + Number(found[1])}`;
}

/** Reads a body of decoded bytes up to a cap; what it may cost is known before it is parsed. */
export async function readCapped(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<string> {
  // Decoded as it comes: bytes and text of a whole page would be there at once.
  const decoder = new TextDecoder();
  const texts: string[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new TooLargeError(`larger than ${maxBytes} bytes`);
    texts.push(decoder.decode(chunk, { stream: true }));
  }
  texts.push(decoder.decode());
  return texts.join('');
}
