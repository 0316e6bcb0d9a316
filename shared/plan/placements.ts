import {
  compareText,
  matchesLabelSelector,
  type Node,
  type NodeName,
  type Workload,
} from '../model/index.ts';
import { firstUntolerated, fitsRequired, isHard, preferenceScores } from '../placement/index.ts';

/** How many pods of one workload go to which nodes. */
export type Placement = ReadonlyMap<NodeName, number>;

export interface Seats {
  readonly workload: Workload;
  /** Pods to place, or to keep. */
  readonly pods: number;
  /** Nodes that fit, by name. */
  readonly nodes: readonly Node[];
  /** Every node of the cluster: spread constraints count domains that a pod may not reach. */
  readonly allNodes: readonly Node[];
  /** Pods of the workload that stay where they are. */
  readonly own: ReadonlyMap<NodeName, number>;
  /** Most pods that a node can take, where that is known: keeping some of those that are there. */
  readonly capacity?: ReadonlyMap<NodeName, number>;
  /** What tells nodes apart for traffic: nodes with one text are interchangeable. */
  readonly classOf: (node: Node) => string;
}

export interface Placements {
  /** Even over the nodes, preferred nodes first: what the scheduler leans to. */
  readonly likely: Placement;
  readonly all: readonly Placement[];
  /** Whether `all` is every placement that is allowed, up to interchangeable nodes. */
  readonly complete: boolean;
  /** Pods that no node can take. */
  readonly pending: number;
  /** Names of the nodes that fit. */
  readonly nodes: readonly NodeName[];
}

const mostPlacements = 1_500;

/**
 * Where the scheduler may put pods: required self anti-affinity and `DoNotSchedule` spread are kept,
 * scores are not trusted. Few are listed whole; of many those at the ends: all on few nodes, evenly
 * over many, on each class of nodes first.
 * @param onlyLikely Where nothing depends on the others.
 */
export function placementsOf(seats: Seats, onlyLikely = false): Placements {
  const limits = limitsOf(seats);
  const likely = greedy(seats, limits, leaning(seats));
  const placed = total(likely);
  const base = { likely, pending: seats.pods - placed, nodes: seats.nodes.map(({ name }) => name) };
  if (placed === 0 || onlyLikely) return { ...base, all: [likely], complete: true };
  const all = enumerate(seats, limits, placed);
  const found = all ?? ends(seats, limits, placed);
  // Pods that stay have names: which of them shares its node makes a difference to them.
  const turned = seats.own.size > 0 ? mirrored(found, classesOf(seats, limits.keys)) : [];
  return {
    ...base,
    all: distinct([likely, ...found, ...turned], seats),
    complete: all !== undefined,
  };
}

/** The same placements with the nodes of each class in reverse. */
function mirrored(
  placements: readonly Placement[],
  classes: readonly Class[],
): readonly Placement[] {
  const other = new Map(
    classes.flatMap(({ nodes }) =>
      nodes.map((node, at) => [node.name, nodes.at(-1 - at)?.name ?? node.name] as const),
    ),
  );
  return placements.map(
    (counts) => new Map([...counts].map(([name, count]) => [other.get(name) ?? name, count])),
  );
}

/** The likely placement of so many pods, without looking at others. */
function leaning({ workload, nodes, own }: Seats): (counts: Counts) => readonly Node[] {
  const scores = preferenceScores(workload.podSpec, nodes);
  return (counts) => {
    const on = (node: Node): number => (own.get(node.name) ?? 0) + (counts.get(node.name) ?? 0);
    return nodes.toSorted(
      (a, b) =>
        on(a) - on(b) ||
        (scores.get(b.name) ?? 0) - (scores.get(a.name) ?? 0) ||
        compareText(a.name, b.name),
    );
  };
}

type Counts = ReadonlyMap<NodeName, number>;

interface Limits {
  /** May one more pod go to the node? */
  mayTake(node: Node, counts: Counts): boolean;
  /** Could these counts be the end of some order of placing them? */
  allowed(counts: Counts): boolean;
  /** Labels whose values tell nodes apart for the constraints. */
  readonly keys: readonly string[];
}

