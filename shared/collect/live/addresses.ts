import { BlockList, isIP } from 'node:net';

/** `public`, `private` (RFC 1918), or never: whatever else an address may lead to. */
export type AddressKind = 'public' | 'private' | 'forbidden';

/** [network, bits, what it leads to] */
const forbidden = [
  ['0.0.0.0', 8, 'this host'],
  ['100.64.0.0', 10, 'shared address space'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local, the metadata service among it'],
  ['168.63.129.16', 32, "Azure's wire server"],
  ['192.0.0.0', 24, 'IETF protocols'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.88.99.0', 24, 'relays'],
  ['198.18.0.0', 15, 'benchmarks'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved, broadcast'],
] as const;

const privateNetworks = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const;

/** Parts of the global unicast range that lead to other addresses or nowhere. */
const forbiddenV6 = [
  ['2001::', 23, 'IETF protocols, Teredo among them'],
  ['2001:db8::', 32, 'documentation'],
  ['2002::', 16, '6to4: an IPv4 address inside'],
  ['3fff::', 20, 'documentation'],
] as const;

const forbiddenList = listOf(forbidden, 'ipv4');
const privateList = listOf(privateNetworks, 'ipv4');
const globalList = listOf([['2000::', 3]], 'ipv6');
const forbiddenV6List = listOf(forbiddenV6, 'ipv6');

/**
 * Where an address leads. Of IPv6 only global unicast is public: loopback, unique-local, link-local,
 * mapped, translated and multicast addresses all lie outside of it.
 */
export function addressKind(address: string): AddressKind {
  const family = isIP(address);
  if (family === 4) {
    if (forbiddenList.check(address, 'ipv4')) return 'forbidden';
    return privateList.check(address, 'ipv4') ? 'private' : 'public';
  }
  if (family !== 6 || address.includes('%')) return 'forbidden';
  return globalList.check(address, 'ipv6') && !forbiddenV6List.check(address, 'ipv6')
    ? 'public'
    : 'forbidden';
}

/** `::1` and 127.0.0.0/8. */
export function isLoopback(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

function listOf(
  networks: readonly (readonly [string, number, ...unknown[]])[],
  family: 'ipv4' | 'ipv6',
): BlockList {
  const list = new BlockList();
  for (const [network, bits] of networks) list.addSubnet(network, bits, family);
  return list;
}
