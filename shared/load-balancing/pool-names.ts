import { sameName } from '../model/index.ts';
import { baseName, ipv6Suffix } from './names.ts';

/** Names and ids of backend pools (source: cloud-provider-azure). */

/** Name of the backend pool that a Service's rules send to. */
export function backendPoolName(options: {
  readonly clusterName: string;
  readonly ipv6: boolean;
  /** Several Standard load balancers and Local: the Service has a pool of its own. */
  readonly localService?: { readonly namespace: string; readonly name: string };
}): string {
  const { localService } = options;
  if (localService === undefined) return `${options.clusterName}${options.ipv6 ? ipv6Suffix : ''}`;
  const name = `${localService.namespace}-${localService.name}`.toLowerCase();
  return options.ipv6 ? `${name}-ipv6` : name;
}

/** By its name alone, as the cloud provider tells the family of a pool. */
export function isIpv6PoolName(name: string): boolean {
  return name.toLowerCase().endsWith('-ipv6');
}

/** AKS's own outbound pool: being in it means egress only, never traffic in. */
export function isOutboundPool(name: string): boolean {
  const folded = name.toLowerCase();
  return folded === 'aksoutboundbackendpool' || folded === 'aksoutboundbackendpool-ipv6';
}

/**
 * Whether a pool that exists is the wanted one of its family, which its name tells: the IPv4 pool of
 * a Service called `…-ipv6` is taken for the other family, and so for none.
 */
export function matchPool(
  name: string,
  wanted: { readonly IPv4: string; readonly IPv6: string },
): { readonly found: boolean; readonly ipv6: boolean } {
  const ipv6 = isIpv6PoolName(name);
  const found = sameName(name, ipv6 ? wanted.IPv6 : wanted.IPv4);
  return { found, ipv6: found && ipv6 };
}

/** ARM id of a pool, whether or not it exists. */
export function backendPoolId(loadBalancerId: string, name: string): string {
  return `${loadBalancerId}/backendAddressPools/${name}`;
}

/** The load balancer that a backend pool id names; `undefined` where the id is none. */
export function loadBalancerOfPool(poolId: string): string | undefined {
  return /^\/subscriptions\/[^/]*\/resourcegroups\/[^/]*\/providers\/microsoft\.network\/loadbalancers\/([^/]+)\/backendaddresspools\/[^/]+/iu.exec(
    poolId,
  )?.[1];
}

/**
 * Whether a pool is on the same load balancer, or its internal twin, as the pools that a NIC is in
 * already; `other` names the first that is not, and `undefined` stands for an id that is none.
 */
export function sameLoadBalancer(
  poolId: string,
  existing: readonly string[],
): { readonly same: boolean; readonly other: string } | undefined {
  const own = loadBalancerOfPool(poolId);
  if (own === undefined) return undefined;
  for (const each of existing) {
    const name = loadBalancerOfPool(each);
    if (name === undefined) return undefined;
    if (!sameName(baseName(name), baseName(own))) return { same: false, other: name };
  }
  return { same: true, other: '' };
}

/** A pool by NIC lists addresses without an `ipAddress`. */
export function isNicPool(addresses: readonly (string | undefined)[]): boolean {
  return addresses.some((address) => address === undefined || address === '');
}
