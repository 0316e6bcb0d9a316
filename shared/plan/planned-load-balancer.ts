import { expectedRules, probeSettings, serviceKey } from '../load-balancing/index.ts';
import {
  sameName,
  valueOr,
  type ClusterSnapshot,
  type IpFamily,
  type LoadBalancer,
  type LoadBalancerRule,
  type LoadBalancerService,
  type Probe,
  type PublicIpAddress,
} from '../model/index.ts';
import type { Opening } from './allow-rules.ts';
import { loadBalancerNamed, skuOf } from './cloud-target.ts';
import { frontendOf, partId } from './planned-frontend.ts';
import { poolFor } from './planned-pool.ts';

/** Rules and probes by the Service's key; its frontends where nobody else's rules use them. */
export function withoutService(
  loadBalancers: readonly LoadBalancer[],
  service: Pick<LoadBalancerService, 'uid'>,
  except?: string,
): readonly LoadBalancer[] {
  const key = serviceKey(service.uid).toLowerCase();
  if (key.length < 2) return loadBalancers;
  const isOwn = ({ name }: { readonly name: string }): boolean =>
    name.toLowerCase().startsWith(key);
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

/** A text says why the provider refuses the whole Service. */
export function reconcileService(
  snapshot: ClusterSnapshot,
  service: LoadBalancerService,
  name: string,
):
  | (Opening & {
      readonly loadBalancers: readonly LoadBalancer[];
      readonly publicIps: readonly PublicIpAddress[];
    })
  | string {
  const all = valueOr(snapshot.loadBalancers, []);
  const sku = skuOf(snapshot);
  const before = loadBalancerNamed(snapshot, name, sku);
  const settings = probeSettings(sku, all, snapshot.kubernetesVersion);
  const expected = expectedRules(service, settings);
  if (expected.error !== undefined) return expected.error;
  let loadBalancer = before;
  const addresses: string[] = [];
  const own: { readonly rule: LoadBalancerRule; readonly family: IpFamily }[] = [];
  const publicIps: PublicIpAddress[] = [];
  const probes: Probe[] = [];
  for (const { family, rules, probes: familyProbes } of expected.families) {
    const frontend = frontendOf(snapshot, loadBalancer, service, family);
    const pool = poolFor(snapshot, loadBalancer, service, family);
    addresses.push(frontend.address);
    if (frontend.publicIp !== undefined) publicIps.push(frontend.publicIp);
    loadBalancer = {
      ...loadBalancer,
      frontends: put(loadBalancer.frontends, frontend.frontend),
      backendPools: put(loadBalancer.backendPools, pool),
    };
    for (const probe of familyProbes)
      probes.push({
        id: partId(loadBalancer, 'probes', probe.name),
        name: probe.name,
        protocol: probe.protocol.toLowerCase(),
        port: probe.port,
        ...(probe.path !== null && { path: probe.path }),
        intervalSeconds: probe.intervalSeconds,
        threshold: probe.threshold,
      });
    for (const rule of rules)
      own.push({
        family,
        rule: {
          id: partId(loadBalancer, 'loadBalancingRules', rule.name),
          name: rule.name,
          protocol: rule.protocol.toLowerCase(),
          frontendPort: rule.frontendPort,
          backendPort: rule.backendPort,
          frontendId: frontend.frontend.id,
          backendPoolIds: [pool.id],
          ...(rule.probe !== null && { probeId: partId(loadBalancer, 'probes', rule.probe) }),
          floatingIp: rule.floatingIp,
          loadDistribution: rule.distribution,
          idleTimeoutMinutes: rule.idleMinutes,
        },
      });
  }
  const key = serviceKey(service.uid).toLowerCase();
  const others = loadBalancer.rules.filter((rule) => !rule.name.toLowerCase().startsWith(key));
  const ownNames = new Set(probes.map((probe) => probe.name.toLowerCase()));
  const next: LoadBalancer = {
    ...loadBalancer,
    rules: [...others, ...own.map(({ rule }) => rule)],
    probes: [
      ...loadBalancer.probes.filter(
        (probe) =>
          !probe.name.toLowerCase().startsWith(key) && !ownNames.has(probe.name.toLowerCase()),
      ),
      ...probes,
    ],
  };
  const elsewhere = withoutService(all, service, name);
  const loadBalancers = elsewhere.some((each) => each.id === next.id)
    ? elsewhere.map((each) => (each.id === next.id ? next : each))
    : [...elsewhere, next];
  return {
    loadBalancers,
    service: { ...service, ingressIps: addresses },
    rules: own,
    publicIps,
  };
}

function put<T extends { readonly id: string }>(list: readonly T[], item: T): readonly T[] {
  return list.some((each) => each.id === item.id)
    ? list.map((each) => (each.id === item.id ? item : each))
    : [...list, item];
}
