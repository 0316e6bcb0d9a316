import {
  allOf,
  answerOf,
  anyOf,
  hostnameLabel,
  matchesLabelSelector,
  type Node,
  type PodSpec,
  type TopologySpreadConstraint,
  type Tristate,
} from '../model/index.ts';
import { landing } from './landing.ts';
import { fitsRequired } from './node-affinity.ts';
import {
  isUnrestricted,
  keepsOwnApart,
  keysApart,
  mergedSelector,
  twoPodsOf,
  type Namespaces,
  type PodsOf,
} from './repels.ts';
import { roomFor } from './room.ts';

/**
 * How sure "one pod per node" is (source: kube-scheduler): two can never share one; two share one only
 * where no other node is left; hope; or it depends on what was not read, such as where pods of others sit.
 */
export type Spread = 'guaranteed' | 'bounded' | 'hoped-for' | 'unknown';

/** What makes the answer exact; absent = not read. */
export interface SpreadContext {
  readonly nodes?: readonly Node[];
  readonly namespaces?: Namespaces;
  /** Workloads of the cluster, with or without the one in question. */
  readonly others?: readonly PodsOf[];
}

/** By what a workload's pods keep apart: a port of the host, their size, required anti-affinity, a hard spread. */
export function spreadByHost(of: PodsOf, context: SpreadContext = {}): Spread {
  const { podSpec: spec } = of;
  if (spec.ports.some(({ hostPort = 0 }) => hostPort > 0)) return 'guaranteed';
  const places = context.nodes?.filter((node) => isPlace(of, node));
  const apart = holdOneEach(of, places, context.namespaces);
  if (apart === 'yes') return 'guaranteed';
  const bounded = anyOf(spec.topologySpread.map((each) => boundsPods(each, of, context)));
  if (bounded === 'yes') return 'bounded';
  if (apart === 'unknown' || bounded === 'unknown') return 'unknown';
  return mayBeCrowdedOut(of, places, context) ? 'unknown' : 'hoped-for';
}

/** A hard spread keeps pods off nodes that lack its label. */
function isPlace(of: PodsOf, node: Node): boolean {
  const { podSpec: spec } = of;
  return landing(spec, node).ever !== 'no' && hasHardKeys(spec, node) && roomFor(of, node) > 0;
}

/** Has the node the labels of all hard spreads? Every node is its own host. */
export function hasHardKeys({ topologySpread }: PodSpec, { labels }: Node): boolean {
  return topologySpread.every(
    ({ whenUnsatisfiable, topologyKey }) =>
      whenUnsatisfiable !== 'DoNotSchedule' ||
      topologyKey === hostnameLabel ||
      labels.has(topologyKey),
  );
}

/** A node has one value of a label: two pods that may not share a value cannot share a node that has one. */
function holdOneEach(
  of: PodsOf,
  places: readonly Node[] | undefined,
  namespaces: Namespaces,
): Tristate {
  const keys = of.podSpec.requiredPodAntiAffinity.map(
    (term) => [term.topologyKey, keepsOwnApart(term, of, namespaces)] as const,
  );
  if (places === undefined) {
    // A node that was not read may lack any label but its name.
    const byKey = keys.map(([key, keeps]) =>
      key === hostnameLabel || keeps === 'no' ? keeps : 'unknown',
    );
    return anyOf(byKey);
  }
  return allOf(
    places.map((node) =>
      anyOf([
        answerOf(roomFor(of, node) <= 1),
        ...keys.map(([key, keeps]) =>
          key === hostnameLabel || node.labels.has(key) ? keeps : 'no',
        ),
      ]),
    ),
  );
}

/**
 * A hard spread with a skew of 1. By zone, rack or pool no two pods share a value while there are as
 * many values as replicas, or while one is counted that no pod can reach, which then stays at 0.
 */
function boundsPods(
  constraint: TopologySpreadConstraint,
  of: PodsOf,
  { nodes, others = [] }: SpreadContext,
): Tristate {
  const { topologyKey: key, maxSkew, whenUnsatisfiable, minDomains = 0 } = constraint;
  if (whenUnsatisfiable !== 'DoNotSchedule') return 'no';
  if (!countsPodsOf(constraint, of, of)) return 'no';
  const foreign = foreignPods(constraint, of, others);
  if (maxSkew !== 1) return fillsUp(constraint, of, { nodes, foreign });
  if (nodes === undefined) return key === hostnameLabel && foreign === 0 ? 'yes' : 'unknown';
  const { replicas = Infinity } = of;
  const domains = domainsOf(constraint, of, nodes);
  const places = valuesOf(
    key,
    nodes.filter((node) => isPlace(of, node)),
  );
  // Pods of others may stand where these cannot.
  const unreached = [...domains].filter((domain) => !places.has(domain)).length;
  const staysEmpty = unreached > foreign || domains.size < minDomains;
  if (places.size > 0 && staysEmpty) return 'yes';
  if (key === hostnameLabel && foreign === 0) return 'yes';
  return places.size > 0 && domains.size >= replicas + foreign ? 'yes' : 'no';
}

/** Pods of other workloads that a constraint counts. */
function foreignPods(
  constraint: TopologySpreadConstraint,
  of: PodsOf,
  others: readonly PodsOf[],
): number {
  return others
    .filter((each) => countsOther(constraint, of, each))
    .reduce((sum, { replicas = Infinity }) => sum + replicas, 0);
}

