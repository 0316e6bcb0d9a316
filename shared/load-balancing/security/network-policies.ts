import {
  matchesLabelSelector,
  type ContainerPort,
  type IpFamily,
  type NetworkPolicy,
  type PolicyPeer,
  type PolicyPort,
  type Read,
  type Tristate,
} from '../../model/index.ts';
import { firstPublic, isInRange, parseRange, partsOf, wholeSpace } from '../address-range.ts';
import type { IpAddress } from '../ip-address.ts';
import type { Clients } from './clients.ts';

/** A pod's port that packets are for. */
export interface PolicyTarget {
  readonly namespace: string;
  readonly labels: ReadonlyMap<string, string>;
  /** What its containers declare: policies may call a port by its name. */
  readonly ports: readonly Pick<ContainerPort, 'name' | 'containerPort' | 'protocol'>[];
  /** `TCP`, `UDP` or `SCTP`. */
  readonly protocol: string;
  readonly port: number;
}

/** Who sends: an address outside the cluster, or a pod. */
export type PolicySender =
  | { readonly kind: 'address'; readonly address: IpAddress }
  | {
      readonly kind: 'pod';
      readonly namespace: string;
      readonly labels: ReadonlyMap<string, string>;
      readonly address: IpAddress;
    };

export interface PolicyInputs {
  readonly policies: readonly NetworkPolicy[];
  /** Labels by namespace; a namespace that is not there has none that are known. */
  readonly namespaces: Read<ReadonlyMap<string, ReadonlyMap<string, string>>>;
}

/** Policies that are about what comes in to a pod; one whose own words cannot be read may be. */
export function policiesOn(
  { policies }: Pick<PolicyInputs, 'policies'>,
  { namespace, labels }: Pick<PolicyTarget, 'namespace' | 'labels'>,
): readonly NetworkPolicy[] {
  return policies.filter(
    (policy) =>
      policy.namespace === namespace &&
      policy.ingress &&
      (policy.podSelector === undefined || matchesLabelSelector(policy.podSelector, labels)),
  );
}

/**
 * Do NetworkPolicies let packets in? Where none is about the pod, yes; else one rule of one of them
 * has to. Policies add up: there is none that denies.
 */
export function isAdmitted(
  inputs: PolicyInputs,
  target: PolicyTarget,
  source: PolicySender,
): Tristate {
  const selecting = policiesOn(inputs, target);
  if (selecting.length === 0) return 'yes';
  let unknown = false;
  for (const policy of selecting) {
    if (policy.unreadable !== undefined) unknown = true;
    for (const rule of policy.rules) {
      if (!isAbout(rule, target)) continue;
      if (rule.from.length === 0) return 'yes';
      for (const peer of rule.from) {
        const matched = isPeer(peer, policy.namespace, source, inputs);
        if (matched === 'yes') return 'yes';
        if (matched === 'unknown') unknown = true;
      }
    }
  }
  return unknown ? 'unknown' : 'no';
}

/** Whether one of the policies lets every source in to the port. */
export function admitsEverybody(policies: readonly NetworkPolicy[], target: PortOfTarget): boolean {
  return policies.some(({ rules }) =>
    rules.some((rule) => rule.from.length === 0 && isAbout(rule, target)),
  );
}

type PortOfTarget = Pick<PolicyTarget, 'protocol' | 'port' | 'ports'>;

function isAbout({ ports }: NetworkPolicy['rules'][number], target: PortOfTarget): boolean {
  return ports.length === 0 || ports.some((port) => isFor(port, target));
}

function isFor({ protocol, port, endPort }: PolicyPort, target: PortOfTarget): boolean {
  if (protocol !== target.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === 'number') return port <= target.port && target.port <= (endPort ?? port);
  return target.ports.some(
    (each) =>
      each.name === port && each.protocol === protocol && each.containerPort === target.port,
  );
}

function isPeer(
  peer: PolicyPeer,
  ownNamespace: string,
  source: PolicySender,
  { namespaces }: PolicyInputs,
): Tristate {
  if (peer.kind === 'block') {
    const inside = (text: string): boolean => {
      const range = parseRange(text);
      return range !== undefined && isInRange(source.address, range);
    };
    return inside(peer.cidr) && !peer.except.some(inside) ? 'yes' : 'no';
  }
  if (source.kind === 'address') return 'no';
  const { podSelector, namespaceSelector } = peer;
  if (podSelector !== undefined && !matchesLabelSelector(podSelector, source.labels)) return 'no';
  if (namespaceSelector === undefined) return source.namespace === ownNamespace ? 'yes' : 'no';
  if (namespaces.kind === 'unread') return 'unknown';
  const labels = namespaces.value.get(source.namespace);
  if (labels === undefined) return 'unknown';
  return matchesLabelSelector(namespaceSelector, labels) ? 'yes' : 'no';
}

/** How many of some clients get in. */
export type Reach = 'all' | 'some' | 'none' | 'unknown';

/** Which part of the clients of a Service the policies let in to one of its pods. */
export function reachOf(
  inputs: PolicyInputs,
  target: PolicyTarget,
  family: IpFamily,
  clients: readonly Clients[],
): Reach {
  if (policiesOn(inputs, target).length === 0) return 'all';
  const blocks = policiesOn(inputs, target).flatMap(({ rules }) =>
    rules.flatMap(({ from }) =>
      from.flatMap((peer) => (peer.kind === 'block' ? [peer.cidr, ...peer.except] : [])),
    ),
  );
  const ranges = blocks.flatMap((text) => parseRange(text) ?? []);
  const found = new Set<Reach>();
  for (const each of clients) {
    const space = each.kind === 'range' ? each.range : wholeSpace(family);
    if (space.family !== family) continue;
    if (each.kind === 'network' && each.addresses.length > 0) {
      const own = each.addresses.map((value) => ({ family, value }));
      const inside = own.map((address) => isAdmitted(inputs, target, { kind: 'address', address }));
      if (inside.every((answer) => answer === 'yes')) {
        found.add('all');
        continue;
      }
    }
    const answers = new Set<Tristate>();
    for (const part of partsOf(space, ranges)) {
      const first = { family, value: part.first };
      const address = each.kind === 'internet' || each.kind === 'tag' ? firstPublic(part) : first;
      if (address === undefined) continue;
      answers.add(isAdmitted(inputs, target, { kind: 'address', address }));
    }
    found.add(oneReach(answers, each.kind === 'tag' || each.kind === 'network'));
  }
  if (found.has('unknown')) return 'unknown';
  const [only = 'all', ...others] = found;
  return others.length === 0 ? only : 'some';
}

/** @param partly Of a service tag or a whole network nobody says in which part its clients are. */
function oneReach(answers: ReadonlySet<Tristate>, partly: boolean): Reach {
  if (answers.has('unknown')) return 'unknown';
  if (answers.has('yes') && answers.has('no')) return partly ? 'unknown' : 'some';
  return answers.has('no') ? 'none' : 'all';
}
