import { valueOr, type ClusterSnapshot } from '../model/index.ts';
import { zoneOf } from '../placement/index.ts';
import type { PortTraffic } from '../traffic/index.ts';
import { distinct } from './text.ts';

/** Where pods stand that carry something: their nodes, and the zones of these. */
export interface Carriers {
  readonly nodes: readonly string[];
  /** `undefined` = one of the nodes is in no zone. */
  readonly zones: readonly string[] | undefined;
}

export function carriersOf(snapshot: ClusterSnapshot, { endpoints }: PortTraffic): Carriers {
  const nodes = distinct(
    endpoints.flatMap(({ node, share }) => (share > 0 && node !== undefined ? [node] : [])),
  );
  const known = zonesByNode(snapshot);
  const zones = nodes.flatMap((node) => known.get(node) ?? []);
  return { nodes, zones: zones.length === nodes.length ? distinct(zones) : undefined };
}

const zonesOf = new WeakMap<ClusterSnapshot, ReadonlyMap<string, string>>();

/** The zone of every node that is in one. */
export function zonesByNode(snapshot: ClusterSnapshot): ReadonlyMap<string, string> {
  const known = zonesOf.get(snapshot);
  if (known !== undefined) return known;
  const zones = new Map<string, string>();
  for (const node of valueOr(snapshot.nodes, [])) {
    const zone = zoneOf(node);
    if (zone !== undefined) zones.set(node.name, zone);
  }
  zonesOf.set(snapshot, zones);
  return zones;
}
