import { sameName, type LoadBalancerService, type PublicIpAddress } from '../model/index.ts';
import { isInternal } from './annotations.ts';
import { canBePublic, parseIp } from './ip-address.ts';
import { wantedAddresses, wantedAddressNames } from './pinned-address.ts';

type Pinning = Pick<LoadBalancerService, 'annotations' | 'loadBalancerIp' | 'ipFamilies'>;

/** Names of public IP addresses that an external Service asks for, each once. */
export function publicIpNames(service: Pinning): readonly string[] {
  if (isInternal(service.annotations)) return [];
  return [...new Set(wantedAddressNames(service))].filter((name) => name.trim() !== '');
}

/** What a Service asks of Azure's public IP addresses: one by name, or one by address. */
export interface WantedPublicIp {
  readonly by: 'name' | 'address';
  readonly text: string;
}

/** What a public Service asks for, addresses before names; none for an internal one. */
export function wantedPublicIps(service: Pinning): readonly WantedPublicIp[] {
  if (isInternal(service.annotations)) return [];
  return [
    ...[...new Set(wantedAddresses(service))].map((text) => ({ by: 'address', text }) as const),
    ...publicIpNames(service).map((text) => ({ by: 'name', text }) as const),
  ];
}

/** Why an address cannot be a public one, whatever exists in Azure. */
export function addressFault(text: string): 'not-an-address' | 'not-public' | undefined {
  const address = parseIp(text);
  if (address === undefined) return 'not-an-address';
  return canBePublic(address) ? undefined : 'not-public';
}

/** Is it the address that is asked for? Resource groups are not compared. */
export function isWanted(publicIp: PublicIpAddress, { by, text }: WantedPublicIp): boolean {
  return by === 'name'
    ? sameName(publicIp.name, text)
    : publicIp.address !== undefined && sameName(publicIp.address, text);
}
