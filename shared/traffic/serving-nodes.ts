import { derived } from '../facts/index.ts';
import { zoneOf } from '../placement/index.ts';
import type { PortTraffic } from './types.ts';

/** Where pods stand that carry something: their nodes, and the zones of these. */
export interface ServingNodes {
  readonly nodes: readonly string[];
  /** `undefined` = one of the nodes is in no zone. */
  readonly zones: readonly string[] | undefined;
}

/** The zone of every node that is in one. */
export const nodeZones = derived(
  'nodeZones',
  ['nodes'],
  ({ nodes }): ReadonlyMap<string, string> => {
    const zones = new Map<string, string>();
    for (const node of nodes) {
      const zone = zoneOf(node);
      if (zone !== undefined) zones.set(node.name, zone);
    }
    return zones;
  },
);

/** The nodes and zones whose pods have a share of a port; `zones` is `undefined` where one of the nodes has none. */
export function servingNodesOf(
  zonesByNode: ReadonlyMap<string, string>,
  { endpoints }: PortTraffic,
): ServingNodes {
  const nodes = distinct(
    endpoints.flatMap(({ node, share }) => (share > 0 && node !== undefined ? [node] : [])),
  );
  const zones = nodes.flatMap((node) => zonesByNode.get(node) ?? []);
  return { nodes, zones: zones.length === nodes.length ? distinct(zones) : undefined };
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}