/**
 * The label of a hard spread that alone keeps a bounded workload's pods on different nodes, and only
 * while there are as many values of it as replicas: with a zone fewer, two share a node.
 */
export function whileAllAreUp(of: PodsOf, context: SpreadContext): string | undefined {
  const { nodes } = context;
  if (nodes === undefined) return undefined;
  const holding = of.podSpec.topologySpread.filter(
    (each) => boundsPods(each, of, context) === 'yes',
  );
  const [first] = holding;
  if (first === undefined) return undefined;
  const isTight = (each: TopologySpreadConstraint): boolean => {
    const [gone = ''] = domainsOf(each, of, nodes);
    const without = nodes.filter((node) => !valuesOf(each.topologyKey, [node]).has(gone));
    return (
      each.topologyKey !== hostnameLabel &&
      boundsPods(each, of, { ...context, nodes: without }) !== 'yes'
    );
  };
  return holding.every(isTight) ? first.topologyKey : undefined;
}

/**
 * A wider skew lets two share a node, unless pods of others take the rest: with fewer domains than
 * `minDomains` no domain may hold more than `maxSkew` pods in all, whoever's they are.
 */
function fillsUp(
  constraint: TopologySpreadConstraint,
  of: PodsOf,
  { nodes, foreign }: { readonly nodes: readonly Node[] | undefined; readonly foreign: number },
): Tristate {
  const { topologyKey: key, maxSkew, minDomains = 0 } = constraint;
  if (nodes === undefined || foreign === 0) return 'no';
  if (domainsOf(constraint, of, nodes).size >= minDomains) return 'no';
  const places = valuesOf(
    key,
    nodes.filter((node) => isPlace(of, node)),
  );
  return foreign >= places.size * (maxSkew - 1) ? 'unknown' : 'no';
}

function valuesOf(key: string, nodes: readonly Node[]): ReadonlySet<string> {
  return new Set(nodes.map(({ name, labels }) => labels.get(key) ?? name));
}

/** The values of its key that a spread counts, whether or not a pod can go there. */
export function domainsOf(
  constraint: TopologySpreadConstraint,
  { podSpec }: Pick<PodsOf, 'podSpec'>,
  nodes: readonly Node[],
): ReadonlySet<string> {
  return valuesOf(
    constraint.topologyKey,
    nodes.filter((node) => isCounted(constraint, podSpec, node)),
  );
}

/** Does a spread keep pods of the workload waiting, by the workload's own other pods? */
export function isBinding(constraint: TopologySpreadConstraint, of: PodsOf): boolean {
  return constraint.whenUnsatisfiable === 'DoNotSchedule' && countsPodsOf(constraint, of, of);
}

/** Does a spread of one workload's pods count those of another one? */
export function countsOther(
  constraint: TopologySpreadConstraint,
  of: PodsOf,
  other: PodsOf,
): boolean {
  return (
    !isSame(other, of) && other.namespace === of.namespace && countsPodsOf(constraint, of, other)
  );
}

/**
 * Does a constraint of one workload's pods count those of another? An empty selector counts none,
 * unless keys of the pod itself are added to it.
 */
function countsPodsOf(constraint: TopologySpreadConstraint, of: PodsOf, counted: PodsOf): boolean {
  const [own] = twoPodsOf(of);
  const [, its] = isSame(of, counted) ? twoPodsOf(of) : twoPodsOf(counted, 'other-revision');
  const selector = mergedSelector(constraint, own);
  if (selector === undefined) return false;
  if (selector.matchLabels.size === 0 && selector.matchExpressions.length === 0) return false;
  return matchesLabelSelector(selector, its);
}

function isSame(one: PodsOf, other: PodsOf): boolean {
  return (
    one === other ||
    (one.kind === other.kind && one.namespace === other.namespace && one.name === other.name)
  );
}

function isCounted(
  { nodeAffinityPolicy, nodeTaintsPolicy }: TopologySpreadConstraint,
  spec: PodSpec,
  node: Node,
): boolean {
  if (!hasHardKeys(spec, node)) return false;
  if (nodeAffinityPolicy !== 'Ignore' && !fitsRequired(spec, node)) return false;
  return nodeTaintsPolicy !== 'Honor' || landing(spec, node).ever !== 'no';
}

/** Can pods of others, from which these keep away, stand on every node that is left? Where is not read. */
function mayBeCrowdedOut(
  of: PodsOf,
  places: readonly Node[] | undefined,
  { namespaces, others = [] }: SpreadContext,
): boolean {
  const foreign = of.podSpec.requiredPodAntiAffinity.filter(
    (term) => keepsOwnApart(term, of, namespaces) === 'no',
  );
  if (foreign.some((term) => isUnrestricted(term))) return true;
  let closed = 0;
  for (const each of others) {
    if (isSame(each, of) || each.replicas === 0) continue;
    const most = Math.max(0, ...keysApart(of, each, namespaces).map((key) => largest(key, places)));
    if (most > 0) closed += most * (each.replicas ?? Infinity);
  }
  const isHard = of.podSpec.topologySpread.some(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
  );
  return closed > 0 && (isHard || closed >= (places?.length ?? 0));
}

/** Most places that one pod closes: those with one value of the label. */
function largest(key: string, places: readonly Node[] = []): number {
  const counts = new Map<string, number>();
  for (const { labels } of places) {
    const value = labels.get(key);
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}
