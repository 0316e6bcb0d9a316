import { isObject } from '../model/index.ts';
import { BodyError } from './json.ts';
import type { Problems } from './problems.ts';

export { isObject };

/** The document that a value is in, so that a fault in it can be named. */
export interface Origin {
  readonly source: string;
  readonly problems: Problems;
  readonly taken?: Taken;
  /** The API that wrote it leaves out what is not set: `null` is a fault but for times and empty lists. */
  readonly noNulls?: true;
  /** Id of the resource, where the way to a value does not start at it. */
  readonly resource?: string;
  /** An API server speaks: what it would not have accepted ends the reading. Files are taken as they are. */
  readonly strict?: boolean;
}

/** How much was taken out of documents: elements of lists, entries of maps, and long texts by their length. */
export interface Taken {
  parts: number;
}

/** Fields that the Kubernetes API writes as `null` while they are not set. */
const unsetTime = /(?:Time|Timestamp)$/u;

/** Bytes from which on a text counts by its length, and twice as much as its bytes: others come with names and lists. */
const longText = 64;
/** Of any other text. */
const shortTextParts = 0.25;
/** A text with any of these takes two bytes for each character. */
const wide = /[^\0-\u{FF}]/u;

/**
 * A value of an untrusted document with the way to it. Reading a field never throws: what is absent
 * is `undefined`, what has the wrong shape is too, and is noted once with its place.
 */
export class Cursor {
  readonly value: unknown;
  readonly #parent: Cursor | undefined;
  readonly #key: string | number;
  readonly #origin: Origin;
  #noted = false;

  constructor(value: unknown, key: string | number, origin: Origin, parent?: Cursor) {
    this.value = value;
    this.#key = key;
    this.#origin = origin;
    this.#parent = parent;
  }

  /** `items[3].spec.ports[0]` */
  get path(): string {
    const key = typeof this.#key === 'number' ? `[${this.#key}]` : this.#key;
    if (this.#parent === undefined) return key;
    return typeof this.#key === 'number'
      ? `${this.#parent.path}${key}`
      : `${this.#parent.path}.${key}`;
  }

  /**
   * An own field, whatever it is called: `__proto__` and `constructor` are names like any other. Of
   * something that is no object all fields are absent, and that is noted.
   */
  at(key: string): Cursor {
    return new Cursor(this.#field(key), key, this.#origin, this);
  }

  #field(key: string): unknown {
    const { value } = this;
    if (isObject(value)) return Object.hasOwn(value, key) ? value[key] : undefined;
    this.isObject();
    return undefined;
  }

  #take(parts: number): void {
    const { taken } = this.#origin;
    if (taken !== undefined) taken.parts += parts;
  }

