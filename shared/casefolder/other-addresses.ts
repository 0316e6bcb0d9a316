import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';

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

/** Private ranges, those of the machine itself, and the address that Azure probes from are nobody's. */
const common =
  /^(?:0\.|10\.|127\.|169\.254\.|168\.63\.129\.16$|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|2(?:2[4-9]|[345]\d)\.)/u;

function isPublic(address: string): boolean {
  return address.split('.').every((octet) => Number(octet) < 256) && !common.test(address);
}
