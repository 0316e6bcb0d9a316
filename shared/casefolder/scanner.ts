import { maxDepth } from '../input/index.ts';
import { byteOrderMark, faultOfStart, ScanFault } from './scan-fault.ts';

/** First byte, and the byte after the last. */
export type Span = readonly [start: number, end: number];

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openList = 0x5b;
const openObject = 0x7b;
const longestName = 100;
/** Far more than any cluster has; bounds what a file of brackets and commas can cost. */
const maxItems = 1_000_000;
const maxFields = 100;

/** What may come next in the root object, or in the list that is looked for. */
type Expected = 'first' | 'name' | 'colon' | 'value' | 'end-of-value';

/**
 * Finds the fields of a document's root, and the items of one list among them, in one pass over the
 * bytes: texts and brackets are followed, nothing is built. What is inside a value is proved later,
 * by whoever parses it.
 */
export class Scanner {
  readonly #key: string;
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly fields = new Map<string, Span>();
  hasList = false;
  /** Bytes taken before the chunk that is being looked at. */
  #base = 0;
  #inText = false;
  #escaped = false;
  #name: number[] | undefined;
  readonly #open: number[] = [];
  #ended = false;
  #inList = false;
  #expected: Expected = 'first';
  #field = '';
  #valueStart = 0;

  constructor(key: string) {
    this.#key = key;
  }

  /** Takes the next bytes of the document. @throws {ScanFault} */
  take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#inText) {
        at = this.#skipText(chunk, at);
        continue;
      }
      const byte = chunk[at] ?? 0;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)
        this.#structure(byte, this.#base + at);
      at++;
    }
    this.#base += chunk.length;
  }

  /** The document is over. @throws {ScanFault} */
  end(): void {
    if (this.#open.length === 0 && !this.#ended) throw new ScanFault('the file is empty', 0);
    if (!this.#ended)
      throw new ScanFault(
        'the file ends in the middle of the document: it was cut short',
        this.#base,
      );
  }

  /** Where the text that is open ends, or the end of the chunk. */
  #skipText(chunk: Buffer, from: number): number {
    for (let at = from; ;) {
      const found = chunk.indexOf(quote, at);
      const end = found === -1 ? chunk.length : found;
      let first = end;
      while (first > at && chunk[first - 1] === backslash) first--;
      // A backslash at the end of the chunk before escapes what this one begins with.
      const escapes = end - first + (first === at && this.#escaped ? 1 : 0);
      this.#escaped = escapes % 2 === 1;
      const escapedQuote = found !== -1 && this.#escaped;
      if (this.#name !== undefined)
        this.#keepName(chunk.subarray(at, escapedQuote ? end + 1 : end));
      if (found === -1) return end;
      at = found + 1;
      if (this.#escaped) {
        this.#escaped = false;
        continue;
      }
      this.#inText = false;
      if (this.#name !== undefined) this.#endName(this.#base + end);
      return at;
    }
  }

  #keepName(bytes: Buffer): void {
    for (const byte of bytes) if ((this.#name?.length ?? 0) <= longestName) this.#name?.push(byte);
  }

  #endName(at: number): void {
    const name = Buffer.from(this.#name ?? []);
    this.#name = undefined;
    if (name.length > longestName) throw new ScanFault('a name that long belongs to no answer', at);
    try {
      this.#field = String(JSON.parse(`"${name.toString('utf8')}"`));
    } catch {
      throw new ScanFault('not valid JSON: a name that is no text', at);
    }
  }

  #structure(byte: number, at: number): void {
    const depth = this.#open.length;
    if (depth === 0) this.#outside(byte, at);
    else if (depth === 1 || (this.#inList && depth === 2)) this.#holder(byte, at);
    else this.#inside(byte, at);
  }

  #outside(byte: number, at: number): void {
    if (this.#ended) throw new ScanFault('something follows the end of the document', at);
    if (at < 3 && byteOrderMark.includes(byte)) return;
    const fault = faultOfStart(byte);
    if (fault !== undefined) throw new ScanFault(fault, at);
    this.#open.push(byte);
  }

  /** A byte of the root itself, or of the list itself: between values, or of a value without brackets. */
  #holder(byte: number, at: number): void {
    const closes = byte === 0x7d || byte === 0x5d;
    switch (this.#expected) {
      case 'first':
      case 'name':
        if (closes && this.#expected === 'first') return this.#close(byte, at);
        if (this.#inList) return this.#begin(byte, at);
        if (byte !== quote) throw new ScanFault('a name in double quotes belongs here', at);
        this.#name = [];
        this.#inText = true;
        this.#expected = 'colon';
        return;
      case 'colon':
        if (byte !== colon) throw new ScanFault('a colon belongs here', at);
        this.#expected = 'value';
        return;
      case 'value':
        return this.#begin(byte, at);
      case 'end-of-value':
        if (byte !== comma && !closes) return this.#inside(byte, at);
        this.#keep(at);
        if (closes) return this.#close(byte, at);
        this.#expected = 'name';
    }
  }

  #begin(byte: number, at: number): void {
    if (byte === comma || byte === colon || byte === 0x7d || byte === 0x5d)
      throw new ScanFault('a value belongs here', at);
    if (!this.#inList && this.#isKnown())
      throw new ScanFault(`"${this.#field}" is there twice`, at);
    this.#valueStart = at;
    this.#expected = 'end-of-value';
    if (byte === openList && !this.#inList && this.#field === this.#key) {
      this.hasList = true;
      this.#inList = true;
      this.#expected = 'first';
      this.#open.push(byte);
      return;
    }
    this.#inside(byte, at);
  }

  #isKnown(): boolean {
    return this.fields.has(this.#field) || (this.hasList && this.#field === this.#key);
  }

  /** A byte of a value. */
  #inside(byte: number, at: number): void {
    if (byte === quote) this.#inText = true;
    else if (byte === openObject || byte === openList) {
      this.#open.push(byte);
      if (this.#open.length > maxDepth)
        throw new ScanFault(`nested more than ${maxDepth} levels deep`, at);
    } else if (byte === 0x7d || byte === 0x5d) this.#pop(byte, at);
  }

  #close(byte: number, at: number): void {
    this.#pop(byte, at);
    if (this.#inList) {
      this.#inList = false;
      this.#expected = 'end-of-value';
    } else this.#ended = true;
  }

  #pop(byte: number, at: number): void {
    if (this.#open.pop() !== byte - 2)
      throw new ScanFault(`${String.fromCodePoint(byte)} closes nothing`, at);
  }

  #keep(at: number): void {
    if (this.#inList) {
      this.starts.push(this.#valueStart);
      this.ends.push(at);
      if (this.starts.length > maxItems)
        throw new ScanFault(`more than ${maxItems} items in the list`, at);
    } else if (!(this.hasList && this.#field === this.#key)) {
      this.fields.set(this.#field, [this.#valueStart, at]);
      if (this.fields.size > maxFields)
        throw new ScanFault(`more than ${maxFields} fields beside the list`, at);
    }
  }
}
