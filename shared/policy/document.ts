import { LineCounter, isMap, isScalar, parseDocument, type Alias, type Document } from 'yaml';
import { aliasesOf, keyOf, keysTwice, offsetOfDepth, walk } from './yaml-nodes.ts';

/** A fault of the policy file, where a person finds it: line and column count from 1. */
export interface PolicyFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface PolicyDocument {
  readonly value: unknown;
  /** Where the value of a path stands, or the nearest thing around it that exists. */
  readonly placeOf: (path: readonly PropertyKey[]) => Place;
  /** Where a key of the map at a path stands. */
  readonly placeOfKey: (path: readonly PropertyKey[], key: string) => Place;
  /** Faults that leave the rest readable: keys that stand twice, tags. */
  readonly faults: readonly PolicyFault[];
}

type Place = Pick<PolicyFault, 'line' | 'column'>;

const maxBytes = 1024 * 1024;
/** Separators, of which each value has one or two: a million of them cost the parser a gigabyte. */
const maxMarks = 150_000;
const maxAliases = 100;

/**
 * Reads YAML 1.2 with the core schema: no custom tags, no merge keys, a bounded number of aliases,
 * one document of at most 1 MB. Faults instead of a document where the text cannot be understood.
 */
export function readDocument(
  text: string,
): PolicyDocument | { readonly unread: readonly PolicyFault[] } {
  const tooLarge = sizeFault(text);
  if (tooLarge !== undefined) return unread(start, tooLarge);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    lineCounter: lines,
    // Its own check compares every key with every other one.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const faults = [...document.errors, ...document.warnings].map((each): ParserFault => ({
    ...place(each.pos[0]),
    message: wordsOf(each.code, each.message),
    partial: each.code === 'TAG_RESOLVE_FAILED',
  }));
  const unreadable = fatalOf(faults, document, place);
  if (unreadable !== undefined) return { unread: unreadable };
  const aliases = aliasesOf(document);
  const aliasFault = faultOfAliases(aliases, document, place);
  if (aliasFault !== undefined) return { unread: [aliasFault] };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: maxAliases });
  } catch {
    return unread(
      place(startOf(aliases[0])),
      `aliases expand to more than ${maxAliases} values, or to themselves`,
    );
  }
  return {
    value,
    faults: [
      ...faults.map(asFault),
      ...keysTwice(document).map((offset) => ({
        ...place(offset),
        message: 'duplicate key',
      })),
    ],
    placeOf: (path) => place(walk(document, path).offset),
    placeOfKey: (path, key) => {
      const { node } = walk(document, path);
      const pair = isMap(node) ? node.items.find((item) => keyOf(item.key) === key) : undefined;
      return place(isScalar(pair?.key) ? (pair.key.range?.[0] ?? 0) : walk(document, path).offset);
    },
  };
}

const start: Place = { line: 1, column: 1 };

/** Why a text is not parsed at all: the parser would take too much memory. */
function sizeFault(text: string): string | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) return `the file has ${bytes} bytes, more than ${maxBytes}`;
  const marks = text.match(/[,:\n[\]{}]/gu)?.length ?? 0;
  return marks > maxMarks ? `the file has more than ${maxMarks} keys and values` : undefined;
}

/** A fault as the parser reports it; `partial` = the rest can still be read. */
interface ParserFault extends PolicyFault {
  readonly partial: boolean;
}

/** The faults that leave nothing to read; too deep a nesting alone, as it makes the others follow. */
function fatalOf(
  faults: readonly ParserFault[],
  document: Document.Parsed,
  place: (offset: number) => Place,
): readonly PolicyFault[] | undefined {
  const fatal = faults.filter(({ partial }) => !partial);
  const tooDeep = fatal.find(({ message }) => message === tooDeeply);
  if (tooDeep !== undefined) return [asFault(tooDeep)];
  const deep = offsetOfDepth(document);
  if (deep !== undefined) return [{ ...place(deep), message: tooDeeply }];
  return fatal.length > 0 ? fatal.map(asFault) : undefined;
}

/** More aliases than are allowed, or one without an anchor before it. */
function faultOfAliases(
  aliases: readonly Alias[],
  document: Document.Parsed,
  place: (offset: number) => Place,
): PolicyFault | undefined {
  if (aliases.length > maxAliases)
    return { ...place(startOf(aliases[maxAliases])), message: `more than ${maxAliases} aliases` };
  const dangling = aliases.find((alias) => alias.resolve(document) === undefined);
  return (
    dangling && {
      ...place(startOf(dangling)),
      message: `*${dangling.source} refers to an anchor that is not defined before it`,
    }
  );
}

function startOf(node: Alias | undefined): number {
  return node?.range?.[0] ?? 0;
}

function asFault({ line, column, message }: PolicyFault): PolicyFault {
  return { line, column, message };
}

function unread(place: Place, message: string): { readonly unread: readonly PolicyFault[] } {
  return { unread: [{ line: place.line, column: place.column, message }] };
}

const tooDeeply = 'nested too deeply';

function wordsOf(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS')
    return 'a second document starts here; a policy has exactly one document';
  if (code === 'RESOURCE_EXHAUSTION') return tooDeeply;
  if (code === 'TAG_RESOLVE_FAILED') return `${message}; tags are not allowed in a policy`;
  return message;
}
