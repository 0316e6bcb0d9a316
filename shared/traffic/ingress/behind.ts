import { derived, takesRequests } from '../../facts/index.ts';
import { compareText, subjectText } from '../../model/index.ts';
import { leastAndMost, sideOf, type MigrationSide } from './migration.ts';
import { secondHop, type HopRoute } from './second-hop.ts';

/** A host behind a LoadBalancer Service, and what answers its requests. */
export interface HostBehind {
  /** `*` = every host. */
  readonly host: string;
  readonly backends: readonly {
    /** `shop/web:80`. */
    readonly service: string;
    /** Ready pods; absent = not known. */
    readonly ready?: number;
    /** Of the requests of a path that leads to it, the least and the most that it takes; absent = all of them. */
    readonly part?: readonly [least: number, most: number] | 'unknown';
    readonly workloads: readonly string[];
  }[];
  /** The largest part of a path's requests that no pod can answer; absent = not known. */
  readonly lost?: number;
}

/** What a Service stands in front of, as an ingress controller or a gateway. */
export interface RoutesBehind {
  /** `ingress-nginx`, `Gateway web/edge`. */
  readonly entryPoints: readonly string[];
  /** At most 200, the first by name; `hostCount` of them in all. */
  readonly hosts: readonly HostBehind[];
  readonly hostCount: number;
}

const mostHosts = 200;
const mostBackends = 20;

/** The second hop by the Service in front of it, as `namespace/name`; Services that are no entry point are not in it. */
export const behindServices = derived(
  'behindServices',
  [secondHop],
  ({ secondHop: hop }): ReadonlyMap<string, RoutesBehind> => {
    const routes = Map.groupBy(hop.routes.filter(takesRequests), ({ entryPoint }) => entryPoint);
    const byService = new Map<string, { points: string[]; routes: HopRoute[] }>();
    for (const { id, services } of hop.entryPoints)
      for (const service of services) {
        const key = subjectText(service);
        const entry = byService.get(key) ?? { points: [], routes: [] };
        byService.set(key, entry);
        entry.points.push(id);
        entry.routes.push(...(routes.get(id) ?? []));
      }
    return new Map(
      [...byService]
        .filter(([, entry]) => entry.routes.length > 0)
        .map(([key, entry]) => [key, behindOf(entry.points, entry.routes)]),
    );
  },
);

function behindOf(entryPoints: readonly string[], routes: readonly HopRoute[]): RoutesBehind {
  const byHost = Map.groupBy(routes, ({ host }) => host);
  const hosts = [...byHost.keys()].toSorted(compareText);
  return {
    entryPoints,
    hostCount: hosts.length,
    hosts: hosts.slice(0, mostHosts).map((host) => {
      const { backends, lost } = sideOf(byHost.get(host) ?? []);
      return {
        host: host || '*',
        backends: distinctServices(backends).slice(0, mostBackends),
        ...(lost !== undefined && { lost }),
      };
    }),
  };
}

/** Each backend Service once, whatever the paths that lead to it. */
function distinctServices(backends: MigrationSide['backends']): HostBehind['backends'] {
  return [...Map.groupBy(backends, ({ service }) => service).values()]
    .flatMap((same) => {
      const [first] = same;
      if (first === undefined) return [];
      const { service, ready, workloads } = first;
      const [least, most] = leastAndMost(same) ?? [];
      return {
        service,
        ...(ready !== undefined && { ready }),
        ...(least === undefined || most === undefined
          ? { part: 'unknown' as const }
          : least < 1 && { part: [least, most] as const }),
        workloads,
      };
    })
    .toSorted((a, b) => compareText(a.service, b.service));
}
