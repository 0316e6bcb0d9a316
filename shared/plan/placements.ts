import { compareText, type Node, type NodeName } from '../model/index.ts';
import { preferenceScores } from '../placement/index.ts';
import { allPlacements, classesOf, type Class } from './all-placements.ts';
import { endPlacements, greedy, total } from './end-placements.ts';
import { limitsOf, type Placement, type PlacementRequest } from './placement-limits.ts';

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

/**
 * Where the scheduler may put pods: its filters are kept, its scores are not trusted. Few are listed whole; of many those at the ends: all on few nodes, evenly
 * over many, on each class of nodes first.
 * @param onlyLikely Where nothing depends on the others.
 */
export function placementsOf(request: PlacementRequest, onlyLikely = false): Placements {
  const limits = limitsOf(request);
  const likely = greedy(request, limits, leaning(request));
  const placed = total(likely);
  const base = {
    likely,
    pending: request.pods - placed,
    nodes: request.nodes.map(({ name }) => name),
  };
  if (placed === 0 || onlyLikely) return { ...base, all: [likely], complete: true };
  const all = allPlacements(request, limits, placed);
  const found = all ?? endPlacements(request, limits, placed);
  // Pods that stay have names: which of them shares its node makes a difference to them.
  const turned = request.own.size > 0 ? mirrored(found, classesOf(request, limits)) : [];
  return {
    ...base,
    all: distinct([likely, ...found, ...turned], request),
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
function leaning({
  workload,
  nodes,
  own,
}: PlacementRequest): (counts: Placement) => readonly Node[] {
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

function distinct(
  placements: readonly Placement[],
  { nodes }: PlacementRequest,
): readonly Placement[] {
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
