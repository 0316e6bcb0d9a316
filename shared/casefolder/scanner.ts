import { maxDepth } from '../input/index.ts';
import { LogSections } from './log-sections.ts';
import { byteOrderMark, faultOfStart, ScanFault } from './scan-fault.ts';

/** First byte, and the byte after the last. */
export type ByteSpan = readonly [start: number, end: number];

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openList = 0x5b;
const openObject = 0x7b;
const longestName = 100;
/** Far more than any cluster has; bounds what a file of brackets and commas can cost. */
const maxItems = 1_000_000;
/** The root of a list has a few fields beside it; further ones are not looked at. */
const maxFields = 100;

/** Fields of a root that may hold its list: of Kubernetes, of ARM, of Resource Graph. */
const listKeys: ReadonlySet<string> = new Set(['items', 'value', 'data']);

/** What may come next in a root, or in the list of one. */
type Expected = 'first' | 'name' | 'colon' | 'value' | 'end-of-value';

/** A value of the file that nothing is around. Several that are no lists, one behind another, are one. */
export interface Root {
  /** The field that holds the list; `''` = the root is a list; `undefined` = each item is a root of its own. */
  readonly list: string | undefined;
  /** Of a root that has a list: its other fields. */
  readonly fields: ReadonlyMap<string, ByteSpan>;
  /** Its first item, and the one after the last. */
  readonly from: number;
  readonly to: number;
}

/**
 * Finds the roots of a file, the fields of each, and the items of the list in it, in one pass over
 * the bytes: texts and brackets are followed, nothing is built. What is inside a value is proved
 * later, by whoever parses it.
 */
export class Scanner {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly roots: Root[] = [];
  readonly #logs = new LogSections();
  /** Bytes taken before the chunk that is being looked at. */
  #base = 0;
  #inText = false;
  #escaped = false;
  #name: number[] | undefined;
  readonly #open: number[] = [];
  #fields = new Map<string, ByteSpan>();
  /** The field of this root that holds its list; `''` = the root is one. */
  #list: string | undefined;
  #inList = false;
  #expected: Expected = 'first';
  #field = '';
  #rootStart = 0;
  #from = 0;
  #valueStart = 0;

  /** Takes the next bytes of the document. @throws {ScanFault} */
  take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#logs.isOpen) {
        at = this.#logs.skip(chunk, at);
        continue;
      }
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

  /** The file is over. @throws {ScanFault} */
  end(): void {
    if (this.#open.length === 0 && this.roots.length === 0)
      throw new ScanFault('the file is empty', 0);
    if (this.#open.length > 0)
      throw new ScanFault('the file is truncated: it ends in the middle of a document', this.#base);
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
    try {
      // A name that long is none of ours.
      this.#field =
        name.length > longestName ? `#${at}` : String(JSON.parse(`"${name.toString('utf8')}"`));
    } catch {
      throw new ScanFault('not valid JSON: a name is not a string', at);
    }
  }

  #structure(byte: number, at: number): void {
    const depth = this.#open.length;
    if (depth === 0) this.#outside(byte, at);
    else if (depth === this.#holderDepth) this.#holder(byte, at);
    else this.#inside(byte, at);
  }

  /** How many brackets are open where the next value of the root, or of its list, may begin. */
  get #holderDepth(): number {
    return this.#inList && this.#list !== '' ? 2 : 1;
  }

  /** Between roots: lists one behind another, JSON Lines, and what `cluster-info dump` prints. */
  #outside(byte: number, at: number): void {
    if (at < 3 && byteOrderMark.includes(byte)) return;
    if (this.roots.length > 0 && this.#logs.begins(byte)) return;
    const fault = faultOfStart(byte);
    if (fault !== undefined)
      throw new ScanFault(
        this.roots.length > 0 ? 'unexpected data after the end of the document' : fault,
        at,
      );
    this.#open.push(byte);
    this.#rootStart = at;
    this.#from = this.starts.length;
    this.#fields = new Map();
    this.#list = byte === openList ? '' : undefined;
    this.#inList = byte === openList;
    this.#expected = 'first';
  }

  /** A byte of the root itself, or of the list itself: between values, or of a value without brackets. */
  #holder(byte: number, at: number): void {
    const closes = byte === 0x7d || byte === 0x5d;
    switch (this.#expected) {
      case 'first':
      case 'name':
        if (closes && this.#expected === 'first') return this.#close(byte, at);
        if (this.#inList) return this.#begin(byte, at);
        if (byte !== quote) throw new ScanFault('expected a name in double quotes', at);
        this.#name = [];
        this.#inText = true;
        this.#expected = 'colon';
        return;
      case 'colon':
        if (byte !== colon) throw new ScanFault('expected a colon', at);
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
      throw new ScanFault('expected a value', at);
    if (!this.#inList && this.#isKnown()) throw new ScanFault(`"${this.#field}" is duplicated`, at);
    this.#valueStart = at;
    this.#expected = 'end-of-value';
    if (byte === openList && !this.#inList && this.#mayHoldList()) {
      this.#list = this.#field;
      this.#inList = true;
      this.#expected = 'first';
      this.#open.push(byte);
      return;
    }
    this.#inside(byte, at);
  }

  #mayHoldList(): boolean {
    return this.#list === undefined && listKeys.has(this.#field);
  }

  #isKnown(): boolean {
    return this.#fields.has(this.#field) || this.#field === this.#list;
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
    this.#inList = false;
    if (this.#open.length > 0) this.#expected = 'end-of-value';
    else this.#endRoot(at + 1);
  }

  #endRoot(end: number): void {
    if (this.#list === undefined) this.#keepItem(this.#rootStart, end);
    const to = this.starts.length;
    const before = this.roots.at(-1);
    if (this.#list !== undefined)
      this.roots.push({ list: this.#list, fields: this.#fields, from: this.#from, to });
    else if (before !== undefined && before.list === undefined)
      this.roots[this.roots.length - 1] = { ...before, to };
    else this.roots.push({ list: undefined, fields: new Map(), from: this.#from, to });
    if (this.roots.length > maxItems)
      throw new ScanFault(`more than ${maxItems} documents in the file`, end);
  }

  #pop(byte: number, at: number): void {
    if (this.#open.pop() !== byte - 2)
      throw new ScanFault(`${String.fromCodePoint(byte)} is unmatched`, at);
  }

  #keep(at: number): void {
    if (this.#inList) this.#keepItem(this.#valueStart, at);
    else if (this.#field !== this.#list && this.#fields.size < maxFields)
      this.#fields.set(this.#field, [this.#valueStart, at]);
  }

  #keepItem(start: number, end: number): void {
    this.starts.push(start);
    this.ends.push(end);
    if (this.starts.length > maxItems)
      throw new ScanFault(`more than ${maxItems} items in the file`, end);
  }
}
