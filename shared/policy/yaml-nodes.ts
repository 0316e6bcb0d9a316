import { isAlias, isMap, isScalar, isSeq, visit, type Alias, type Document } from 'yaml';

/** Places of keys that their map has already. */
export function keysTwice(document: Document): readonly number[] {
  const places: number[] = [];
  visit(document, {
    Map(_key, map) {
      const keys = new Set<string | undefined>();
      for (const { key } of map.items) {
        const text = keyOf(key);
        if (text !== undefined && keys.has(text)) places.push(offsetOf(key) ?? 0);
        keys.add(text);
      }
    },
  });
  return places;
}

/** Every `*name` of a document. */
export function aliasesOf(document: Document): readonly Alias[] {
  const aliases: Alias[] = [];
  visit(document, {
    Alias(_key, alias) {
      aliases.push(alias);
    },
  });
  return aliases;
}

/** Lists and maps in each other, twice what a policy needs. */
const maxDepth = 20;

/** Where the first thing below that depth stands. */
export function offsetOfDepth(document: Document): number | undefined {
  let found: number | undefined;
  visit(document, {
    Collection(_key, collection, path) {
      if (path.filter((each) => isMap(each) || isSeq(each)).length < maxDepth) return undefined;
      found = collection.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return found;
}

/** The text of a key; `undefined` for a key that is a list or a map. */
export function keyOf(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

/** Follows a path as far as it exists. */
export function walk(
  document: Document,
  path: readonly PropertyKey[],
): { readonly node: unknown; readonly offset: number } {
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => keyOf(item.key) === String(step));
      if (pair === undefined) return { node: undefined, offset };
      // A key without a value: the key is what a person looks for.
      const empty = isScalar(pair.value) && pair.value.value === null;
      offset = (empty ? undefined : offsetOf(pair.value)) ?? offsetOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = offsetOf(node) ?? offset;
    } else return { node: undefined, offset };
  }
  if (isAlias(node)) node = node.resolve(document);
  return { node, offset };
}

function offsetOf(node: unknown): number | undefined {
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node)
    ? node.range?.[0]
    : undefined;
}
