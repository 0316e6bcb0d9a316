import { isObject } from '../model/index.ts';
import {
  LineCounter,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import type { FilePosition, Problem } from './types.ts';

/** One object of a manifest file, not yet looked into. */
export interface RawObject {
  readonly value: { readonly [key: string]: unknown };
  readonly place: FilePosition;
  /** The line of `spec.ports[0].port`, or of the nearest part above it that exists. */
  lineOf(path: string): number;
}

export interface Manifests {
  readonly objects: readonly RawObject[];
  readonly problems: readonly Problem[];
}

/** A rendered chart of thousands of objects is a few megabytes. */
const maxCharacters = 32 * 1024 * 1024;
const maxObjects = 20_000;

/**
 * Reads YAML (one or many documents), JSON, or a `List` of either. Each document stands alone: one
 * that cannot be read is a problem with its line, the others are read.
 * @param file Name for messages; `-` is shown as `stdin`.
 */
export function readManifests(file: string, text: string): Manifests {
  const name = file === '-' ? 'stdin' : file;
  if (text.length > maxCharacters)
    return one(name, 1, `the file has more than ${maxCharacters} characters`);
  if (text.includes('\0'))
    return one(name, 1, 'this is not UTF-8 text; give YAML or JSON manifests saved as UTF-8');
  const objects: RawObject[] = [];
  const problems: Problem[] = [];
  for (const part of documentsOf(text)) {
    const found = readDocument(name, part);
    objects.push(...found.objects);
    problems.push(...found.problems);
    if (objects.length > maxObjects) {
      problems.push({
        place: { file: name, line: part.line },
        text: `more than ${maxObjects} objects; the rest is not planned`,
      });
      break;
    }
  }
  if (objects.length + problems.length === 0) return one(name, 1, 'there is no manifest in it');
  return { objects, problems };
}

interface Part {
  readonly text: string;
  /** Of its first line. */
  readonly line: number;
}

/**
 * A line `---` always starts a document: one that is broken does not take the next with it. So does
 * a line `{` after the end of a JSON object.
 */
function documentsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let lines: string[] = [];
  let start = 1;
  const all = text.replace(/^\uFEFF/u, '').split(/\r\n|\n|\r/u);
  all.forEach((line, index) => {
    const isMark = /^(?:---|\.\.\.)(?:\s|$)/u.test(line);
    if (isMark || (line.startsWith('{') && /\}\s*$/u.test(lines.at(-1) ?? ''))) {
      parts.push({ text: lines.join('\n'), line: start });
      lines = [isMark ? line.slice(3) : line];
      start = index + 1;
    } else lines.push(line);
  });
  parts.push({ text: lines.join('\n'), line: start });
  return parts.filter((part) => /^\s*[^#\s]/mu.test(part.text.replace(/^%.*$/gmu, '')));
}

function readDocument(file: string, part: Part): Manifests {
  const counter = new LineCounter();
  const document = parseDocument(part.text.replace(/^%.*$/gmu, ''), {
    lineCounter: counter,
    merge: true,
    prettyErrors: false,
    strict: true,
  });
  const lineAt = (offset: number): number => part.line + counter.linePos(offset).line - 1;
  const [error] = document.errors;
  const template = templateLine(part.text);
  if (template !== undefined && (error !== undefined || holdsTemplate(document)))
    return one(
      file,
      part.line + template,
      'a template that is not rendered; give the output of helm template',
    );
  if (error !== undefined)
    return one(file, lineAt(error.pos[0]), `not valid YAML: ${firstLine(error.message)}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (thrown) {
    return one(
      file,
      part.line,
      `not valid YAML: ${firstLine(thrown instanceof Error ? thrown.message : String(thrown))}`,
    );
  }
  const contents = isNode(document.contents) ? document.contents : undefined;
  const first = lineAt(contents?.range?.[0] ?? 0);
  return flatten(value, contents, { file, line: first }, (node) => lineAt(node.range?.[0] ?? 0));
}

function one(file: string, line: number, text: string): Manifests {
  return { objects: [], problems: [{ place: { file, line }, text }] };
}

/** `name: {{ .Values.name }}` is valid YAML: a map whose only key is a map. */
function holdsTemplate(document: Document): boolean {
  let found = false;
  visit(document, {
    Pair(_, pair) {
      if (!isMap(pair.key)) return undefined;
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

/** The first line that looks like Helm's `{{ … }}`; inside block texts it means nothing. */
function templateLine(text: string): number | undefined {
  const index = text
    .split('\n')
    .findIndex((line) => /^\s*(?:-\s+)?(?:[\w./-]+:\s*)?["']?\{\{[-\s]*[\w.$"/(]/u.test(line));
  return index === -1 ? undefined : index;
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/u, '');
}

/** In a list as the API answers it, of one kind, the items do not repeat the kind. */
function typed(item: unknown, { apiVersion, kind }: Readonly<Record<string, unknown>>): unknown {
  if (!isObject(item) || item['kind'] !== undefined || item['apiVersion'] !== undefined)
    return item;
  if (typeof kind !== 'string' || kind === 'List') return item;
  return { apiVersion, kind: kind.slice(0, -'List'.length), ...item };
}

/** What is said of a value that is no Kubernetes object. */
export const notAnObject = 'not a Kubernetes object: it has no apiVersion and kind';
const onlyManifests = 'only Kubernetes manifests can be planned, and node pools with --node-pool';

/** What else people have that describes a change, and what to give in its place. */
function foreignInput(value: unknown): string | undefined {
  if (Array.isArray(value))
    return isObject(value[0]) && 'op' in value[0] && 'path' in value[0]
      ? 'a patch, not a manifest; give the output of kustomize build'
      : undefined;
  if (!isObject(value) || 'apiVersion' in value || 'kind' in value) return undefined;
  if ('terraform_version' in value) return `a Terraform plan; ${onlyManifests}`;
  if (Array.isArray(value['changes']) || isObject(value['properties']))
    return `an ARM what-if result; ${onlyManifests}`;
  if (String(value['$schema']).includes('deploymentTemplate.json'))
    return `an ARM template; ${onlyManifests}`;
  return Array.isArray(value['resources'])
    ? 'a kustomization, not a manifest; give the output of kustomize build'
    : undefined;
}

/** The items of a List are objects of their own. */
function flatten(
  value: unknown,
  node: Node | undefined,
  place: FilePosition,
  lineOfNode: (node: Node) => number,
): Manifests {
  const other = foreignInput(value);
  if (other !== undefined) return one(place.file, place.line, other);
  if (!isObject(value)) return one(place.file, place.line, notAnObject);
  const { kind, items } = value;
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) {
    const list = node === undefined ? undefined : childOf(node, 'items');
    const parts = items.map((item: unknown, index) => {
      const child = isSeq(list) ? list.items[index] : undefined;
      const itemNode = isNode(child) ? child : undefined;
      const line = itemNode === undefined ? place.line : lineOfNode(itemNode);
      return flatten(typed(item, value), itemNode, { ...place, line }, lineOfNode);
    });
    return {
      objects: parts.flatMap((part) => part.objects),
      problems: parts.flatMap((part) => part.problems),
    };
  }
  const lineOf = (path: string): number => {
    let at = node;
    let line = place.line;
    for (const step of stepsOf(path, () => at)) {
      const next = at === undefined ? undefined : childOf(at, step);
      if (next === undefined) break;
      line = lineOfKey(at, step, lineOfNode) ?? lineOfNode(next);
      at = next;
    }
    return line;
  };
  return { objects: [{ value, place, lineOf }], problems: [] };
}

function childOf(node: Node, key: string | number): Node | undefined {
  const child = isSeq(node) ? node.items[Number(key)] : pairOf(node, key)?.value;
  return isNode(child) ? child : undefined;
}

function pairOf(node: Node | undefined, key: string | number): Pair | undefined {
  return isMap(node)
    ? node.items.find((each) => isScalar(each.key) && String(each.key.value) === String(key))
    : undefined;
}

function lineOfKey(
  node: Node | undefined,
  key: string | number,
  lineOfNode: (node: Node) => number,
): number | undefined {
  const name = pairOf(node, key)?.key;
  return isScalar(name) ? lineOfNode(name) : undefined;
}

/** Steps of `metadata.annotations.a.b/c[0]`: keys may hold dots, so the longest key that exists wins. */
function* stepsOf(path: string, current: () => Node | undefined): Generator<string | number> {
  let rest = path;
  while (rest !== '') {
    const index = /^\[(\d+)\]\.?/u.exec(rest);
    if (index !== null) {
      rest = rest.slice(index[0].length);
      yield Number(index[1]);
      continue;
    }
    const node = current();
    const keys = isMap(node)
      ? node.items.flatMap((each) => (isScalar(each.key) ? [String(each.key.value)] : []))
      : [];
    const key = keys
      .filter((each) => rest === each || rest.startsWith(`${each}.`) || rest.startsWith(`${each}[`))
      .toSorted((a, b) => b.length - a.length)[0];
    if (key === undefined) return;
    rest = rest.slice(key.length).replace(/^\./u, '');
    yield key;
  }
}
