import { anyOf, answerOf, type Tristate, type IpFamily } from '../../model/index.ts';
import { isWholeSpace, parseRange, type AddressRange } from '../address-range.ts';
import type { NetworkPlace } from './place.ts';

/** Address prefixes and service tags of one side of a security rule, read once. */
export interface Prefixes {
  readonly any: boolean;
  /** Ranges of more than one address. */
  readonly ranges: readonly AddressRange[];
  readonly addresses: Readonly<Record<IpFamily, ReadonlySet<bigint>>>;
  /** In lower case. */
  readonly tags: readonly string[];
}

/** The prefixes and tags of a rule’s texts; `*` is `any`, what is no range a tag. */
export function readPrefixes(texts: readonly string[]): Prefixes {
  const ranges: AddressRange[] = [];
  const addresses = { IPv4: new Set<bigint>(), IPv6: new Set<bigint>() };
  const tags: string[] = [];
  for (const text of texts.map((each) => each.trim())) {
    if (text === '*' || text === '') continue;
    const range = parseRange(text);
    if (range === undefined) tags.push(text.toLowerCase());
    else if (range.first === range.last) addresses[range.family].add(range.first);
    else ranges.push(range);
  }
  return { any: texts.includes('*'), ranges, addresses, tags };
}

/** Is a place in one of the prefixes? An address that nobody told is only in what holds its whole family. */
export function areIn(prefixes: Prefixes, place: NetworkPlace): Tristate {
  if (prefixes.any) return 'yes';
  return anyOf([inRanges(prefixes, place), ...prefixes.tags.map((tag) => place.isIn(tag))]);
}

function inRanges({ ranges, addresses }: Prefixes, { family, address }: NetworkPlace): Tristate {
  const own = ranges.filter((range) => range.family === family);
  if (address !== undefined)
    return answerOf(
      addresses[family].has(address) ||
        own.some(({ first, last }) => first <= address && address <= last),
    );
  if (own.some(isWholeSpace)) return 'yes';
  return own.length > 0 || addresses[family].size > 0 ? 'unknown' : 'no';
}

/** All ranges of a family, single addresses as well: where the answer for an address may change. */
export function rangesOf(
  { ranges, addresses }: Prefixes,
  family: IpFamily,
): readonly AddressRange[] {
  return [
    ...ranges.filter((range) => range.family === family),
    ...[...addresses[family]].map((first) => ({ family, first, last: first })),
  ];
}
