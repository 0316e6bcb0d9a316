import { derived } from '../../facts/index.ts';
import { compareText, type Endpoint, type NodeName } from '../../model/index.ts';
import { zoneOf } from '../../placement/index.ts';
import { slicesByService } from '../endpoints.ts';
import { hostsOfServices, type ServiceHosts } from './hosts.ts';

/** An entry point whose pods are all in one place. */
export interface GatewayPlace {
  readonly kind: 'one-node' | 'one-zone';
  readonly pods: readonly string[];
  readonly nodes: readonly NodeName[];
  /** Empty where a node is in no zone. */
  readonly zones: readonly string[];
  readonly zonesOfCluster: readonly string[];
  readonly behind: ServiceHosts;
}

/** Entry points whose ready pods are on one node, or in one zone of several, by `namespace/name` of their Service. */
export const gatewayPlaces = derived(
  'gatewayPlaces',
  [hostsOfServices, 'endpointSlices', 'nodes'],
  ({ hostsOfServices: hosts, endpointSlices, nodes }): ReadonlyMap<string, GatewayPlace> => {
    const slices = slicesByService(endpointSlices);
    const zones = new Map(nodes.map((node) => [node.name, zoneOf(node)]));
    const all = sorted([...zones.values()].flatMap((zone) => zone ?? []));
    const places = new Map<string, GatewayPlace>();
    for (const [key, behind] of hosts) {
      const ready = (slices.get(key) ?? []).flatMap(({ endpoints }) =>
        endpoints.filter((endpoint) => endpoint.ready),
      );
      const place = placeOf(ready, zones, all);
      if (place !== undefined) places.set(key, { ...place, zonesOfCluster: all, behind });
    }
    return places;
  },
);

function placeOf(
  ready: readonly Endpoint[],
  zoneOfNode: ReadonlyMap<NodeName, string | undefined>,
  all: readonly string[],
): Pick<GatewayPlace, 'kind' | 'pods' | 'nodes' | 'zones'> | undefined {
  const nodes = [...new Set(ready.flatMap(({ node }) => node ?? []))].toSorted(compareText);
  if (nodes.length === 0 || ready.some(({ node }) => node === undefined)) return undefined;
  const zones = nodes.map((node) => zoneOfNode.get(node));
  const known = sorted(zones.flatMap((zone) => zone ?? []));
  const pods = sorted(ready.map(({ pod, address }) => pod ?? address));
  const found = { pods, nodes, zones: zones.includes(undefined) ? [] : known };
  if (nodes.length === 1) return { kind: 'one-node', ...found };
  return found.zones.length === 1 && all.length > 1 ? { kind: 'one-zone', ...found } : undefined;
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted(compareText);
}
