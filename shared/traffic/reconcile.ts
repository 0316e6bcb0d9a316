import { addressInAzure } from '../facts/index.ts';
import { expectedRules, probeSettings, withPool, type FoundRule } from '../load-balancing/index.ts';
import { armId, type IpFamily, type LoadBalancer, type Probe } from '../model/index.ts';
import type { Situation } from './situation.ts';

/** What else is changed when the cloud provider looks at the Service again. */
export interface ReconcileOptions {
  /** Nodes that have lost the exclude label, by name. */
  readonly unlabelled?: ReadonlySet<string>;
  /** The load balancer that the Service moves to, or what becomes of its own. */
  readonly onto?: (loadBalancer: LoadBalancer) => LoadBalancer;
}

/**
 * Azure after the cloud provider has reconciled the Service (source: cloud-provider-azure): rules, probes
 * and the pool as it writes them, whatever the reason for which it looked. Nothing changes where it
 * refuses the Service, or where nothing is known of it in Azure.
 */
export function withReconcile(
  situation: Situation,
  { unlabelled, onto = (same) => same }: ReconcileOptions = {},
): Situation {
  const { service, slices, rules } = situation;
  const [first] = rules;
  if (first === undefined) return situation;
  const { sku } = onto(first.loadBalancer);
  const settings = probeSettings(sku, situation.loadBalancers, situation.kubernetesVersion);
  const { families, error } = expectedRules(service, settings);
  if (error !== undefined) return situation;
  const changed = families.flatMap(({ family, rules: expected, probes }): readonly FoundRule[] => {
    const ipv6 = family === 'IPv6';
    const like = rules.find((found) => found.ipv6 === ipv6);
    const before = onto((like ?? first).loadBalancer);
    const pool = situation.reconciledPool({
      loadBalancer: before,
      service,
      ipv6,
      slices,
      ...(unlabelled !== undefined && { unlabelled }),
    });
    const own = probes.map(({ name, protocol, port, path }): Probe => ({
      id: armId(`${before.id}/probes/${name}`),
      name,
      protocol: protocol.toLowerCase(),
      port,
      ...(path !== null && { path }),
    }));
    const loadBalancer = { ...withPool(before, pool), probes: own };
    return expected.map(({ name, protocol, frontendPort, backendPort, floatingIp, ...rest }) => {
      const probe = own.find((each) => each.name === rest.probe);
      return {
        ipv6,
        loadBalancer,
        rule: {
          id: armId(`${before.id}/loadBalancingRules/${name}`),
          name,
          protocol: protocol.toLowerCase(),
          frontendPort,
          backendPort,
          frontendId: like?.rule.frontendId ?? armId(`${before.id}/frontendIPConfigurations/new`),
          backendPoolIds: [pool.id],
          floatingIp,
          loadDistribution: rest.distribution,
          idleTimeoutMinutes: rest.idleMinutes,
          ...(probe !== undefined && { probeId: probe.id }),
        },
      };
    });
  });
  return {
    ...situation,
    service: { ...service, ingressIps: addressesOf(situation) },
    rules: changed,
  };
}

/** The status that is written at the end: the addresses of the frontends. */
function addressesOf(situation: Situation): readonly string[] {
  const { service, rules } = situation;
  return service.ipFamilies.flatMap((family: IpFamily) => {
    const ipv6 = family === 'IPv6';
    const found = rules.find((each) => each.ipv6 === ipv6);
    const inAzure = found === undefined ? undefined : addressInAzure(situation, found);
    return inAzure ?? service.ingressIps.filter((ip) => ip.includes(':') === ipv6);
  });
}

/** Several load balancers: the pool of a Local Service follows its endpoints, without a reconcile. */
export function withFollowingPool(situation: Situation): Situation {
  const { service, slices, several } = situation;
  if (!several || service.externalTrafficPolicy !== 'Local') return situation;
  return {
    ...situation,
    rules: situation.rules.map((found) => {
      const { loadBalancer, rule, ipv6 } = found;
      const pool = situation.reconciledPool({ loadBalancer, service, ipv6, slices });
      if (!rule.backendPoolIds.includes(pool.id)) return found;
      return { ...found, loadBalancer: withPool(loadBalancer, pool) };
    }),
  };
}
