import {
  keyInName,
  serviceKey,
  type Frontend,
  type LoadBalancer,
  type LoadBalancerRule,
  type Probe,
} from '../model/index.ts';

/** What stands in a load balancer for a Service that the cluster does not have. */
export interface Leftovers {
  readonly loadBalancer: LoadBalancer;
  readonly rules: readonly LoadBalancerRule[];
  readonly frontends: readonly Frontend[];
  readonly probes: readonly Probe[];
}

/**
 * Rules, frontends and probes with the cloud provider's name of no Service of the cluster.
 * @param uids Of every Service, those that are being deleted among them.
 */
export function leftoversOf(
  loadBalancer: LoadBalancer,
  uids: readonly string[],
): Leftovers | undefined {
  const keys = new Set(uids.map((uid) => serviceKey(uid).toLowerCase()));
  const isLeft = ({ name }: { readonly name: string }): boolean => {
    const key = keyInName(name);
    return key !== undefined && !keys.has(key);
  };
  const rules = loadBalancer.rules.filter(isLeft);
  // A frontend that carries rules of a Service of the cluster is shared, and in use.
  const used = new Set(loadBalancer.rules.filter((rule) => !isLeft(rule)).map((r) => r.frontendId));
  const frontends = loadBalancer.frontends.filter((each) => isLeft(each) && !used.has(each.id));
  if (rules.length === 0 && frontends.length === 0) return undefined;
  const probed = new Set(loadBalancer.rules.filter((rule) => !isLeft(rule)).map((r) => r.probeId));
  const probes = loadBalancer.probes.filter((each) => isLeft(each) && !probed.has(each.id));
  return { loadBalancer, rules, frontends, probes };
}
