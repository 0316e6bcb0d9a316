import { derived, unjudged, type EntryPoint, type Unjudged } from '../../facts/index.ts';
import {
  compareText,
  subjectText,
  type Endpoint,
  type NodeName,
  type ServiceName,
} from '../../model/index.ts';
import { traffic } from '../traffic.ts';
import type { PortTraffic } from '../types.ts';
import type { BackendService } from './backend-services.ts';
import { secondHop, type HopTarget } from './second-hop.ts';

/** The shares of a backend's pods where each gateway pod keeps to its own zone. */
export interface ZoneShares {
  readonly service: BackendService;
  readonly entryPoint: EntryPoint;
  /** LoadBalancer Service in front of the gateway. */
  readonly gateway: ServiceName;
  readonly hosts: readonly string[];
  /** What of the gateway's connections enters in each zone, and the backend's ready pods there. */
  readonly zones: readonly {
    readonly zone: string;
    readonly entering: number;
    readonly pods: number;
  }[];
  readonly shares: readonly {
    readonly pod: string;
    readonly zone: string;
    readonly share: number;
  }[];
}

export interface ZonesOfBackends {
  readonly judged: readonly ZoneShares[];
  readonly unknown: readonly Unjudged[];
}

/** Backends with `trafficDistribution` by zone or node behind gateways that follow it (Envoy of Istio). */
export const zoneShares = derived(
  'zoneShares',
  [secondHop, traffic, 'nodes'],
  ({ secondHop: { routes, entryPoints }, traffic: table, nodes }): ZonesOfBackends => {
    const points = new Map(entryPoints.map((each) => [each.id, each]));
    const services = new Map(table.map((each) => [subjectText(each), each]));
    const zoneOf = new Map(
      nodes.map(({ name, labels }) => [name, labels.get('topology.kubernetes.io/zone')]),
    );
    const wanted = new Map<string, { target: HopTarget; hosts: Set<string>; point: EntryPoint }>();
    for (const { entryPoint, host, targets } of routes)
      for (const target of targets) {
        const point = points.get(entryPoint);
        if (point === undefined || !staysClose(target, point)) continue;
        const key = `${entryPoint} ${subjectText(target)}`;
        const entry = wanted.get(key) ?? { target, hosts: new Set(), point };
        wanted.set(key, entry);
        entry.hosts.add(host);
      }
    const judged: ZoneShares[] = [];
    const unknown: Unjudged[] = [];
    for (const { target, hosts, point } of wanted.values())
      for (const gateway of point.services) {
        const { state } = target;
        if (state.kind !== 'ready') continue;
        const ports = services.get(subjectText(gateway))?.ports ?? [];
        const port = ports.find(isJudged);
        const byNode = state.service.trafficDistribution === 'PreferSameNode';
        const shares = port && sharesOf(state.endpoints, port, zoneOf, byNode);
        if (shares === undefined) {
          const from = port === undefined ? ports.find(({ why }) => why !== undefined) : undefined;
          const why = `which pods get the connections of its gateway ${subjectText(gateway)} is not known${from?.why === undefined ? '' : ` (${from.why})`}`;
          unknown.push(...unjudged([state.service], { ...from, why }));
        } else
          judged.push({
            service: state.service,
            entryPoint: point,
            gateway,
            hosts: [...hosts].toSorted(compareText),
            ...shares,
          });
      }
    return { judged, unknown };
  },
);

const local: ReadonlySet<string | undefined> = new Set([
  'PreferSameZone',
  'PreferClose',
  'PreferSameNode',
]);

function staysClose({ state }: HopTarget, { controller }: EntryPoint): boolean {
  return (
    controller.product === 'Istio' &&
    state.kind === 'ready' &&
    local.has(state.service.trafficDistribution)
  );
}

/** A port with shares: where nothing arrives there is nothing to spread. */
function isJudged({ verdict }: PortTraffic): boolean {
  return verdict !== 'unknown' && verdict !== 'none';
}

type Zones = ReadonlyMap<NodeName, string | undefined>;

/**
 * What enters at a gateway pod goes evenly to the backend's pods on its node (`byNode`), else to
 * those of its zone, else to all of them.
 */
function sharesOf(
  endpoints: readonly Endpoint[],
  port: PortTraffic,
  zoneOf: Zones,
  byNode: boolean,
): Pick<ZoneShares, 'zones' | 'shares'> | undefined {
  const zoneByName = new Map<string, string | undefined>(zoneOf);
  const entering = new Map<string, number>();
  const gateways: { readonly node: string; readonly zone: string; readonly share: number }[] = [];
  for (const { node = '', share } of port.endpoints) {
    if (share === 0) continue;
    const zone = zoneByName.get(node);
    if (zone === undefined) return undefined;
    entering.set(zone, (entering.get(zone) ?? 0) + share);
    gateways.push({ node, zone, share });
  }
  const placed = endpoints.map((endpoint) => ({
    pod: endpoint.pod ?? endpoint.address,
    node: byNode ? endpoint.node : undefined,
    zone: endpoint.zone ?? (endpoint.node && zoneOf.get(endpoint.node)),
  }));
  const sum = [...entering.values()].reduce((total, each) => total + each, 0);
  const byZone = Map.groupBy(placed, ({ zone }) => zone);
  if (sum === 0 || byZone.has(undefined)) return undefined;
  const shares = new Map(placed.map(({ pod }) => [pod, 0]));
  const byNodeName = Map.groupBy(placed, ({ node = '' }) => String(node));
  byNodeName.delete('');
  for (const { node, zone, share } of gateways) {
    const own = byNodeName.get(node) ?? byZone.get(zone) ?? placed;
    for (const { pod } of own) shares.set(pod, (shares.get(pod) ?? 0) + share / sum / own.length);
  }
  return {
    zones: [...new Set([...entering.keys(), ...byZone.keys()].flatMap((zone) => zone ?? []))]
      .toSorted(compareText)
      .map((zone) => ({
        zone,
        entering: (entering.get(zone) ?? 0) / sum,
        pods: byZone.get(zone)?.length ?? 0,
      })),
    shares: placed
      .map(({ pod, zone = '' }) => ({ pod, zone, share: shares.get(pod) ?? 0 }))
      .toSorted((a, b) => compareText(a.pod, b.pod)),
  };
}