function limitsOf(seats: Seats): Limits {
  const { workload, own, capacity } = seats;
  const { podSpec, podLabels, namespace } = workload;
  const apart = podSpec.requiredPodAntiAffinity
    .filter(
      (term) =>
        matchesLabelSelector(term.labelSelector, podLabels) &&
        (term.namespaces.length === 0 || term.namespaces.includes(namespace)),
    )
    .map(({ topologyKey }) => topologyKey);
  const spreads = podSpec.topologySpread
    .filter(
      (each) =>
        each.whenUnsatisfiable === 'DoNotSchedule' &&
        matchesLabelSelector(each.labelSelector, podLabels),
    )
    .map((each) => ({ ...each, domains: domainsOf(seats, each) }));
  const labels = new Map(seats.allNodes.map((node) => [node.name, node.labels]));
  const inDomain = (key: string, counts: Counts): Map<string, number> => {
    const sums = new Map<string, number>();
    for (const source of [own, counts])
      for (const [name, count] of source) {
        const value = labels.get(name)?.get(key);
        if (value !== undefined) sums.set(value, (sums.get(value) ?? 0) + count);
      }
    return sums;
  };
  const least = (spread: (typeof spreads)[number], sums: ReadonlyMap<string, number>): number => {
    if (spread.minDomains !== undefined && spread.domains.size < spread.minDomains) return 0;
    let min = Infinity;
    for (const domain of spread.domains) min = Math.min(min, sums.get(domain) ?? 0);
    return min === Infinity ? 0 : min;
  };
  const skewed = (counts: Counts, placed: (value: string, key: string) => boolean): boolean =>
    spreads.some((spread) => {
      const sums = inDomain(spread.topologyKey, counts);
      const min = least(spread, sums);
      return [...sums].some(
        ([value, sum]) => placed(value, spread.topologyKey) && sum > min + spread.maxSkew,
      );
    });
  const crowded = (counts: Counts): boolean =>
    apart.some((key) => [...inDomain(key, counts).values()].some((sum) => sum > 1));
  const keyless = (node: Node): boolean =>
    spreads.some(({ topologyKey }) => !node.labels.has(topologyKey));
  const full = (name: NodeName, counts: Counts): boolean =>
    capacity !== undefined && (counts.get(name) ?? 0) > (capacity.get(name) ?? 0);
  if (capacity !== undefined)
    return {
      keys: [],
      mayTake: (node, counts) => !full(node.name, plus(counts, node.name)),
      allowed: (counts) => [...counts.keys()].every((name) => !full(name, counts)),
    };
  return {
    keys: [...new Set([...apart, ...spreads.map(({ topologyKey }) => topologyKey)])],
    mayTake: (node, counts) => {
      if (keyless(node)) return false;
      const next = plus(counts, node.name);
      // One more in its domain, against the least of all domains before it.
      const tooMany = spreads.some((spread) => {
        const sums = inDomain(spread.topologyKey, counts);
        const value = node.labels.get(spread.topologyKey) ?? '';
        return (sums.get(value) ?? 0) + 1 - least(spread, sums) > spread.maxSkew;
      });
      return (
        !tooMany &&
        !apart.some((key) => {
          const value = node.labels.get(key);
          return value !== undefined && (inDomain(key, next).get(value) ?? 0) > 1;
        })
      );
    },
    allowed: (counts) => {
      const used = new Map<string, Set<string>>();
      for (const [name, count] of counts)
        if (count > 0)
          for (const { topologyKey } of spreads) {
            const value = labels.get(name)?.get(topologyKey);
            if (value === undefined) return false;
            const set = used.get(topologyKey) ?? new Set<string>();
            used.set(topologyKey, set.add(value));
          }
      return (
        !crowdedByNew(crowded, own, counts) &&
        !skewed(counts, (value, key) => used.get(key)?.has(value) === true)
      );
    },
  };
}

/** Pods that stay may stand too close already; only what is placed counts. */
function crowdedByNew(crowded: (counts: Counts) => boolean, own: Counts, counts: Counts): boolean {
  if (!crowded(counts)) return false;
  return (
    !crowded(new Map()) ||
    [...counts].some(([name, count]) => count > 0 && (own.get(name) ?? 0) + count > 1)
  );
}

/** The values of a spread's topology key that count as domains. */
function domainsOf(
  { workload: { podSpec }, allNodes }: Seats,
  {
    topologyKey,
    nodeAffinityPolicy,
    nodeTaintsPolicy,
  }: Workload['podSpec']['topologySpread'][number],
): ReadonlySet<string> {
  return new Set(
    allNodes.flatMap((node) => {
      const value = node.labels.get(topologyKey);
      const counts =
        (nodeAffinityPolicy !== 'Honor' || fitsRequired(podSpec, node)) &&
        (nodeTaintsPolicy !== 'Honor' ||
          firstUntolerated(node.taints, podSpec.tolerations, isHard) === undefined);
      return value !== undefined && counts ? [value] : [];
    }),
  );
}

function plus(counts: Counts, name: NodeName): Counts {
  return new Map([...counts, [name, (counts.get(name) ?? 0) + 1]]);
}

