import type { FoundRule } from '../load-balancing/index.ts';
import {
  valueOr,
  type ClusterSnapshot,
  type IpFamily,
  type LoadBalancerService,
} from '../model/index.ts';

/** The address that clients connect to, as far as it was read; a Service's own word fills a gap. */
export function frontendAddress(
  snapshot: ClusterSnapshot,
  service: LoadBalancerService,
  { loadBalancer, rule }: FoundRule,
  family: IpFamily,
): string | undefined {
  const frontend = loadBalancer.frontends.find((each) => each.id === rule.frontendId);
  const own = service.ingressIps.find((ip) => ip.includes(':') === (family === 'IPv6'));
  if (frontend?.privateIp !== undefined) return frontend.privateIp;
  const publicIp = valueOr(snapshot.publicIpAddresses, []).find(
    (address) => address.id === frontend?.publicIpId,
  );
  return publicIp?.address ?? own;
}
