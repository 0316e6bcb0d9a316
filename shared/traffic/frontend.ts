import type { FoundRule } from '../load-balancing/index.ts';
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

/** The address that clients connect to, as far as it was read; a Service's own word fills a gap. */
export function frontendAddress(
  { publicIpAddresses }: Addresses,
  service: LoadBalancerService,
  { loadBalancer, rule }: FoundRule,
  family: IpFamily,
): string | undefined {
  const frontend = loadBalancer.frontends.find((each) => each.id === rule.frontendId);
  const own = service.ingressIps.find((ip) => ip.includes(':') === (family === 'IPv6'));
  if (frontend?.privateIp !== undefined) return frontend.privateIp;
  const publicIp = valueOr(publicIpAddresses, []).find(
    (address) => address.id === frontend?.publicIpId,
  );
  return publicIp?.address ?? own;
}
