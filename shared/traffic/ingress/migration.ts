import { derived, type EntryPoint } from '../../facts/index.ts';
import { covers, routeAt, type RoutedMatch } from '../../load-balancing/index.ts';
import { compareText, subjectText, type ServiceName } from '../../model/index.ts';
import { secondHop, type HopRoute, type HopTarget } from './second-hop.ts';

/** A way in: NGINX on the old side, Gateways on the new one. */
export interface MigrationEntry {
  readonly entryPoint: string;
  readonly product: string;
  /** LoadBalancer Services in front of it. */
  readonly services: readonly ServiceName[];
  /** Addresses that its objects' statuses give, to which DNS names should lead. */
  readonly addresses: readonly string[];
}

/** What one side does with the requests for a host. */
export interface MigrationSide {
  /** `Ingress web/shop`, `HTTPRoute web/shop`. */
  readonly routes: readonly string[];
  readonly paths: readonly string[];
  readonly backends: readonly {
    readonly service: string;
    readonly path: string;
    /** Of the path's requests, 0 to 1; absent = depends on what clients send. */
    readonly part?: number;
    /** Ready pods; absent = not known. */
    readonly ready?: number;
    readonly workloads: readonly string[];
  }[];
  /** The largest part of a path's requests that no pod can answer; absent = not known. */
  readonly lost?: number;
}

export interface MigrationHost {
  /** `*` = every host. */
  readonly host: string;
  /** `unknown` = routes were not read, so that the other side may have it too. */
  readonly state: 'old-only' | 'both' | 'new-only' | 'unknown';
  readonly old?: MigrationSide;
  readonly new?: MigrationSide;
  /** Paths of the old side that nothing on the new one answers. */
  readonly missingPaths: readonly string[];
}

export interface Migration {
  readonly old: readonly MigrationEntry[];
  readonly new: readonly MigrationEntry[];
  /** At most 1,000, the first by name; `hostCount` of them in all. */
  readonly hosts: readonly MigrationHost[];
  readonly hostCount: number;
  /** Routes of one of the two APIs that were not read, and why. */
  readonly unread: readonly string[];
}

/** Host by host, what NGINX and the Gateways of a cluster do with it. */
export const migration = derived('migration', [secondHop], ({ secondHop: hop }): Migration => {
  const old = hop.entryPoints.filter(({ controller }) => controller.nginx === true);
  const next = hop.entryPoints.filter(({ kind }) => kind === 'Gateway');
  const routes = Map.groupBy(hop.routes, ({ entryPoint }) => entryPoint);
  const of = (points: readonly EntryPoint[]): readonly HopRoute[] =>
    points.flatMap(({ id }) => routes.get(id) ?? []);
  const oldRoutes = Map.groupBy(of(old), ({ host }) => host);
  const newRoutes = Map.groupBy(of(next), ({ host }) => host);
  const hosts = [...new Set([...oldRoutes.keys(), ...newRoutes.keys()])].toSorted(compareText);
  return {
    old: old.map(entryOf),
    new: next.map(entryOf),
    unread: hop.unread.map(({ why }) => why),
    hostCount: hosts.length,
    hosts: hosts
      .slice(0, mostHosts)
      .map((host) => hostOf(host, oldRoutes, newRoutes, hop.unread.length === 0)),
  };
});

const mostHosts = 1_000;

function entryOf({ id, controller, services, addresses }: EntryPoint): MigrationEntry {
  return { entryPoint: id, product: controller.product, services, addresses };
}

type RoutesByHost = ReadonlyMap<string, readonly HopRoute[]>;

function hostOf(
  host: string,
  old: RoutesByHost,
  next: RoutesByHost,
  isWhole: boolean,
): MigrationHost {
  const before = old.get(host);
  // A wildcard of the new side takes in a host that it does not name.
  const after = [...next]
    .filter(([name]) => name === host || (before !== undefined && covers(name, host)))
    .flatMap(([, routes]) => routes);
  return {
    host: host || '*',
    state:
      before !== undefined && after.length > 0
        ? 'both'
        : !isWhole
          ? 'unknown'
          : before === undefined
            ? 'new-only'
            : 'old-only',
    ...(before !== undefined && { old: sideOf(before) }),
    ...(after.length > 0 && { new: sideOf(after) }),
    missingPaths:
      before === undefined || (!isWhole && after.length === 0)
        ? []
        : [...new Set(before.filter((route) => !isAnswered(route, after)).map(({ path }) => path))],
  };
}

/** Whether some route takes every request of the path; one that asks for more than a path does not. */
function isAnswered({ host, path, pathType }: HopRoute, routes: readonly HopRoute[]): boolean {
  const whole = routes.filter(
    (route) => route.also === undefined && (route.pathType !== 'Exact' || pathType === 'Exact'),
  );
  const matches = whole.map((route): RoutedMatch => ({
    route: route.source,
    rule: 0,
    match: 0,
    host: route.host,
    of: { path: { type: route.pathType, value: route.path }, headers: [], queryParams: [] },
  }));
  const listener = { name: 'any', port: 80, hostname: '', matches };
  // Of a wildcard, any host.
  const request = { host: host.replace(/^\*/u, 'any'), path };
  return routeAt([listener], listener.port, request) !== undefined;
}

/** What is done with the requests that some routes take. */
export function sideOf(routes: readonly HopRoute[]): MigrationSide {
  const lost = routes.map((route) => route.lost);
  const known = lost.flatMap((each) => each ?? []);
  return {
    routes: distinct(routes.map(({ source }) => `${source.kind} ${subjectText(source)}`)),
    paths: distinct(routes.map(({ path }) => path)),
    backends: routes.flatMap(({ path, targets }) =>
      targets.map((target) => backendOf(path, target)),
    ),
    ...(known.length === lost.length && { lost: Math.max(0, ...known) }),
  };
}

function backendOf(path: string, target: HopTarget): MigrationSide['backends'][number] {
  const { state, part, workloads } = target;
  return {
    service: `${subjectText(target)}${target.port === undefined ? '' : `:${target.port}`}`,
    path,
    ...(part !== undefined && { part }),
    ...(state.kind !== 'unknown' &&
      state.kind !== 'external' && {
        ready: state.kind === 'ready' ? state.endpoints.length : 0,
      }),
    workloads: workloads.map(({ kind, name }) => `${kind} ${name}`),
  };
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted(compareText);
}
