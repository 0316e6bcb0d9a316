import { compacted, sameName, type LoadBalancerService } from '../model/index.ts';
import { canonicalAddress } from './ip-address.ts';
import type { ExpectedFamily, ExpectedRule } from './expected-rules.ts';
import { isTakenByAddress } from './listeners.ts';
import { aksClusterName } from './names.ts';
import { backendPoolName } from './pool-names.ts';
import { poolsOfRule, type FoundRule, type RulesOfService } from './rules-of-service.ts';

/** One field of a rule that is not what the cloud provider would write; both sides as people say them. */
export interface RuleDifference {
  readonly field: string;
  readonly asked: string;
  readonly azure: string;
}

export interface DriftedRule {
  readonly found: FoundRule;
  readonly expected: ExpectedRule;
  readonly differences: readonly RuleDifference[];
}

/** The rules of a Service in Azure that differ from those that follow from it; probes are compared elsewhere. */
export function driftedRules(
  service: LoadBalancerService,
  families: readonly ExpectedFamily[],
  rules: RulesOfService,
  addressOf: (found: FoundRule) => string | undefined,
  /** The address that the Service asks for and can have; `undefined` = any. */
  wantedOf: (found: FoundRule) => string | undefined = () => undefined,
): readonly DriftedRule[] {
  return families.flatMap(({ family, rules: expectedOnes }) =>
    expectedOnes.flatMap((expected): readonly DriftedRule[] => {
      const found = ruleInAzure(rules, expected, family === 'IPv6');
      if (found === undefined) return [];
      const differences = differencesOf(
        service,
        expected,
        found,
        addressOf(found),
        wantedOf(found),
      );
      return differences.length === 0 ? [] : [{ found, expected, differences }];
    }),
  );
}

/** The rule in Azure for an expected one: by its name; one of an older name, as after a change of subnet, by its port. */
export function ruleInAzure(
  rules: RulesOfService,
  expected: ExpectedRule,
  ipv6: boolean,
): FoundRule | undefined {
  const ofFamily = rules.filter((found) => found.ipv6 === ipv6);
  return (
    ofFamily.find(({ rule }) => sameName(rule.name, expected.name)) ??
    ofFamily.find(
      ({ rule }) =>
        rule.frontendPort === expected.frontendPort && sameName(rule.protocol, expected.protocol),
    )
  );
}

/** What ARM left out of its answer is no difference. */
function differencesOf(
  service: LoadBalancerService,
  expected: ExpectedRule,
  found: FoundRule,
  address: string | undefined,
  wanted: string | undefined,
): readonly RuleDifference[] {
  const { rule, ipv6 } = found;
  const compared: readonly (readonly [string, unknown, unknown])[] = [
    ['protocol', expected.protocol.toLowerCase(), rule.protocol],
    ['frontend port', expected.frontendPort, rule.frontendPort],
    ['backend port', expected.backendPort, rule.backendPort],
    ['floating IP', expected.floatingIp, rule.floatingIp],
    ['distribution', expected.distribution.toLowerCase(), rule.loadDistribution?.toLowerCase()],
    ['idle timeout (minutes)', expected.idleMinutes, rule.idleTimeoutMinutes],
    ['TCP reset', expected.tcpReset ?? undefined, rule.tcpReset],
  ];
  const pools = poolsOfRule(found);
  const local = { namespace: service.namespace, name: service.name };
  const known = compacted([
    backendPoolName({ clusterName: aksClusterName, ipv6 }),
    service.externalTrafficPolicy === 'Local' &&
      backendPoolName({ clusterName: aksClusterName, ipv6, localService: local }),
  ]);
  const strange = pools.find(({ name }) => !known.some((each) => sameName(each, name)));
  const isOther =
    wanted !== undefined &&
    address !== undefined &&
    canonicalAddress(wanted) !== canonicalAddress(address);
  const elsewhere = service.ingressIps.length > 0 && isTakenByAddress(service, address) === 'no';
  return compacted([
    ...compared
      .filter(([, asked, azure]) => asked !== undefined && azure !== undefined && asked !== azure)
      .map(([field, asked, azure]) => ({ field, asked: textOf(asked), azure: textOf(azure) })),
    strange !== undefined && {
      field: 'backend pool',
      asked: known.join(' or '),
      azure: strange.name,
    },
    (elsewhere || isOther) && {
      field: 'frontend address',
      asked: isOther ? wanted : service.ingressIps.join(', '),
      azure: address ?? 'not known',
    },
  ]);
}

function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value);
}
