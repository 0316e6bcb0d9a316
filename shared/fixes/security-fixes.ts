import { inboundRules, isDefaultRule, type InboundRule } from '../load-balancing/index.ts';
import { listed, type SecurityGroup } from '../model/index.ts';
import { az } from './commands.ts';
import type { Fix, FixStep } from './fix.ts';
import { quoted } from './text.ts';

/** Fixes for network security groups; each says what it costs. Commands are shown, never run. */

/** What a rule of one's own is to let in. */
export interface AllowedTraffic {
  readonly name: string;
  /** `Tcp`, `Udp` or `*`. */
  readonly protocol: string;
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  readonly ports: readonly string[];
}

/** Below the rules of the cloud provider, which begin at 500. */
const highestOwn = 499;
const lowest = 100;

/** A rule that comes before those that deny; not offered where no priority is left for it. */
export function openBefore(
  deniers: readonly InboundRule[],
  openings: readonly AllowedTraffic[],
  title: string,
  price: readonly string[],
): readonly Fix[] {
  const groups = [...new Set(deniers.map(({ group }) => group))];
  const steps = groups.slice(0, 3).flatMap((group) => {
    const limit = Math.min(
      highestOwn,
      ...deniers
        .filter((each) => each.group === group && !isDefaultRule(each.rule))
        .map(({ rule }) => rule.priority - 1),
    );
    const priorities = freePriorities(group, limit);
    return openings.slice(0, 4).flatMap((opening, index) => {
      const priority = priorities[index];
      return priority === undefined ? [] : [createRule(group, opening, priority)];
    });
  });
  return steps.length === 0 ? [] : [{ title, steps, price }];
}

/** The largest numbers up to a limit that no rule for incoming packets has. */
function freePriorities(group: SecurityGroup, limit: number): readonly number[] {
  const taken = new Set(inboundRules(group).map(({ rule }) => rule.priority));
  const free: number[] = [];
  for (let priority = limit; priority >= lowest && free.length < 4; priority--)
    if (!taken.has(priority)) free.push(priority);
  return free;
}

function words(values: readonly string[]): string {
  return values.slice(0, 20).map(quoted).join(' ');
}

function createRule(group: SecurityGroup, opening: AllowedTraffic, priority: number): FixStep {
  const { name, protocol, sources, destinations, ports } = opening;
  return az(
    `network nsg rule create ${groupArguments(group)} -n ${quoted(name)} --priority ${priority} --direction Inbound --access Allow --protocol ${quoted(protocol)} --source-address-prefixes ${words(sources)} --destination-address-prefixes ${words(destinations)} --destination-port-ranges ${words(ports)}`,
  );
}

function groupArguments({ resourceGroup, name }: SecurityGroup): string {
  return `-g ${quoted(resourceGroup)} --nsg-name ${quoted(name)}`;
}

/** The rules of a person that deny; Azure's own cannot be taken away. */
export function removeDeniers(deniers: readonly InboundRule[]): readonly Fix[] {
  const own = deniers.filter(({ rule }) => !isDefaultRule(rule));
  if (own.length === 0) return [];
  return [
    {
      title: `Delete NSG ${own.length === 1 ? 'rule' : 'rules'} ${listed(own.map(({ rule }) => rule.name))}`,
      steps: own
        .slice(0, 3)
        .map(({ group, rule }) =>
          az(`network nsg rule delete ${groupArguments(group)} -n ${quoted(rule.name)}`),
        ),
      price: ['other traffic that the rule blocks is allowed too: check its purpose first'],
    },
  ];
}

/** Did the cloud provider write it? It writes it again as it thinks right. */
export function isProviders({ rule }: InboundRule): boolean {
  return /^k8s-azure-lb_/iu.test(rule.name);
}

/** The group that the cloud provider keeps: it has rules of its, or is where AKS made it. */
export function isClusterGroup(
  group: SecurityGroup,
  nodeResourceGroup: string | undefined,
): boolean {
  return (
    inboundRules(group).some(isProviders) ||
    group.resourceGroup.toLowerCase() === nodeResourceGroup?.toLowerCase()
  );
}
