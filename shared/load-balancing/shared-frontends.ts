import { sameName, serviceKey, type Frontend, type LoadBalancer } from '../model/index.ts';
import { isInternalName } from './names.ts';
import { findRules } from './rules-of-service.ts';

/** A frontend that a Service would have to leave, and what else needs it. */
export interface SharedFrontend {
  readonly loadBalancer: LoadBalancer;
  readonly frontend: Frontend;
  /** Rules of others; none where outbound or inbound NAT rules alone need it. */
  readonly otherRules: readonly string[];
}

/**
 * Several Standard load balancers: what keeps a Service from moving to another one. The provider
 * deletes the frontend that it leaves, and refuses where rules of others, outbound or inbound NAT rules use it
 * (source: cloud-provider-azure).
 * @param target The load balancer that it should be on.
 */
export function sharedFrontend(
  service: { readonly uid: string },
  loadBalancers: readonly LoadBalancer[],
  target: string,
): SharedFrontend | undefined {
  const key = serviceKey(service.uid).toLowerCase();
  if (key.length < 2) return undefined;
  const isOwn = (name: string): boolean => name.toLowerCase().startsWith(key);
  const used = new Set(findRules(loadBalancers)(service).map(({ rule }) => rule.frontendId));
  for (const loadBalancer of loadBalancers) {
    const { name } = loadBalancer;
    if (sameName(name, target) || isInternalName(name) !== isInternalName(target)) continue;
    for (const frontend of loadBalancer.frontends) {
      if (!isOwn(frontend.name) && !used.has(frontend.id)) continue;
      const otherRules = loadBalancer.rules
        .filter((rule) => rule.frontendId === frontend.id && !isOwn(rule.name))
        .map((rule) => rule.name);
      if (otherRules.length > 0 || isUsedOtherwise(loadBalancer, frontend))
        return { loadBalancer, frontend, otherRules };
    }
  }
  return undefined;
}

function isUsedOtherwise(
  { outboundRules, natFrontendIds = [] }: LoadBalancer,
  { id, hasOutboundRules }: Frontend,
): boolean {
  return (
    hasOutboundRules ||
    natFrontendIds.includes(id) ||
    outboundRules.some(({ frontendIds }) => frontendIds.includes(id))
  );
}
