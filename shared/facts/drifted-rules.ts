import {
  expectedRules,
  findRules,
  ruleInAzure,
  type ExpectedProbe,
  type FoundRule,
  type RulesOfService,
} from '../load-balancing/index.ts';
import type { IpFamily } from '../model/index.ts';
import { askedProbes, type AskingService } from './asked-probes.ts';
import { compareProbe, type Difference } from './compare-probe.ts';
import { derived } from './derived.ts';

/** A rule in Azure whose probe is another one than its Service asks for. */
export interface Drifted {
  readonly rule: string;
  readonly port: number;
  readonly protocol: string;
  readonly family: IpFamily;
  readonly differences: readonly [Difference, ...Difference[]];
}

/** How the rules of a Service compare with what it asks for. */
export interface Comparison {
  readonly drifted: readonly Drifted[];
  readonly unknown: readonly string[];
  /** The error with which the cloud provider refuses the Service: nothing can be compared then. */
  readonly refused?: string;
}

/** Each Service with how the probes of its rules compare with those that it asks for. */
export const comparedRules = derived(
  'comparedRules',
  ['loadBalancers', askedProbes],
  ({ loadBalancers, askedProbes: { services } }) => {
    const rulesOf = findRules(loadBalancers);
    return services.map((asking) => ({
      service: asking.service,
      ...compare(asking, rulesOf(asking.service)),
    }));
  },
);

/** A rule that is not there is no drift; that a Service is refused is another finding. */
function compare({ service, settings }: AskingService, found: RulesOfService): Comparison {
  if (found.length === 0) return { drifted: [], unknown: [] };
  const { families, error } = expectedRules(service, settings);
  if (error !== undefined) return { drifted: [], unknown: [], refused: error };
  const drifted: Drifted[] = [];
  const unknown: string[] = [];
  for (const { family, rules, probes } of families)
    for (const expected of rules) {
      const actual = ruleInAzure(found, expected, family === 'IPv6');
      if (actual === undefined) continue;
      const asked = probes.find(({ name }) => name === expected.probe);
      const outcome = compareWith(asked, actual);
      if ('unknown' in outcome) unknown.push(outcome.unknown);
      const [first, ...rest] = 'unknown' in outcome ? [] : outcome.differences;
      if (first === undefined) continue;
      const { frontendPort: port, protocol } = expected;
      drifted.push({
        rule: actual.rule.name,
        port,
        protocol,
        family,
        differences: [first, ...rest],
      });
    }
  return { drifted, unknown };
}

function compareWith(
  asked: ExpectedProbe | undefined,
  { loadBalancer, rule }: FoundRule,
): ReturnType<typeof compareProbe> {
  const actual = loadBalancer.probes.find((probe) => probe.id === rule.probeId);
  if (rule.probeId !== undefined && actual === undefined)
    return { unknown: `rule ${rule.name} refers to a probe that does not exist` };
  return compareProbe(asked, actual);
}
