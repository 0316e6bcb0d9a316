import { hostnameLabel, type Node, type NodeName } from '../model/index.ts';
import type { PlacementLimits, Placement, PlacementRequest } from './placement-limits.ts';

/** Nodes that are interchangeable. */
export interface Class {
  readonly key: string;
  readonly nodes: readonly Node[];
}

/** The nodes of a request by what tells them apart: traffic, pods that stay, room, and labels of constraints. */
export function classesOf(
  { nodes, own, classOf }: PlacementRequest,
  limits: PlacementLimits,
): readonly Class[] {
  const groups = Map.groupBy(nodes, (node) =>
    [
      classOf(node),
      own.get(node.name) ?? 0,
      limits.roomOn(node),
      ...limits.keys.map((key) =>
        key === hostnameLabel ? String(node.labels.has(key)) : (node.labels.get(key) ?? ''),
      ),
    ].join('|'),
  );
  return [...groups].map(([key, group]) => ({ key, nodes: group }));
}

const mostPlacements = 1_500;

/** Every distribution, interchangeable nodes taken in one order; `undefined` = too many. */
export function allPlacements(
  request: PlacementRequest,
  limits: PlacementLimits,
  placed: number,
): readonly Placement[] | undefined {
  const classes = classesOf(request, limits);
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
      for (let count = Math.min(most, rest, limits.roomOn(node)); count >= 0; count--) {
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
