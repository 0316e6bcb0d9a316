import {
  keyInName,
  beginsWithKey,
  serviceKey,
  type BackendPool,
  type IpFamily,
  type LoadBalancer,
  type LoadBalancerRule,
  type LoadBalancerService,
  type ServicePort,
} from '../model/index.ts';
import { isInternal } from './annotations.ts';
import { aksClusterName, isInternalName, isManagedName } from './names.ts';
import { isIpv6PoolName } from './pool-names.ts';

export interface FoundRule {
  readonly loadBalancer: LoadBalancer;
  readonly rule: LoadBalancerRule;
  readonly ipv6: boolean;
}

export type RulesOfService = readonly FoundRule[];

/** The backend pools that a rule sends to. */
export function poolsOfRule({
  loadBalancer,
  rule,
}: Pick<FoundRule, 'loadBalancer' | 'rule'>): readonly BackendPool[] {
  return loadBalancer.backendPools.filter(({ id }) => rule.backendPoolIds.includes(id));
}

/** The same of several rules, each pool once. */
export function poolsOfRules(rules: RulesOfService): readonly BackendPool[] {
  return [...new Map(rules.flatMap(poolsOfRule).map((pool) => [pool.id, pool] as const)).values()];
}

/** A load balancer with a pool in place of that of its id, or one more. */
export function withPool(loadBalancer: LoadBalancer, pool: BackendPool): LoadBalancer {
  const others = loadBalancer.backendPools.filter(({ id }) => id !== pool.id);
  return { ...loadBalancer, backendPools: [...others, pool] };
}

/**
 * The load-balancing rules of each Service, over all load balancers of a cluster: those whose name
 * starts with the Service's key, in any letter case. A secondary Service on a shared address has
 * rules with its own key. Asked again for the same load balancers it looks nothing up twice.
 */
export function findRules(loadBalancers: readonly LoadBalancer[]): RuleFinder {
  const known = finders.get(loadBalancers);
  if (known !== undefined) return known;
  const finder = ruleFinder(loadBalancers);
  finders.set(loadBalancers, finder);
  return finder;
}

/** @param service Its families and annotations, where they are of interest. */
type RuleFinder = (
  service: Pick<LoadBalancerService, 'uid'> &
    Partial<Pick<LoadBalancerService, 'ipFamilies' | 'annotations'>>,
) => RulesOfService;

const finders = new WeakMap<readonly LoadBalancer[], RuleFinder>();

/** Lookups in the same load balancers from which on an index of their rules pays. */
const fewLookups = 4;

function ruleFinder(loadBalancers: readonly LoadBalancer[]): RuleFinder {
  let lookups = 0;
  let byKey: ReadonlyMap<string, RulesOfService> | undefined;
  return ({ uid, ipFamilies, annotations }) => {
    const key = serviceKey(uid).toLowerCase();
    // A UID that is no UUID gives a shorter key; only tests and hand-made objects have one.
    if (key.length < keyLength)
      return key.length < 2
        ? []
        : rulesNamed(loadBalancers, (name) => name.toLowerCase().startsWith(`${key}-`));
    if (lookups++ === fewLookups) byKey = rulesByKey(loadBalancers);
    const found =
      byKey === undefined
        ? rulesNamed(loadBalancers, (name) => beginsWithKey(name, key))
        : (byKey.get(key) ?? []);
    return ownSideFirst(inFamily(found, ipFamilies), annotations);
  };
}

function rulesByKey(loadBalancers: readonly LoadBalancer[]): ReadonlyMap<string, RulesOfService> {
  return Map.groupBy(
    rulesNamed(loadBalancers, () => true),
    ({ rule }) => rule.name.slice(0, keyLength).toLowerCase(),
  );
}

function rulesNamed(
  loadBalancers: readonly LoadBalancer[],
  isWanted: (name: string) => boolean,
): RulesOfService {
  return loadBalancers.flatMap((loadBalancer) => {
    const rules = loadBalancer.rules.filter(({ name }) => isWanted(name));
    if (rules.length === 0) return [];
    const ipv6Pools = new Set(
      loadBalancer.backendPools.filter((pool) => isIpv6PoolName(pool.name)).map((pool) => pool.id),
    );
    return rules.map((rule) => ({
      loadBalancer,
      rule,
      ipv6: rule.backendPoolIds.some((id) => ipv6Pools.has(id)),
    }));
  });
}

const keyLength = 32;

/**
 * A pool's name tells the family, and may mislead: the own pool of a Service called `…-ipv6` ends like
 * one of IPv6. What a Service of one family has is of that family.
 */
function inFamily(rules: RulesOfService, families: readonly IpFamily[] = []): RulesOfService {
  const ipv6 = families[0] === 'IPv6';
  if (families.length !== 1 || rules.some((found) => found.ipv6 === ipv6)) return rules;
  return rules.map((found) => ({ ...found, ipv6 }));
}

/** A Service that became internal, or public, may have left rules behind: those where it belongs now come first. */
function ownSideFirst(
  rules: RulesOfService,
  annotations: LoadBalancerService['annotations'] | undefined,
): RulesOfService {
  if (annotations === undefined) return rules;
  const internal = isInternal(annotations);
  const isOwn = ({ loadBalancer }: FoundRule): boolean =>
    isInternalName(loadBalancer.name) === internal;
  return rules.every(isOwn) ? rules : rules.toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a)));
}

/** Is a load balancer the cluster's own: by AKS's name for it, or by rules that are called like those of Services? */
export function isClusterLoadBalancer({
  name,
  rules,
}: Pick<LoadBalancer, 'name' | 'rules'>): boolean {
  return (
    isManagedName(name, { clusterName: aksClusterName }) ||
    rules.some((rule) => keyInName(rule.name) !== undefined)
  );
}

/** The rule that carries a Service port in a family: the port's own, or the one rule for all ports. */
export function ruleFor(
  rules: RulesOfService,
  port: ServicePort,
  family: IpFamily,
): FoundRule | undefined {
  const ofFamily = rules.filter((found) => found.ipv6 === (family === 'IPv6'));
  const protocol = port.protocol.toLowerCase();
  return (
    ofFamily.find(({ rule }) => rule.frontendPort === port.port && rule.protocol === protocol) ??
    ofFamily.find(({ rule }) => rule.frontendPort === port.port && rule.protocol === 'all') ??
    ofFamily.find(({ rule }) => rule.frontendPort === 0 && rule.protocol === 'all')
  );
}

/** Why not every rule of a Service may be known: one of its own, or one that may be anybody's, says nothing that can be read. */
export function unreadableRule(
  loadBalancers: readonly LoadBalancer[],
  { uid }: Pick<LoadBalancerService, 'uid'>,
): string | undefined {
  const key = serviceKey(uid).toLowerCase();
  for (const { name, unreadableRules = [] } of loadBalancers) {
    const rule = unreadableRules.find((each) => each === '' || each.toLowerCase().startsWith(key));
    if (rule !== undefined) return `a rule of load balancer ${name} cannot be read`;
  }
  return undefined;
}

/**
 * The load balancer that a Service is on: where its rules are, else the one and only of its side
 * (internal or not). `undefined` = it cannot be told.
 */
export function serviceLoadBalancer(
  loadBalancers: readonly LoadBalancer[],
  service: LoadBalancerService,
): LoadBalancer | undefined {
  const [found] = findRules(loadBalancers)(service);
  if (found !== undefined) return found.loadBalancer;
  const internal = isInternal(service.annotations);
  const side = loadBalancers.filter((each) => isInternalName(each.name) === internal);
  return side.length === 1 ? side[0] : undefined;
}
