import { expectedRules, probeSettings, type ExpectedFamily } from '../load-balancing/index.ts';
import {
  beginsWithKey,
  sameName,
  serviceKey,
  valueOr,
  type ClusterSnapshot,
  type IpFamily,
  type LoadBalancer,
  type LoadBalancerRule,
  type LoadBalancerService,
  type Probe,
  type PublicIpAddress,
} from '../model/index.ts';
import type { ServiceOpening } from './allow-rules.ts';
import { loadBalancerNamed, skuOf } from './cloud-target.ts';
import { plannedFrontend, partId } from './planned-frontend.ts';
import { poolFor } from './planned-pool.ts';

/** Rules and probes by the Service's key; its frontends where nobody else's rules use them. */
export function withoutService(
  loadBalancers: readonly LoadBalancer[],
  service: Pick<LoadBalancerService, 'uid'>,
  except?: string,
): readonly LoadBalancer[] {
  const key = serviceKey(service.uid).toLowerCase();
  if (key.length < 2) return loadBalancers;
  const isOwn = ({ name }: { readonly name: string }): boolean => beginsWithKey(name, key);
  return loadBalancers.flatMap((loadBalancer): readonly LoadBalancer[] => {
    const touched = loadBalancer.rules.some(isOwn) || loadBalancer.frontends.some(isOwn);
    if (!touched || (except !== undefined && sameName(loadBalancer.name, except)))
      return [loadBalancer];
    const rules = loadBalancer.rules.filter((rule) => !isOwn(rule));
    const used = new Set(rules.map(({ frontendId }) => frontendId));
    const probed = new Set(rules.map(({ probeId }) => probeId));
    const frontends = loadBalancer.frontends.filter(
      (frontend) => !isOwn(frontend) || used.has(frontend.id) || frontend.hasOutboundRules,
    );
    // The provider deletes a load balancer with its last frontend.
    if (frontends.length === 0) return [];
    const probes = loadBalancer.probes.filter((probe) => !isOwn(probe) || probed.has(probe.id));
    return [{ ...loadBalancer, rules, probes, frontends }];
  });
}

interface ReconciledService extends ServiceOpening {
  readonly loadBalancers: readonly LoadBalancer[];
  /** Addresses that Azure makes for it. */
  readonly publicIps: readonly PublicIpAddress[];
}

/** A text says why the provider refuses the whole Service. */
export function reconcileService(
  snapshot: ClusterSnapshot,
  service: LoadBalancerService,
  name: string,
): ReconciledService | string {
  const all = valueOr(snapshot.loadBalancers, []);
  const sku = skuOf(snapshot);
  const expected = expectedRules(service, probeSettings(sku, all, snapshot.kubernetesVersion));
  if (expected.error !== undefined) return expected.error;
  let loadBalancer = loadBalancerNamed(snapshot, name, sku);
  const parts: PlannedFamily[] = [];
  for (const family of expected.families) {
    const planned = planFamily(snapshot, loadBalancer, service, family);
    loadBalancer = planned.loadBalancer;
    parts.push(planned);
  }
  const rules = parts.flatMap((part) => part.rules.map((rule) => ({ rule, family: part.family })));
  const next = withRulesAndProbes(loadBalancer, service, {
    rules: rules.map(({ rule }) => rule),
    probes: parts.flatMap(({ probes }) => probes),
  });
  return {
    loadBalancers: put(withoutService(all, service, name), next),
    service: { ...service, ingressIps: parts.map(({ address }) => address) },
    rules,
    publicIps: parts.flatMap(({ publicIp }) => publicIp ?? []),
  };
}

interface PlannedFamily {
  readonly family: IpFamily;
  /** With the frontend and the backend pool of the family. */
  readonly loadBalancer: LoadBalancer;
  readonly address: string;
  readonly publicIp: PublicIpAddress | undefined;
  readonly rules: readonly LoadBalancerRule[];
  readonly probes: readonly Probe[];
}

function planFamily(
  snapshot: ClusterSnapshot,
  loadBalancer: LoadBalancer,
  service: LoadBalancerService,
  { family, rules, probes }: ExpectedFamily,
): PlannedFamily {
  const { frontend, address, publicIp } = plannedFrontend(snapshot, loadBalancer, service, family);
  const pool = poolFor(snapshot, loadBalancer, service, family);
  return {
    family,
    address,
    publicIp,
    loadBalancer: {
      ...loadBalancer,
      frontends: put(loadBalancer.frontends, frontend),
      backendPools: put(loadBalancer.backendPools, pool),
    },
    probes: probes.map(({ name, protocol, port, path, intervalSeconds, threshold }) => ({
      id: partId(loadBalancer, 'probes', name),
      name,
      protocol: protocol.toLowerCase(),
      port,
      ...(path !== null && { path }),
      intervalSeconds,
      threshold,
    })),
    rules: rules.map((rule) => ({
      id: partId(loadBalancer, 'loadBalancingRules', rule.name),
      name: rule.name,
      protocol: rule.protocol.toLowerCase(),
      frontendPort: rule.frontendPort,
      backendPort: rule.backendPort,
      frontendId: frontend.id,
      backendPoolIds: [pool.id],
      ...(rule.probe !== null && { probeId: partId(loadBalancer, 'probes', rule.probe) }),
      floatingIp: rule.floatingIp,
      loadDistribution: rule.distribution,
      idleTimeoutMinutes: rule.idleMinutes,
    })),
  };
}

/** The Service's rules and probes in place of those that it has; those of other Services stay. */
function withRulesAndProbes(
  loadBalancer: LoadBalancer,
  { uid }: LoadBalancerService,
  { rules, probes }: Pick<LoadBalancer, 'rules' | 'probes'>,
): LoadBalancer {
  const key = serviceKey(uid).toLowerCase();
  const isOther = ({ name }: { readonly name: string }): boolean => !beginsWithKey(name, key);
  return {
    ...loadBalancer,
    rules: [...loadBalancer.rules.filter(isOther), ...rules],
    probes: [
      ...loadBalancer.probes.filter(
        (probe) => isOther(probe) && !probes.some(({ name }) => sameName(name, probe.name)),
      ),
      ...probes,
    ],
  };
}

function put<T extends { readonly id: string }>(list: readonly T[], item: T): readonly T[] {
  return list.some((each) => each.id === item.id)
    ? list.map((each) => (each.id === item.id ? item : each))
    : [...list, item];
}
