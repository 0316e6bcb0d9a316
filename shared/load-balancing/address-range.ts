import { notPublic, parseIp, type IpAddress } from './ip-address.ts';

/** Addresses of one family from the first to the last, both within. */
export interface AddressRange {
  readonly family: IpAddress['family'];
  readonly first: bigint;
  readonly last: bigint;
}

/** `10.0.0.0/8`, or one address alone; bits behind the prefix do not count. `undefined` = neither. */
export function parseRange(text: string): AddressRange | undefined {
  const [, network = text, digits] = /^([^/]+)\/(\d{1,3})$/u.exec(text) ?? [];
  const address = parseIp(network);
  if (address === undefined) return undefined;
  const width = widthOf(address.family);
  const length = digits === undefined ? width : Number(digits);
  if (length > width) return undefined;
  const size = 1n << BigInt(width - length);
  const first = (address.value / size) * size;
  return { family: address.family, first, last: first + size - 1n };
}

/** Is the address one of the range, family included? */
export function isInRange({ family, value }: IpAddress, range: AddressRange): boolean {
  return family === range.family && range.first <= value && value <= range.last;
}

function widthOf(family: IpAddress['family']): number {
  return family === 'IPv4' ? 32 : 128;
}

/** Every address of a family. */
export function wholeSpace(family: IpAddress['family']): AddressRange {
  return { family, first: 0n, last: (1n << BigInt(widthOf(family))) - 1n };
}

/** Is it every address of its family? */
export function isWholeSpace({ family, first, last }: AddressRange): boolean {
  return first === 0n && last === wholeSpace(family).last;
}

/** The parts into which ranges cut a space, so that each of them holds a part whole or not at all. */
export function partsOf(
  space: AddressRange,
  ranges: readonly AddressRange[],
): readonly AddressRange[] {
  const starts = new Set([space.first]);
  for (const { family, first, last } of ranges) {
    if (family !== space.family) continue;
    for (const start of [first, last + 1n])
      if (start > space.first && start <= space.last) starts.add(start);
  }
  const sorted = [...starts].toSorted((a, b) => (a < b ? -1 : 1));
  return sorted.map((first, index) => ({
    family: space.family,
    first,
    last: (sorted[index + 1] ?? space.last + 1n) - 1n,
  }));
}

const notPublicRanges = notPublic.flatMap((text) => parseRange(text) ?? []);
const publicV6 = parseRange('2000::/3');

/** The first address of a range that can be a public one; `undefined` = none can. */
export function firstPublic({ family, first, last }: AddressRange): IpAddress | undefined {
  let value = first;
  if (family === 'IPv6' && publicV6 !== undefined) {
    if (value < publicV6.first) value = publicV6.first;
    if (value > publicV6.last) return undefined;
  }
  while (value <= last) {
    const address = { family, value };
    const hole = notPublicRanges.find((range) => isInRange(address, range));
    if (hole === undefined) return address;
    value = hole.last + 1n;
  }
  return undefined;
}
