import { isObject, jsonValue } from '../model/index.ts';

/** Why a body is not what an API would send; the message is for people. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
}

/** A body that holds more than it may; smaller pages of the same list may hold less. */
export class TooLargeError extends BodyError {}

/** Deeper than any answer of Azure or Kubernetes; a document beyond it is an attack or a mistake. */
export const maxDepth = 64;

/** Of an object in a list: etcd takes 1.5 MiB of one, in a form that is shorter than JSON. */
const longestItem = 4 * 1024 * 1024;

/** Of a text in such an object: a character more than all annotations together may have. */
const longestText = 256 * 1024 + 1;

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
 * @param encoding Of a text whose characters are bytes, of the network.
 * @throws {BodyError} here or while the items are gone through.
 */
export function parseList(text: string, maxValues = mostValues, encoding?: 'utf8'): ListBody {
  const size = sizeOf(text, maxValues);
  checked(size, maxValues);
  const { start, ends } = size.items;
  const end = ends.at(-1);
  if (start > 0 && end !== undefined) {
    const rest = bodyTextOf(`${text.slice(0, start)}${text.slice(end)}`, encoding);
    // A backslash could hide another name that means `items`.
    const body = rest.includes('\\') ? undefined : jsonValue(rest);
    if (hasNoItems(body)) return { body, items: eachOf(text, size.items, encoding) };
  }
  return { body: parsed(bodyTextOf(text, encoding)) };
}

/** The text of a body, or of a part of it. @param encoding Of a text whose characters are bytes. */
export function bodyTextOf(text: string, encoding: 'utf8' | undefined): string {
  return encoding === undefined ? text : Buffer.from(text, 'latin1').toString(encoding);
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

function hasNoItems(body: unknown): boolean {
  return isObject(body) && Array.isArray(body['items']) && body['items'].length === 0;
}

function* eachOf(
  text: string,
  { start, ends, longTexts }: ItemPlaces,
  encoding: 'utf8' | undefined,
): Generator {
  let from = start;
  // One for all items: buffers are collected late.
  let bytes = Buffer.alloc(0);
  for (const end of ends) {
    if (end - from > longestItem)
      throw new BodyError(`an object of ${end - from} bytes, more than ${longestItem}`);
    let item = shortened(text, from, end, longTexts);
    if (encoding !== undefined) {
      if (bytes.length < item.length) bytes = Buffer.allocUnsafe(2 * item.length);
      item = bytes.toString(encoding, 0, bytes.write(item, 'latin1'));
    }
    if (ends.length > 1 || item.trim() !== '') yield parsed(item, from);
    from = end + 1;
  }
}

/** An item with no more of its long texts than is looked at. */
function shortened(
  text: string,
  from: number,
  end: number,
  longTexts: readonly TextPlace[],
): string {
  let at = from;
  let short = '';
  for (const place of longTexts) {
    if (place.from < at || place.to > end) continue;
    let cut = place.from + longestText;
    // Not in the middle of an escape.
    const escape = text.lastIndexOf('\\', cut - 1);
    if (escape >= cut - 6) {
      cut = escape;
      while (text.charCodeAt(cut - 1) === 0x5c) cut--;
    }
    short += text.slice(at, cut);
    at = place.to;
  }
  return short + text.slice(at, end);
}

interface TextPlace {
  /** Of the first character. */
  readonly from: number;
  /** Of the closing quote. */
  readonly to: number;
}

/** Where the items of a list stand in its text. */
interface ItemPlaces {
  /** Of the first one. */
  readonly start: number;
  /** Of the comma after each, and of the bracket after the last; none where there are no items, or two lists of them. */
  readonly ends: readonly number[];
  /** Texts that are longer than any that is looked at. */
  readonly longTexts: readonly TextPlace[];
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
  const longTexts: TextPlace[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      if (depth === 1) name = at;
      const from = at + 1;
      at = endOfText(text, at);
      if (at < 0) break;
      if (at - from > longestText) longTexts.push({ from, to: at });
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
  return { depth: deepest, values, items: { start, ends: depth === 0 ? ends : [], longTexts } };
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

/** A body of which each byte is a character: text of more than Latin-1 takes two bytes for each. */
export interface BodyBytes {
  readonly body: string;
  /** Absent where there is nothing but ASCII, so that the body is its own text. */
  readonly encoding?: 'utf8';
}
