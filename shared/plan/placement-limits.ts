import {
  matchesLabelSelector,
  type Node,
  type NodeName,
  type TopologySpreadConstraint,
  type Workload,
} from '../model/index.ts';
import {
  firstUntolerated,
  fitsRequired,
  hasHardKeys,
  isHard,
  keepsOwnApart,
  mergedSelector,
  roomFor,
  twoPodsOf,
  type Namespaces,
} from '../placement/index.ts';

/** How many pods of one workload go to which nodes. */
export type Placement = ReadonlyMap<NodeName, number>;

export interface PlacementRequest {
  readonly workload: Workload;
  /** Pods to place, or to keep. */
  readonly pods: number;
  /** Nodes that fit, by name. */
  readonly nodes: readonly Node[];
  /** Every node of the cluster: spread constraints count domains that a pod may not reach. */
  readonly allNodes: readonly Node[];
  /** Pods of the workload that stay where they are. */
  readonly own: Placement;
  /** Labels of nodes of which its pods have to share one value. */
  readonly together: readonly string[];
  readonly namespaces: Namespaces;
  /** Most pods that a node can take, where that is known: keeping some of those that are there. */
  readonly capacity?: ReadonlyMap<NodeName, number>;
  /** What tells nodes apart for traffic: nodes with one text are interchangeable. */
  readonly classOf: (node: Node) => string;
}

/** What the scheduler's filters say about pods of one workload beside each other. */
export interface PlacementLimits {
  /** May one more pod go to the node? */
  mayTake(node: Node, counts: Placement): boolean;
  /** Could these counts be the end of some order of placing them? */
  allowed(counts: Placement): boolean;
  /** Labels whose values tell nodes apart for the constraints. */
  readonly keys: readonly string[];
  /** Most pods that a node has room for beside those that stay. */
  roomOn(node: Node): number;
}

type Constraint = Omit<PlacementLimits, 'roomOn'>;

/** The limits of one workload's pods beside its own and others, by all of its hard constraints. */
export function limitsOf(request: PlacementRequest): PlacementLimits {
  const { workload, capacity } = request;
  if (capacity !== undefined) {
    const room = (node: Node): number => capacity.get(node.name) ?? 0;
    return { ...joined([byRoom(request, room)]), roomOn: room };
  }
  const once = workload.podSpec.ports.some(({ hostPort = 0 }) => hostPort > 0);
  const roomOn = (node: Node): number =>
    Math.max(
      0,
      Math.min(once ? 1 : Infinity, roomFor(workload, node)) - (request.own.get(node.name) ?? 0),
    );
  const [pod] = twoPodsOf(workload);
  const { requiredPodAntiAffinity, topologySpread } = workload.podSpec;
  return {
    ...joined([
      byRoom(request, roomOn),
      ...requiredPodAntiAffinity
        .filter((term) => keepsOwnApart(term, workload, request.namespaces) === 'yes')
        .map(({ topologyKey }) => apart(request, topologyKey)),
      ...topologySpread
        .filter(
          (each) =>
            each.whenUnsatisfiable === 'DoNotSchedule' &&
            matchesLabelSelector(mergedSelector(each, pod), pod),
        )
        .map((each) => evenly(request, each)),
      ...request.together.map((key) => together(request, key)),
    ]),
    roomOn,
  };
}

function joined(constraints: readonly Constraint[]): Constraint {
  return {
    keys: [...new Set(constraints.flatMap(({ keys }) => keys))],
    mayTake: (node, counts) => constraints.every((each) => each.mayTake(node, counts)),
    allowed: (counts) => constraints.every((each) => each.allowed(counts)),
  };
}

/** New pods that a node has room for. */
function byRoom({ nodes }: PlacementRequest, room: (node: Node) => number): Constraint {
  const byName = new Map(nodes.map((node) => [node.name, room(node)]));
  return {
    keys: [],
    mayTake: (node, counts) => (counts.get(node.name) ?? 0) < room(node),
    allowed: (counts) => [...counts].every(([name, count]) => count <= (byName.get(name) ?? 0)),
  };
}

