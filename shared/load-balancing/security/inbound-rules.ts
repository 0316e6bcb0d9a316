import {
  allOf,
  answerOf,
  type Tristate,
  type SecurityGroup,
  type SecurityRule,
} from '../../model/index.ts';
import type { NetworkPlace } from './place.ts';
import { areIn, readPrefixes, type Prefixes } from './prefixes.ts';

/** Packets of one kind on their way to a node. */
export interface Flow {
  /** `tcp`, `udp`, `sctp`. */
  readonly protocol: string;
  readonly port: number;
  readonly destination: NetworkPlace;
}

/** A rule for incoming packets, read once. */
export interface InboundRule {
  readonly group: SecurityGroup;
  readonly rule: SecurityRule;
  readonly sources: Prefixes;
  readonly destinations: Prefixes;
  readonly ports: readonly PortRange[];
}

interface PortRange {
  readonly from: number;
  readonly to: number;
}

const known = new WeakMap<SecurityGroup, readonly InboundRule[]>();

/** The rules of a group for incoming packets, by priority; Azure's own come last, and always. */
export function inboundRules(group: SecurityGroup): readonly InboundRule[] {
  const before = known.get(group);
  if (before !== undefined) return before;
  const rules = [...group.rules.filter(({ inbound }) => inbound), ...defaultRules].map((rule) => ({
    group,
    rule,
    sources: readPrefixes(rule.sources),
    destinations: readPrefixes(rule.destinations),
    ports: portRanges(rule.destinationPorts),
  }));
  known.set(group, rules);
  return rules;
}

function defaultRule(
  name: string,
  priority: number,
  allow: boolean,
  source: string,
  destination = '*',
): SecurityRule {
  return {
    name,
    allow,
    inbound: true,
    priority,
    protocol: '*',
    sources: [source],
    destinations: [destination],
    destinationPorts: ['*'],
    usesApplicationGroups: false,
  };
}

/** They cannot be taken away, and a list that leaves them out says nothing else. */
const defaultRules = [
  defaultRule('AllowVnetInBound', 65_000, true, 'VirtualNetwork', 'VirtualNetwork'),
  defaultRule('AllowAzureLoadBalancerInBound', 65_001, true, 'AzureLoadBalancer'),
  defaultRule('DenyAllInBound', 65_500, false, '*'),
];

/** Rules of a person are below; Azure's own cannot be changed. */
export function isDefaultRule({ priority }: SecurityRule): boolean {
  return priority >= 65_000;
}

function portRanges(texts: readonly string[]): readonly PortRange[] {
  return texts.flatMap((text) => {
    if (text === '*') return [{ from: 0, to: 65_535 }];
    const [, from, to = from] = /^\s*(\d{1,5})\s*(?:-\s*(\d{1,5})\s*)?$/u.exec(text) ?? [];
    return from === undefined ? [] : [{ from: Number(from), to: Number(to) }];
  });
}

const byPort = new WeakMap<SecurityGroup, Map<string, readonly InboundRule[]>>();

/** The rules of a group for a protocol and port, whatever their addresses; asked for often, worked out once. */
export function rulesForPort(
  group: SecurityGroup,
  { protocol, port }: Pick<Flow, 'protocol' | 'port'>,
): readonly InboundRule[] {
  const cache = byPort.get(group) ?? new Map<string, readonly InboundRule[]>();
  byPort.set(group, cache);
  const key = `${protocol} ${port}`;
  const before = cache.get(key);
  if (before !== undefined) return before;
  const rules = inboundRules(group).filter(
    ({ rule, ports }) =>
      (rule.protocol === '*' || rule.protocol === protocol) &&
      ports.some(({ from, to }) => from <= port && port <= to),
  );
  cache.set(key, rules);
  return rules;
}

/** Is a rule for a destination? What is in an application security group is not read. */
export function isTo({ rule, destinations }: InboundRule, destination: NetworkPlace): Tristate {
  if (destinations.any) return 'yes';
  return rule.destinations.length === 0 ? 'unknown' : areIn(destinations, destination);
}

/** Packets come from any port above 1023: a rule for some ports of clients catches some packets. */
function isFrom({ rule, sources }: InboundRule, source: NetworkPlace): Tristate {
  const from = rule.sources.length === 0 ? fromGroup(rule, source) : areIn(sources, source);
  return allOf([from, fromPort(rule)]);
}

/** Only machines of the virtual network are in application security groups. */
function fromGroup({ usesApplicationGroups }: SecurityRule, source: NetworkPlace): Tristate {
  return usesApplicationGroups && source.isIn('internet') === 'yes' ? 'no' : 'unknown';
}

function fromPort({ sourcePorts }: SecurityRule): Tristate {
  if (sourcePorts === undefined) return 'yes';
  const every = portRanges(sourcePorts).some(({ from, to }) => from <= 1024 && to >= 65_535);
  return every ? 'yes' : 'unknown';
}

/** A rule for a flow, and whether it is sure to be: its destination may be one that nobody told. */
export interface Concerned {
  readonly inbound: InboundRule;
  readonly to: Tristate;
}

/** May packets from a place pass the rules of a group? `rule` decided, where one is sure to. */
export function passes(
  rules: readonly Concerned[],
  source: NetworkPlace,
): { readonly answer: Tristate; readonly rule?: InboundRule } {
  const perhaps = new Set<boolean>();
  for (const { inbound, to } of rules) {
    const matched = allOf([to, isFrom(inbound, source)]);
    if (matched === 'no') continue;
    perhaps.add(inbound.rule.allow);
    if (matched !== 'yes') continue;
    return perhaps.size === 1
      ? { answer: answerOf(inbound.rule.allow), rule: inbound }
      : { answer: 'unknown' };
  }
  return { answer: 'unknown' };
}
