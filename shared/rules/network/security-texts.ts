import { isDefaultRule, type InboundRule } from '../../load-balancing/index.ts';
import { compacted, listed, type Node, type ServicePort } from '../../model/index.ts';
import type { Evidence } from '../rule.ts';
import { distinct } from '../../fixes/text.ts';
import { anyUnopened, type ClosedPort } from '../../traffic/index.ts';

/** What both rules say of ports that are closed. */

/** `port 80/TCP`, `ports 80/TCP and 443/TCP`. */
export function closedPortsText(closed: readonly ClosedPort[]): string {
  const names = closedPortNames(closed);
  return `${names.length === 1 ? 'port' : 'ports'} ${listed(names)}`;
}

function closedPortNames(closed: readonly ClosedPort[]): readonly string[] {
  return [...new Set(closed.map(({ guarded }) => portName(guarded.port)))];
}

function portName({ port, protocol }: ServicePort): string {
  return `${port}/${protocol}`;
}

/** The backends that are closed for any of the ports, and all of them. */
export function closedBackends(closed: readonly ClosedPort[]): {
  readonly nodes: readonly Node[];
  readonly all: number;
} {
  return {
    nodes: [...new Set(closed.flatMap((each) => each.closed))],
    all: Math.max(0, ...closed.map(({ backends }) => backends)),
  };
}

/** The security rules that deny, each once. */
export function deniersOf(closed: readonly ClosedPort[]): readonly InboundRule[] {
  const byText = new Map(
    closed.flatMap(({ deniedBy }) => deniedBy.map((each) => [ruleText(each), each] as const)),
  );
  return [...byText.values()];
}

/** `DenyAll (priority 200) of nsg-nodes`. */
export function ruleText({ group, rule }: InboundRule): string {
  return `${rule.name} (priority ${rule.priority}) of ${group.name}`;
}

/** A rule of a person says no, or none says yes, or both. */
export function closedPortCauses(closed: readonly ClosedPort[]): readonly string[] {
  const own = deniersOf(closed).some(({ rule }) => !isDefaultRule(rule));
  return compacted([own && 'deny-rule', anyUnopened(closed) && 'no-allow-rule']);
}

/** What evidence says of closed ports: ports, groups, rules and backends. */
export function closedEvidence(closed: readonly ClosedPort[]): Evidence {
  const { nodes, all } = closedBackends(closed);
  const deniers = deniersOf(closed);
  return {
    ports: closedPortNames(closed),
    securityGroups: distinct(deniers.map(({ group }) => group.name)),
    deniedBy: deniers.map(ruleText),
    closedBackends: nodes.length,
    backends: all,
    nodes: distinct(nodes.map(({ name }) => name)),
  };
}
