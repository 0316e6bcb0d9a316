import {
  aksClusterName,
  backendPoolName,
  findRules,
  matchPool,
  type FoundRule,
} from '../load-balancing/index.ts';
import type { IpFamily, LoadBalancer, LoadBalancerService } from '../model/index.ts';
import { derived } from './derived.ts';
import { azureServices } from './services.ts';

/** The pools that a Local Service has of its own under several load balancers. */
export interface LocalService {
  readonly service: LoadBalancerService;
  /** Names by family, as the provider gives them. */
  readonly poolNames: ReadonlyMap<IpFamily, string>;
  readonly rules: readonly FoundRule[];
  /** Others that the provider gives a pool of the same name on the same load balancer. */
  readonly clashes: readonly Clash[];
  /** The IPv4 pool is called like one of IPv6, and so gets no members. */
  readonly takenForIpv6: boolean;
}

interface Clash {
  readonly pool: string;
  readonly loadBalancer: string;
  readonly others: readonly LoadBalancerService[];
}

/** Every Local Service that the provider serves. */
export const localServices = derived(
  'localServices',
  ['services', 'loadBalancers'],
  ({ services, loadBalancers }) => localServicesOf(services, loadBalancers),
);

function localServicesOf(
  services: readonly LoadBalancerService[],
  loadBalancers: readonly LoadBalancer[],
): readonly LocalService[] {
  const rulesOf = findRules(loadBalancers);
  const local = azureServices(services)
    .filter(({ externalTrafficPolicy }) => externalTrafficPolicy === 'Local')
    .map((service) => ({
      service,
      poolNames: new Map(service.ipFamilies.map((family) => [family, poolName(service, family)])),
      rules: rulesOf(service),
    }));
  const owners = new Map<string, Set<LoadBalancerService>>();
  const places = local.map((each) => ({ ...each, keys: keysOf(each) }));
  for (const { service, keys } of places)
    for (const { key } of keys) {
      const set = owners.get(key) ?? new Set<LoadBalancerService>();
      owners.set(key, set.add(service));
    }
  return places.map(({ keys, ...each }) => ({
    ...each,
    takenForIpv6: isTakenForIpv6(each.poolNames),
    clashes: keys.flatMap(({ key, pool, loadBalancer }) => {
      const others = [...(owners.get(key) ?? [])].filter((other) => other !== each.service);
      return others.length === 0 ? [] : [{ pool, loadBalancer, others }];
    }),
  }));
}

function isTakenForIpv6(names: ReadonlyMap<IpFamily, string>): boolean {
  const { IPv4 = '', IPv6 = '' } = Object.fromEntries(names);
  return IPv4 !== '' && !matchPool(IPv4, { IPv4, IPv6 }).found;
}

function poolName(service: LoadBalancerService, family: IpFamily): string {
  return backendPoolName({
    clusterName: aksClusterName,
    ipv6: family === 'IPv6',
    localService: service,
  });
}

/** Each of its pools on each of its load balancers, which are those where its rules are. */
function keysOf({ poolNames, rules }: Pick<LocalService, 'poolNames' | 'rules'>) {
  const loadBalancers = new Set(rules.map(({ loadBalancer }) => loadBalancer));
  return [...loadBalancers].flatMap(({ id, name }) =>
    [...poolNames.values()].map((pool) => ({ key: `${id} ${pool}`, pool, loadBalancer: name })),
  );
}