  #text(text: string, max: number): string {
    const short = cut(text, max);
    const bytes = short.length < longText / 2 ? 0 : short.length * (wide.test(short) ? 2 : 1);
    this.#take(bytes < longText ? shortTextParts : Math.floor((2 * bytes) / longText));
    return short;
  }

  /** A long name of a map costs three times its length: an object with many of them is kept as a table of names. */
  #name(name: string): string {
    if (name.length >= longText) this.#take(Math.floor((2 * name.length) / longText));
    return this.#text(name, maxKey);
  }

  /** Whether nothing stands here; `null` counts as nothing, and is noted where nobody writes it. */
  get absent(): boolean {
    if (this.value === undefined) return true;
    if (this.value !== null) return false;
    if (!this.#noted && this.#isFault(null, this.#key)) this.fault('a value');
    this.#noted = true;
    return true;
  }

  /** Whether a value of another kind than asked for is a fault, or as good as absent. */
  #isFault(value: unknown, key: string | number): boolean {
    if (value === null) return this.#origin.noNulls === true && !unsetTime.test(String(key));
    return value !== undefined;
  }

  /** Notes that this value is not what belongs here. */
  fault(expected: string, effect = 'ignored'): void {
    this.#origin.problems.add(
      this.#origin.source,
      `${this.path} is ${shown(this.value)}, not ${expected}; ${effect}`,
      this.#placeByName(),
    );
  }

  /** `shop/web spec.ports[0]`: by the name of the object, as its place in a list changes. */
  #placeByName(): string {
    // oxlint-disable-next-line unicorn/no-this-assignment, typescript/no-this-alias -- climbs to the object
    let at: Cursor = this;
    while (at.#parent !== undefined && at.#parent.#key !== 'items') at = at.#parent;
    return `${nameOf(at.value)}${this.path.slice(at.path.length)}`;
  }

  isObject(): boolean {
    if (isObject(this.value)) return true;
    if (!this.#noted && this.#isFault(this.value, this.#key)) this.fault('an object');
    this.#noted = true;
    return false;
  }

  text(key: string, max = 1024): string | undefined {
    const value = this.#field(key);
    if (typeof value === 'string') return this.#text(value, max);
    if (this.#isFault(value, key)) this.at(key).fault('a text');
    return undefined;
  }

  flag(key: string): boolean | undefined {
    const value = this.#field(key);
    if (typeof value === 'boolean') return value;
    if (this.#isFault(value, key)) this.at(key).fault('true or false');
    return undefined;
  }

  /** A whole number within bounds. */
  count(key: string, min = 0, max = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = this.#field(key);
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max)
      return value;
    if (this.#isFault(value, key)) this.at(key).fault(`an integer from ${min} to ${max}`);
    return undefined;
  }

  /** The elements of a list; none where it is absent. `nullable`: the API writes null for an empty list here. */
  list(key: string, nullable = false): readonly Cursor[] {
    const value = this.#field(key);
    if (value === undefined || (value === null && nullable)) return none;
    const field = this.at(key);
    if (!Array.isArray(value)) {
      field.fault('a list', 'treated as empty');
      return none;
    }
    this.#take(value.length);
    return value.map((element: unknown, index) => new Cursor(element, index, this.#origin, field));
  }

  /** The objects of a list; anything else in it is noted and left out. */
  objects(key: string, nullable = false): readonly Cursor[] {
    const elements = this.list(key, nullable);
    if (elements.length === 0) return none;
    return elements.filter((element) => {
      if (isObject(element.value)) return true;
      element.fault('an object');
      return false;
    });
  }

  texts(key: string, max = 253): readonly string[] {
    const value = this.#field(key);
    // As most lists are: nothing in it has to be named.
    if (Array.isArray(value) && value.every((each) => typeof each === 'string')) {
      this.#take(value.length);
      return value.map((each) => this.#text(each, max));
    }
    return this.list(key).flatMap((element) => {
      if (typeof element.value === 'string') return [this.#text(element.value, max)];
      element.fault('a text');
      return [];
    });
  }

  /**
   * Labels of an object.
   * @throws {BodyError} where an API server speaks, and no API server would have accepted them.
   */
  labels(): ReadonlyMap<string, string> {
    return this.#bounded('labels', maxLabelValue, () => true);
  }

  /** The annotations of an object that are of interest. @throws {BodyError} as `labels` does. */
  annotations(keep: (key: string) => boolean): ReadonlyMap<string, string> {
    return this.#bounded('annotations', maxAnnotations, keep);
  }

  #bounded(
    key: 'labels' | 'annotations',
    longest: number,
    keep: (key: string) => boolean,
  ): ReadonlyMap<string, string> {
    const fields = this.#field(key);
    if (this.#origin.strict === true && isObject(fields)) {
      let total = 0;
      for (const name of Object.keys(fields)) {
        const value = fields[name];
        const length = typeof value === 'string' ? value.length : 0;
        total += name.length + length;
        if (name.length > maxKey || length > longest || (key === 'annotations' && total > longest))
          throw new BodyError(
            `${this.path}.${key} has ${name.length > maxKey ? `a key of ${name.length}` : `${key === 'labels' ? length : total}`} characters, more than Kubernetes accepts (${name.length > maxKey ? maxKey : longest})`,
          );
      }
    }
    return this.map(key, keep);
  }

  /** A map of texts (labels, tags, selectors) as a Map. */
  map(key: string, keep: (key: string) => boolean = () => true): ReadonlyMap<string, string> {
    const fields = this.#field(key);
    if (!isObject(fields)) {
      if (this.#isFault(fields, key)) this.at(key).fault('an object', 'treated as empty');
      return empty;
    }
    const result = new Map<string, string>();
    for (const name of Object.keys(fields)) {
      // What is not kept is not even looked at.
      if (!keep(name)) continue;
      const value = fields[name];
      if (typeof value === 'string')
        result.set(this.#name(name), kept(this.#text(value, maxMapValue)));
      else this.at(key).at(name).fault('a text');
    }
    this.#take(2 * result.size);
    return result.size === 0 ? empty : result;
  }
}

/** One text for equal ones: objects of a list have the same few labels, each parsed anew. */
function kept(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (text.length > longestKept) return text;
  if (texts.size >= mostKept) texts.clear();
  texts.set(text, text);
  return text;
}

const texts = new Map<string, string>();
const mostKept = 4096;
const longestKept = 63;

/** What lists and maps without elements share: most of them have none. */
const none: readonly Cursor[] = [];
const empty: ReadonlyMap<string, string> = new Map();

/** Prefix, slash and name of a label's or an annotation's key. */
const maxKey = 317;
const maxLabelValue = 63;
/** Of all annotations of an object together. */
const maxAnnotations = 256 * 1024;

/** Annotations carry whole configurations; labels are 63 characters, tags 256. */
const maxMapValue = 1024;

/** `namespace/name` or id of an object of a list; `''` where it says none. */
function nameOf(value: unknown): string {
  if (!isObject(value)) return '';
  const { id, metadata } = value;
  if (typeof id === 'string') return id.toLowerCase();
  const { namespace, name } = isObject(metadata) ? metadata : {};
  return [namespace, name].filter((part) => typeof part === 'string').join('/');
}

/** A copy where it is cut: what `slice` gives would keep the whole text alive. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const short = text.slice(0, max);
  const encoding = wide.test(short) ? 'utf16le' : 'latin1';
  return Buffer.from(short, encoding).toString(encoding);
}

/** A value in a few characters, for a message. */
function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'number') return String(value);
  return cut(JSON.stringify(value), 60);
}
