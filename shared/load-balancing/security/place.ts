import { canBePublic, parseIp, type IpAddress } from '../ip-address.ts';
import type { Tristate, IpFamily } from '../../model/index.ts';

/**
 * Where packets come from or go to, as a network security group sees it: an address where one is
 * known, and the service tags that it belongs to, as far as anybody tells.
 */
export interface NetworkPlace {
  readonly family: IpFamily;
  /** `undefined` = one that nobody told. */
  readonly address: bigint | undefined;
  /** Is it in a service tag, which is in lower case? */
  isIn(tag: string): Tristate;
}

const internet = 'internet';
const network = 'virtualnetwork';
const loadBalancer = 'azureloadbalancer';

/** Tags that lists of Microsoft fill; what is in them is not read. */
function withTags(
  { family, address }: Pick<NetworkPlace, 'family' | 'address'>,
  known: Readonly<Record<string, Tristate>>,
): NetworkPlace {
  return { family, address, isIn: (tag) => known[tag] ?? 'unknown' };
}

/** A client somewhere outside: the Internet is whatever is public and not of the virtual network. */
export function onInternet({ family, value }: IpAddress): NetworkPlace {
  return withTags(
    { family, address: value },
    { [internet]: 'yes', [network]: 'no', [loadBalancer]: 'no' },
  );
}

/** Some client of a service tag; tags of a region are within those of the world (`Storage.WestEurope`). */
export function inTag(tag: string, family: IpFamily): NetworkPlace {
  const own = tag.toLowerCase();
  return {
    family,
    address: undefined,
    isIn(other) {
      if (other === own || own.startsWith(`${other}.`)) return 'yes';
      if (other === internet) return 'yes';
      return other === network || other === loadBalancer ? 'no' : 'unknown';
    },
  };
}

/** A client or a machine in the virtual network, or in what is connected with it. */
export function inNetwork(family: IpFamily, address?: bigint): NetworkPlace {
  return withTags(
    { family, address },
    { [internet]: 'no', [network]: 'yes', [loadBalancer]: 'no' },
  );
}

/** An address that somebody named; whether a private one is of the virtual network nobody says. */
export function placeOfAddress(address: IpAddress): NetworkPlace {
  if (canBePublic(address)) return onInternet(address);
  return withTags(
    { family: address.family, address: address.value },
    { [internet]: 'no', [network]: 'unknown', [loadBalancer]: 'no' },
  );
}

const probeAddresses = { IPv4: '168.63.129.16', IPv6: 'fe80::1234:5678:9abc' } as const;

/**
 * Azure's health probes. Their address is the host's, which `VirtualNetwork` includes as well: Azure
 * spells that tag out as the network's own prefixes and 168.63.129.16/32.
 */
export function healthProbe(family: IpFamily): NetworkPlace {
  return withTags(
    { family, address: parseIp(probeAddresses[family])?.value },
    {
      [loadBalancer]: 'yes',
      [network]: family === 'IPv4' ? 'yes' : 'unknown',
      [internet]: 'no',
    },
  );
}

/** The address that clients connect to, which packets keep where the rule has a floating IP. */
export function frontendPlace(
  family: IpFamily,
  address: bigint | undefined,
  isPublic: boolean,
): NetworkPlace {
  if (!isPublic) return inNetwork(family, address);
  return withTags({ family, address }, { [network]: 'no', [loadBalancer]: 'no' });
}