function total(counts: Counts): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** Places one pod after the other on the first node in order that may take it. */
function greedy(
  { pods }: Seats,
  limits: Limits,
  order: (counts: Counts) => Iterable<Node>,
): Placement {
  let counts: Counts = new Map();
  for (let at = 0; at < pods; at++) {
    const node = firstThatTakes(order(counts), limits, counts);
    if (node === undefined) break;
    counts = plus(counts, node.name);
  }
  return counts;
}

function firstThatTakes(order: Iterable<Node>, limits: Limits, counts: Counts): Node | undefined {
  for (const node of order) if (limits.mayTake(node, counts)) return node;
  return undefined;
}

interface Class {
  readonly key: string;
  readonly nodes: readonly Node[];
}

function classesOf(
  { nodes, own, capacity, classOf }: Seats,
  keys: readonly string[],
): readonly Class[] {
  const perNode = new Set(['kubernetes.io/hostname']);
  const groups = Map.groupBy(nodes, (node) =>
    [
      classOf(node),
      own.get(node.name) ?? 0,
      capacity?.get(node.name) ?? '',
      ...keys.flatMap((key) => [
        perNode.has(key) ? String(node.labels.has(key)) : (node.labels.get(key) ?? ''),
      ]),
    ].join('|'),
  );
  return [...groups].map(([key, group]) => ({ key, nodes: group }));
}

/** Every distribution, interchangeable nodes taken in one order; `undefined` = too many. */
function enumerate(seats: Seats, limits: Limits, placed: number): readonly Placement[] | undefined {
  const classes = classesOf(seats, limits.keys);
  const result: Placement[] = [];
  let steps = 0;
  const place = (at: number, left: number, counts: Map<NodeName, number>): boolean => {
    const group = classes[at];
    if (group === undefined) {
      if (left > 0) return true;
      if (limits.allowed(counts)) result.push(new Map(counts));
      return result.length <= mostPlacements;
    }
    // Counts of a class never rise from node to node: the same in another order is no other placement.
    const fill = (index: number, most: number, rest: number): boolean => {
      if (++steps > mostPlacements * 20) return false;
      const node = group.nodes[index];
      if (node === undefined) return place(at + 1, rest, counts);
      for (let count = Math.min(most, rest); count >= 0; count--) {
        if (count > 0) counts.set(node.name, count);
        else counts.delete(node.name);
        const goesOn =
          count === 0 ? place(at + 1, rest, counts) : fill(index + 1, count, rest - count);
        if (!goesOn) return false;
      }
      counts.delete(node.name);
      return true;
    };
    return fill(0, left, left);
  };
  return place(0, placed, new Map()) ? result : undefined;
}

/** The placements at the ends: some pods one to a node of one class, the rest heaped or spread on another. */
function ends(seats: Seats, limits: Limits, placed: number): readonly Placement[] {
  const classes = classesOf(seats, limits.keys)
    .toSorted((a, b) => b.nodes.length - a.nodes.length)
    .slice(0, 8);
  const result: Placement[] = [];
  for (const first of classes) {
    const widths = samples(Math.min(placed, first.nodes.length));
    for (const second of classes)
      for (const width of widths)
        for (const heaped of [true, false]) {
          const own = first.nodes.slice(0, width);
          const rest = second === first ? (heaped ? own : first.nodes) : second.nodes;
          const order = function* (counts: Counts): Generator<Node> {
            const on = (node: Node): number => counts.get(node.name) ?? 0;
            for (const node of own) if (!counts.has(node.name)) yield node;
            yield* heaped ? rest : rest.toSorted((a, b) => on(a) - on(b));
            yield* seats.nodes.toSorted((a, b) => on(a) - on(b));
          };
          const counts = greedy(seats, limits, order);
          if (total(counts) === placed) result.push(counts);
        }
  }
  return result;
}

/** 0, 1, 2, the middle and the end, and some between. */
function samples(most: number): readonly number[] {
  const middle = Math.floor((most + 1) / 2);
  const steps = Array.from({ length: 8 }, (_, index) => Math.round((most * index) / 7));
  return [...new Set([0, 1, 2, middle, middle + 1, most - 1, most, ...steps])].filter(
    (each) => each >= 0 && each <= most,
  );
}

function distinct(placements: readonly Placement[], { nodes }: Seats): readonly Placement[] {
  const order = new Map(nodes.map((node, index) => [node.name, index]));
  const byText = new Map(
    placements.map((counts) => [
      [...counts]
        .toSorted(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
        .flatMap(([name, count]) => (count > 0 ? [`${name}=${count}`] : []))
        .join(','),
      counts,
    ]),
  );
  return [...byText.values()];
}
