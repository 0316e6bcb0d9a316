import { randomBytes, createHmac } from 'node:crypto';
import { isObject } from '../input/index.ts';
import { present } from '../model/index.ts';
import { gatherNames, isNameMap } from './sensitive-names.ts';
import type { SavedCase } from './write-case.ts';
import { isIPv6 } from 'node:net';

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

const ipv4 = /(?<![\d.])((?:\d{1,3}\.){3}\d{1,3})(?:\/(\d{1,2}))?(?![\d.])/gu;
const ipv6 = /(?<![\w:])([23][\da-f]{0,3}:[\da-f:]+)(\/\d{1,3})?(?![\w:])/giu;

/**
 * Puts other addresses in place of public ones in a text. IPv4 addresses keep their relations: what
 * lies in one range does so afterwards. The new ones are of 240.0.0.0/4, which is routed nowhere, and
 * of 2001:db8::/32, which is set aside for documentation.
 * @param salt Without it nobody can tell which address stood there.
 */
export function otherAddresses(salt: Uint8Array): (text: string) => string {
  const blocks = new Map<number, number>();
  const sixes = new Map<string, string>();
  const blockOf = (first: number): number => {
    const block = blocks.get(first) ?? 240 + (blocks.size % 15);
    blocks.set(first, block);
    return block;
  };
  const flips = (prefix: string): number =>
    (createHmac('sha256', salt).update(prefix).digest()[0] ?? 0) & 1;
  const four = (address: string, length: number): string => {
    const octets = address.split('.').map(Number);
    const bits = octets.map((octet) => octet.toString(2).padStart(8, '0')).join('');
    let changed = '';
    for (let at = 8; at < 32; at++)
      changed += at < length ? Number(bits[at]) ^ flips(bits.slice(0, at)) : bits[at];
    const rest = [0, 8, 16].map((at) => Number.parseInt(changed.slice(at, at + 8), 2));
    return [blockOf(octets[0] ?? 0), ...rest].join('.');
  };
  return (text) =>
    text
      .replaceAll(ipv4, (found, address: string, length: string | undefined) => {
        if (!isPublic(address) || Number(length ?? 32) < 8) return found;
        return four(address, Number(length ?? 32)) + (length === undefined ? '' : `/${length}`);
      })
      .replaceAll(ipv6, (found, address: string, length = '') => {
        if (!isIPv6(address)) return found;
        const known =
          sixes.get(address.toLowerCase()) ?? `2001:db8::${(sixes.size + 1).toString(16)}`;
        sixes.set(address.toLowerCase(), known);
        return known + length;
      });
}

/** Private ranges, those of the machine itself, and the address that Azure probes from identify nobody. */
const common =
  /^(?:0\.|10\.|127\.|169\.254\.|168\.63\.129\.16$|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|2(?:2[4-9]|[345]\d)\.)/u;

function isPublic(address: string): boolean {
  return address.split('.').every((octet) => Number(octet) < 256) && !common.test(address);
}
