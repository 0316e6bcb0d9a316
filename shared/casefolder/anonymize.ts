import { randomBytes } from 'node:crypto';
import { isObject } from '../input/index.ts';
import { present } from '../model/index.ts';
import { otherAddresses } from './other-addresses.ts';
import { gatherNames, isNameMap } from './sensitive-names.ts';
import type { SavedCase } from './write-case.ts';

/**
 * The same case with other names, ids of subscriptions and tenants, and public addresses. Names are
 * replaced word by word, the same word by the same one everywhere, so that whatever is joined by
 * names is joined still: `shop` in `aks-shop-1`, in an id and in a label stays one word. Words come
 * in the order of those that they stand for, so that what goes by order of name goes on as before.
 */
export function anonymized({ lists, about }: SavedCase): SavedCase {
  const all = [...lists.values()].flat();
  const { words, ids: ownIds } = gatherNames([all, about.cluster]);
  const reasons = [
    ...Object.values(about.unread),
    ...about.queries.map(({ unread = '' }) => unread),
    about.access.kind === 'closed' ? about.access.reason : '',
  ];
  // Who was refused stands in the reason.
  const asking = reasons.flatMap((reason) => reason.toLowerCase().match(guid) ?? []);
  const ids = new Set([...ownIds, ...asking]);
  const digits = Math.max(3, String(words.size).length);
  const newWords = numbered(words, (n) => `n${String(n).padStart(digits, '0')}`);
  const newIds = numbered(ids, (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
  const newAddresses = otherAddresses(randomBytes(16));
  const replace = (text: string): string =>
    newAddresses(text)
      .replaceAll(guid, (found) => newIds.get(found.toLowerCase()) ?? found)
      .replaceAll(word, (found) => newWords.get(found.toLowerCase()) ?? found);
  return {
    lists: new Map(
      [...lists].map(([file, items]) => [file, items.map((item) => walk(item, replace))]),
    ),
    about: {
      ...about,
      cluster: replace(about.cluster),
      access:
        about.access.kind === 'open'
          ? about.access
          : { ...about.access, reason: replace(about.access.reason) },
      unread: Object.fromEntries(
        Object.entries(about.unread).map(([file, why]) => [file, replace(why)]),
      ),
      queries: about.queries.map(({ path, query, unread }) =>
        present({
          path,
          query: query?.replace(nodeSelector, replace),
          unread: unread === undefined ? undefined : replace(unread),
        }),
      ),
    },
  };
}

/** The one name that a query has; the rest are words of the API. */
const nodeSelector = /(?<=spec\.nodeName=).*$/u;
const guid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/giu;
const word = /[A-Za-z0-9]+/gu;

/** Keys are names in maps of people's own words; elsewhere they are the API's. */
function walk(value: unknown, replace: (text: string) => string, isMap = false): unknown {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((each: unknown) => walk(each, replace));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      isMap ? replace(key) : key,
      walk(field, replace, !isMap && isNameMap(key, field)),
    ]),
  );
}

function numbered(
  found: ReadonlySet<string>,
  name: (number: number) => string,
): ReadonlyMap<string, string> {
  return new Map([...found].toSorted().map((each, index) => [each, name(index + 1)]));
}
