/** An IP address as a number; a v4 address written inside v6 counts as v4. */
export interface IpAddress {
  readonly family: 'IPv4' | 'IPv6';
  readonly value: bigint;
}

/** Reads an address strictly: four decimal bytes without leading zeros, or v6 with at most one `::`. */
export function parseIp(text: string): IpAddress | undefined {
  if (text.length > 64) return undefined;
  if (!text.includes(':')) {
    const value = parseV4(text);
    return value === undefined ? undefined : { family: 'IPv4', value };
  }
  const value = parseV6(text.replace(/%[^%]+$/u, ''));
  if (value === undefined) return undefined;
  return value >> 32n === 0xffffn
    ? { family: 'IPv4', value: value & 0xffff_ffffn }
    : { family: 'IPv6', value };
}

/** The same for every spelling of an address, which for IPv6 are many; what is no address stands for itself. */
export function canonicalAddress(text: string): string {
  const ip = parseIp(text);
  return ip === undefined ? text.toLowerCase() : `${ip.family} ${ip.value}`;
}

function parseV4(text: string): bigint | undefined {
  if (!/^(?:(?:0|[1-9]\d{0,2})(?:\.|$)){4}$/u.test(text) || text.endsWith('.')) return undefined;
  const bytes = text.split('.').map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function parseV6(text: string): bigint | undefined {
  const last = text.slice(text.lastIndexOf(':') + 1);
  const v4 = last.includes('.') ? parseV4(last) : undefined;
  if (last.includes('.') && v4 === undefined) return undefined;
  const hex =
    v4 === undefined
      ? text
      : `${text.slice(0, -last.length)}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  const halves = hex.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/iu.test(group))) return undefined;
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** Is an address inside `prefix`, such as `10.0.0.0/8`? Families do not mix; a bad prefix holds nothing. */
export function isInPrefix(address: IpAddress, prefix: string): boolean {
  const slash = prefix.lastIndexOf('/');
  const network = parseIp(prefix.slice(0, slash));
  const length = Number(prefix.slice(slash + 1));
  const width = address.family === 'IPv4' ? 32 : 128;
  if (network?.family !== address.family || !Number.isInteger(length)) return false;
  if (length < 0 || length > width) return false;
  const shift = BigInt(width - length);
  return network.value >> shift === address.value >> shift;
}

/** What is wrong with a range of addresses: none at all, or bits behind the prefix that are not 0. */
export type RangeFault =
  { readonly kind: 'no-range' } | { readonly kind: 'not-masked'; readonly masked: string };

/** A range as the cloud provider takes it: an address, `/`, and a length; nothing behind the prefix. */
export function rangeFault(text: string): RangeFault | undefined {
  const [, network = '', digits = ''] = /^([^/%]+)\/(0|[1-9]\d{0,2})$/u.exec(text) ?? [];
  const v6 = network.includes(':');
  const value = v6 ? parseV6(network) : parseV4(network);
  const width = v6 ? 128 : 32;
  const length = Number(digits);
  if (value === undefined || network.length > 64 || length > width) return { kind: 'no-range' };
  const shift = BigInt(width - length);
  const masked = (value >> shift) << shift;
  if (masked === value) return undefined;
  return { kind: 'not-masked', masked: `${v6 ? textOfV6(masked) : textOfV4(masked)}/${length}` };
}

function textOfV4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
}

/** As URLs spell it: the shortest form. */
function textOfV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(16 * (7 - index))) & 0xffffn).toString(16),
  ).join(':');
  return URL.parse(`http://[${groups}]`)?.hostname.slice(1, -1) ?? groups;
}

/** Never a public address of Azure: unspecified, loopback, link-local, multicast, private, or Azure's own. */
export const notPublic: readonly string[] = [
  '0.0.0.0/32',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '168.63.129.16/32',
  '::/128',
  '::1/128',
  'fe80::/10',
  'ff00::/8',
  'fc00::/7',
];

/** Can an address be a public IP address of Azure? */
export function canBePublic(address: IpAddress): boolean {
  return !notPublic.some((prefix) => isInPrefix(address, prefix));
}
