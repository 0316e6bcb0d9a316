import type { Node } from '../model/index.ts';
import { classesOf } from './all-placements.ts';
import type { PlacementLimits, Placement, PlacementRequest } from './placement-limits.ts';

/** The placements at the ends: some pods one to a node of one class, the rest heaped or spread on another. */
export function endPlacements(
  request: PlacementRequest,
  limits: PlacementLimits,
  placed: number,
): readonly Placement[] {
  const classes = classesOf(request, limits)
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
          const order = function* (counts: Placement): Generator<Node> {
            const on = (node: Node): number => counts.get(node.name) ?? 0;
            for (const node of own) if (!counts.has(node.name)) yield node;
            yield* heaped ? rest : rest.toSorted((a, b) => on(a) - on(b));
            yield* request.nodes.toSorted((a, b) => on(a) - on(b));
          };
          const counts = greedy(request, limits, order);
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

/** Places one pod after the other on the first node in order that may take it. */
export function greedy(
  { pods }: PlacementRequest,
  limits: PlacementLimits,
  order: (counts: Placement) => Iterable<Node>,
): Placement {
  let counts: Placement = new Map();
  for (let at = 0; at < pods; at++) {
    const node = firstThatTakes(order(counts), limits, counts);
    if (node === undefined) break;
    counts = new Map([...counts, [node.name, (counts.get(node.name) ?? 0) + 1]]);
  }
  return counts;
}

function firstThatTakes(
  order: Iterable<Node>,
  limits: PlacementLimits,
  counts: Placement,
): Node | undefined {
  for (const node of order) if (limits.mayTake(node, counts)) return node;
  return undefined;
}

/** The pods of a placement. */
export function total(counts: Placement): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}
