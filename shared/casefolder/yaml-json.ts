import { createReadStream, openSync, writeSync, closeSync } from 'node:fs';
import { isAlias, parseDocument, Schema, visit, type Document } from 'yaml';
import { BodyError, isObject } from '../input/index.ts';

/** Larger than any object of an API; a list is taken item by item. */
const maxChunkCharacters = 16 * 1024 * 1024;
const maxDocuments = 100_000;
/** After so many documents without an object of an API a file is not read on. */
const maxForeign = 10_000;
/** An object of ours, or a list, has one of these at its root. */
const ourFields = ['apiVersion', 'metadata', 'items', 'value', 'data', 'id', 'type', 'Id', 'Type'];
/** Fields of a root are parsed together up to this: parsing has a price per call. */
const smallChunkCharacters = 64 * 1024;
const writeCharacters = 256 * 1024;
/** Built once: for a small document it takes as long as the parsing. */
const schema = new Schema({ schema: 'core' });

/**
 * Writes the documents of a YAML file anew as JSON, one behind another. A list is taken item by item,
 * so that memory stays small whatever its length; nothing but the core types of YAML 1.2 is
 * understood: no aliases and no tags, which no API writes.
 * @throws {BodyError} with the line of what is not YAML.
 */
export async function writeJson(from: string, to: string): Promise<void> {
  const output = new JsonFile(to);
  try {
    const documents = new Documents((text) => output.write(text));
    for await (const line of linesOf(from)) documents.take(line);
    documents.end();
  } finally {
    output.close();
  }
}

/** Without their ends; one that goes on for ever is refused. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  const chunks: AsyncIterable<string> = createReadStream(path, 'utf8');
  for await (const chunk of chunks) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxChunkCharacters)
      throw new BodyError(`a line of more than ${maxChunkCharacters / 1048576} MB`);
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  yield rest;
}

class JsonFile {
  readonly #file: number;
  #waiting: string[] = [];
  #size = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w', 0o600);
  }

  write(text: string): void {
    this.#waiting.push(text);
    this.#size += text.length;
    if (this.#size > writeCharacters) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#waiting.join(''));
    this.#waiting = [];
    this.#size = 0;
  }
}

/** Some lines of the file that are YAML by themselves. */
interface Chunk {
  readonly line: number;
  readonly lines: string[];
  size: number;
}

/**
 * Cuts the lines of a file where a document, a field of its root, or an item of its list begins:
 * always at the indent of the root or of the list, where no text that spans lines can stand.
 */
