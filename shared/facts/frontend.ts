import {
  frontendPlace,
  isInternalName,
  parseIp,
  type FoundRule,
  type NetworkPlace,
} from '../load-balancing/index.ts';
import {
  valueOr,
  type IpFamily,
  type LoadBalancerService,
  type PublicIpAddress,
  type Read,
} from '../model/index.ts';

/** Where the address of a public frontend is looked up. */
export interface Addresses {
  readonly publicIpAddresses: Read<readonly PublicIpAddress[]>;
}

/** The address that Azure has; `undefined` = it was not read. */
export function addressInAzure(
  { publicIpAddresses }: Addresses,
  { loadBalancer, rule }: FoundRule,
): string | undefined {
  const frontend = loadBalancer.frontends.find((each) => each.id === rule.frontendId);
  if (frontend?.privateIp !== undefined) return frontend.privateIp;
  return valueOr(publicIpAddresses, []).find((address) => address.id === frontend?.publicIpId)
    ?.address;
}

/** The address that clients connect to, as far as it was read; a Service's own word fills a gap. */
export function frontendAddress(
  addresses: Addresses,
  service: LoadBalancerService,
  found: FoundRule,
  family: IpFamily,
): string | undefined {
  const own = service.ingressIps.find((ip) => ip.includes(':') === (family === 'IPv6'));
  return addressInAzure(addresses, found) ?? own;
}

/** Where clients connect to, as a network security group sees it. */
export interface FrontendSide {
  readonly place: NetworkPlace;
  /** As far as it was read. */
  readonly text: string | undefined;
  readonly isPublic: boolean;
}

/** The frontend of a rule in one family. */
export function frontendOf(
  addresses: Addresses,
  service: LoadBalancerService,
  found: FoundRule,
  family: IpFamily,
): FrontendSide {
  const { loadBalancer, rule } = found;
  const text = frontendAddress(addresses, service, found, family);
  const frontend = loadBalancer.frontends.find(({ id }) => id === rule.frontendId);
  const isPrivate =
    frontend?.privateIp !== undefined ||
    frontend?.subnetId !== undefined ||
    (frontend?.publicIpId === undefined && isInternalName(loadBalancer.name));
  const address = text === undefined ? undefined : parseIp(text);
  return { place: frontendPlace(family, address?.value, !isPrivate), text, isPublic: !isPrivate };
}