/** Required anti-affinity to its own pods; nodes without the label are not kept apart. */
function apart(request: PlacementRequest, key: string): Constraint {
  const { valueOf, inDomains } = domains(request, key);
  return {
    keys: [key],
    mayTake: ({ name }, counts) => {
      const value = valueOf(name);
      return value === undefined || (inDomains(counts).get(value) ?? 0) === 0;
    },
    // Pods that stay may stand too close already; only where one is placed counts.
    allowed: (counts) => {
      const sums = inDomains(counts);
      return [...counts].every(([name, count]) => {
        const value = count > 0 ? valueOf(name) : undefined;
        return value === undefined || (sums.get(value) ?? 0) <= 1;
      });
    },
  };
}

/** Required affinity to its own pods, of which none runs yet: the first goes anywhere, the others follow it. */
function together(request: PlacementRequest, key: string): Constraint {
  const { valueOf, inDomains } = domains(request, key);
  return {
    keys: [key],
    mayTake: ({ name }, counts) => {
      const value = valueOf(name);
      const sums = inDomains(counts);
      return value !== undefined && (sums.size === 0 || sums.has(value));
    },
    allowed: (counts) =>
      [...counts].every(([name, count]) => count === 0 || valueOf(name) !== undefined) &&
      inDomains(counts).size <= 1,
  };
}

/** A `DoNotSchedule` spread. */
function evenly(request: PlacementRequest, spread: TopologySpreadConstraint): Constraint {
  const { topologyKey: key, maxSkew, minDomains } = spread;
  const { valueOf, inDomains } = domains(request, key);
  const counted = countedDomains(request, spread);
  const least = (sums: ReadonlyMap<string, number>): number => {
    if (minDomains !== undefined && counted.size < minDomains) return 0;
    let min = Infinity;
    for (const domain of counted) min = Math.min(min, sums.get(domain) ?? 0);
    return min === Infinity ? 0 : min;
  };
  return {
    keys: [key],
    mayTake: ({ name }, counts) => {
      const value = valueOf(name);
      if (value === undefined) return false;
      const sums = inDomains(counts);
      // One more in its domain, against the least of all domains before it.
      return (sums.get(value) ?? 0) + 1 - least(sums) <= maxSkew;
    },
    allowed: (counts) => {
      const sums = inDomains(counts);
      const min = least(sums);
      return [...counts].every(([name, count]) => {
        if (count === 0) return true;
        const value = valueOf(name);
        return value !== undefined && (sums.get(value) ?? 0) <= min + maxSkew;
      });
    },
  };
}

/** Pods by the value of a label of their nodes, those that stay included. */
function domains({ allNodes, own }: PlacementRequest, key: string) {
  const values = new Map(allNodes.map(({ name, labels }) => [name, labels.get(key)]));
  const valueOf = (name: NodeName): string | undefined => values.get(name);
  const inDomains = (counts: Placement): ReadonlyMap<string, number> => {
    const sums = new Map<string, number>();
    for (const source of [own, counts])
      for (const [name, count] of source) {
        const value = count > 0 ? valueOf(name) : undefined;
        if (value !== undefined) sums.set(value, (sums.get(value) ?? 0) + count);
      }
    return sums;
  };
  return { valueOf, inDomains };
}

/** The values of a spread's topology key that count as domains: on nodes with the labels of all hard spreads. */
function countedDomains(
  { workload: { podSpec }, allNodes }: PlacementRequest,
  { topologyKey, nodeAffinityPolicy, nodeTaintsPolicy }: TopologySpreadConstraint,
): ReadonlySet<string> {
  return new Set(
    allNodes.flatMap((node) => {
      const counts =
        hasHardKeys(podSpec, node) &&
        (nodeAffinityPolicy !== 'Honor' || fitsRequired(podSpec, node)) &&
        (nodeTaintsPolicy !== 'Honor' ||
          firstUntolerated(node.taints, podSpec.tolerations, isHard) === undefined);
      const value = node.labels.get(topologyKey);
      return value !== undefined && counts ? [value] : [];
    }),
  );
}