class Documents {
  readonly #write: (text: string) => void;
  #line = 0;
  #count = 0;
  #hasOurs = false;
  #chunk: Chunk | undefined;
  /** Of this document: what has been written, and where the items of its list begin. */
  #root: 'none' | 'fields' | 'items' = 'none';
  #fields = 0;
  #items = 0;
  #dash: string | undefined;
  #mayBeList = false;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  take(line: string): void {
    this.#line++;
    const text = this.#line === 1 ? line.replace(/^\uFEFF/u, '') : line;
    if (/^(?:---|\.\.\.)(?:\s|$)/u.test(text)) {
      this.#endDocument();
      const rest = text.slice(3).trim();
      if (rest !== '' && !rest.startsWith('#')) this.#add(`   ${text.slice(3)}`);
      return;
    }
    if (this.#root === 'none' && text.startsWith('%')) return;
    if (/^\s*(?:#|$)/u.test(text)) {
      if (this.#chunk !== undefined) this.#add(text);
      return;
    }
    if (this.#mayBeList) this.#beginList(text);
    if (this.#isItem(text)) this.#endChunk();
    else if (this.#dash !== undefined && !text.startsWith(`${this.#dash.slice(0, -1)} `))
      this.#endList();
    if (this.#dash === undefined && this.#beginsField(text)) {
      this.#mayBeList = /^["']?(?:items|value|data)["']?\s*:\s*(?:#.*)?$/u.test(text);
      if (this.#mayBeList || (this.#chunk?.size ?? 0) > smallChunkCharacters) this.#endChunk();
    }
    this.#add(text);
  }

  end(): void {
    this.#endDocument();
  }

  /** The dash of the first item says how far the items are indented; a root that is a list has none. */
  #beginList(text: string): void {
    this.#mayBeList = false;
    const dash = /^ *-(?=\s|$)/u.exec(text)?.[0];
    const [key] = this.#chunk?.lines ?? [];
    if (dash === undefined || key === undefined) return;
    this.#chunk = undefined;
    this.#field(`${JSON.stringify(key.replace(/\s*:.*$/u, '').replaceAll(/["']/gu, ''))}:[`);
    this.#dash = dash;
    this.#items = 0;
  }

  #isItem(text: string): boolean {
    if (this.#dash === undefined && this.#root === 'none' && this.#chunk === undefined) {
      if (!/^-(?:\s|$)/u.test(text)) return false;
      this.#root = 'items';
      this.#write('[');
      this.#dash = '-';
      this.#items = 0;
    }
    const { length } = this.#dash ?? '';
    return (
      this.#dash !== undefined &&
      text.startsWith(this.#dash) &&
      (text.length === length || /\s/u.test(text[length] ?? ''))
    );
  }

  #beginsField(text: string): boolean {
    return this.#root !== 'items' && /^[^\s\-[\]{}]|^-\S/u.test(text) && /:(?:\s|$)/u.test(text);
  }

  #add(text: string): void {
    this.#chunk ??= { line: this.#line, lines: [], size: 0 };
    this.#chunk.lines.push(text);
    this.#chunk.size += text.length + 1;
    if (this.#chunk.size > maxChunkCharacters)
      throw new BodyError(
        `an object of more than ${maxChunkCharacters / 1048576} MB (line ${this.#chunk.line})`,
      );
  }

  #endChunk(): void {
    const chunk = this.#chunk;
    this.#chunk = undefined;
    if (chunk === undefined) return;
    const value = parse(chunk);
    this.#hasOurs ||= this.#dash !== undefined || hasOurField(value);
    if (this.#dash !== undefined) {
      const item: unknown = Array.isArray(value) ? value[0] : value;
      this.#write(`${this.#items++ > 0 ? ',\n' : ''}${JSON.stringify(item ?? null)}`);
    } else if (this.#root === 'none' && !isFields(chunk, value)) this.#whole(value);
    else if (isObject(value))
      for (const [key, field] of Object.entries(value))
        this.#field(`${JSON.stringify(key)}:${JSON.stringify(field) ?? 'null'}`);
    else throw new BodyError(`not valid YAML (line ${chunk.line})`);
  }

  /** A document that is one flow collection or one text. */
  #whole(value: unknown): void {
    if (typeof value !== 'object' || value === null)
      throw new BodyError(`a document that is not an object (line ${this.#line})`);
    this.#write(JSON.stringify(value));
  }

  #field(text: string): void {
    if (this.#root === 'none') this.#write('{');
    this.#root = 'fields';
    this.#write(`${this.#fields++ > 0 ? ',' : ''}${text}`);
  }

  #endList(): void {
    this.#endChunk();
    this.#dash = undefined;
    this.#write(']');
    if (this.#root === 'items') throw new BodyError(`not valid YAML (line ${this.#line})`);
  }

  #endDocument(): void {
    this.#mayBeList = false;
    this.#endChunk();
    if (this.#dash !== undefined) {
      this.#dash = undefined;
      this.#write(']');
    }
    if (this.#root === 'fields') this.#write('}');
    this.#write('\n');
    this.#root = 'none';
    this.#fields = 0;
    if (++this.#count > maxDocuments)
      throw new BodyError(`more than ${maxDocuments} documents in the file`);
    if (!this.#hasOurs && this.#count >= maxForeign)
      throw new BodyError(
        `the first ${maxForeign} documents have nothing from Azure or Kubernetes; the rest is not read`,
      );
  }
}

function hasOurField(value: unknown): boolean {
  return isObject(value) && ourFields.some((field) => Object.hasOwn(value, field));
}

function isFields(chunk: Chunk, value: unknown): boolean {
  const [first = ''] = chunk.lines;
  return isObject(value) && !/^\s*[{[]/u.test(first);
}

function parse({ lines, line }: Chunk): unknown {
  const text = lines.join('\n');
  const at = (offset: number): string => `line ${line + offset}`;
  let document: Document | undefined;
  try {
    document = parseDocument(text, { schema, logLevel: 'silent' });
    const [fault] = [...document.errors, ...document.warnings];
    if (fault === undefined) return document.toJS({ maxAliasCount: 0 });
    const why = (fault.message.split(/ at line | in the |\n/u)[0] ?? '').slice(0, 120);
    const place = at((fault.linePos?.[0].line ?? 1) - 1);
    throw new BodyError(`unsupported YAML: ${why} (${place})`);
  } catch (cause) {
    if (cause instanceof BodyError) throw cause;
    if (!(cause instanceof ReferenceError) || document === undefined)
      throw new BodyError(`unsupported YAML: nested too deep (${at(0)})`, { cause });
    const place = at(text.slice(0, firstAlias(document)).split('\n').length - 1);
    throw new BodyError(`unsupported YAML: aliases are not supported (${place})`, { cause });
  }
}

/** Where the first alias begins. */
function firstAlias(document: Document): number {
  let found = 0;
  visit(document, (_, node) => {
    if (!isAlias(node)) return undefined;
    found = node.range?.[0] ?? 0;
    return visit.BREAK;
  });
  return found;
}
