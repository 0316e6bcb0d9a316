import { derived, takesRequests, type EntryPoint } from '../../facts/index.ts';
import { covers, routeAt, type RoutedMatch } from '../../load-balancing/index.ts';
import {
  compacted,
  compareText,
  kindAndName,
  subjectText,
  type ServiceName,
} from '../../model/index.ts';
import { secondHop, type HopRoute, type HopTarget } from './second-hop.ts';

/** A way in: NGINX on the old side, Gateways on the new one. */
export interface MigrationEntry {
  readonly entryPoint: string;
  readonly product: string;
  /** LoadBalancer Services in front of it. */
  readonly services: readonly ServiceName[];
  /** Addresses that its objects' statuses give, to which DNS names should lead. */
  readonly addresses: readonly string[];
  /** Why it serves no request at all; absent = nothing says that. */
  readonly unserved?: string;
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
  /** Addresses of its entry points, to which its DNS name should lead; absent = none is known. */
  readonly addresses?: readonly string[];
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

/** How many hosts are how far. */
export interface MigrationCounts {
  /** Those that the old side has. */
  readonly onOld: number;
  /** On the old side and not, or not with all paths, on the new one. */
  readonly toMove: number;
  /** On both sides, and more requests fail on the new one. */
  readonly failing: number;
  /** On both sides, and whether requests fail on the new one is not known. */
  readonly unjudged: number;
}

export interface Migration {
  readonly old: readonly MigrationEntry[];
  readonly new: readonly MigrationEntry[];
  /** At most 1,000, the first by name; `hostCount` of them in all. */
  readonly hosts: readonly MigrationHost[];
  readonly hostCount: number;
  /** Of all hosts; absent in results of earlier versions. */
  readonly counts?: MigrationCounts;
  /** Routes of one of the two APIs that were not read, and why. */
  readonly unread: readonly string[];
}

/** Host by host, what NGINX and the Gateways of a cluster do with it. */
export const migration = derived('migration', [secondHop], ({ secondHop: hop }): Migration => {
  const old = hop.entryPoints.filter(({ controller }) => controller.nginx === true);
  const next = hop.entryPoints.filter(({ kind }) => kind === 'Gateway');
  const routes = Map.groupBy(hop.routes, ({ entryPoint }) => entryPoint);
  const of = (points: readonly EntryPoint[]): readonly HopRoute[] =>
    points.flatMap(({ id }) => routes.get(id) ?? []).filter(takesRequests);
  const sides: Sides = {
    old: Map.groupBy(of(old), ({ host }) => host),
    new: Map.groupBy(of(next), ({ host }) => host),
    addresses: new Map([...old, ...next].map(({ id, addresses }) => [id, addresses])),
    isWhole: hop.unread.length === 0,
  };
  const names = new Set([...sides.old.keys(), ...sides.new.keys()]);
  const sorted = [...names].toSorted(compareText);
  const hosts = sorted.slice(0, mostHosts).map((host) => hostOf(host, sides));
  return {
    old: old.map(entryOf),
    new: next.map(entryOf),
    unread: hop.unread.map(({ why }) => why),
    hostCount: names.size,
    counts: countHosts(hosts, othersOf(sorted.slice(mostHosts), sides)),
    hosts,
  };
});

function* othersOf(names: readonly string[], sides: Sides): Generator<MigrationHost> {
  for (const name of names) yield hostOf(name, sides);
}

/** How many hosts are on the old side, have to move, fail on the new one, and cannot be judged. */
export function countHosts(...lists: readonly Iterable<MigrationHost>[]): MigrationCounts {
  const counts = { onOld: 0, toMove: 0, failing: 0, unjudged: 0 };
  for (const list of lists)
    for (const host of list) {
      if (host.old !== undefined) counts.onOld += 1;
      if (host.state === 'old-only' || host.missingPaths.length > 0) counts.toMove += 1;
      if (isFailing(host)) counts.failing += 1;
      if (host.state === 'both' && host.new?.lost === undefined) counts.unjudged += 1;
    }
  return counts;
}

/** Requests fail on the new side that do not on the old one. */
export function isFailing({ state, old, new: after }: MigrationHost): boolean {
  return state === 'both' && (after?.lost ?? 0) > (old?.lost ?? 0);
}

const mostHosts = 1_000;

function entryOf({ id, controller, services, addresses, unserved }: EntryPoint): MigrationEntry {
  return {
    entryPoint: id,
    product: controller.product,
    services,
    addresses,
    ...(unserved !== undefined && { unserved }),
  };
}

type RoutesByHost = ReadonlyMap<string, readonly HopRoute[]>;

interface Sides {
  readonly old: RoutesByHost;
  readonly new: RoutesByHost;
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  readonly isWhole: boolean;
}

/** The wildcards that take in a host, the closest first: `*.b.c` and `*.c` of `a.b.c`. */
function wildcardsOf(host: string): readonly string[] {
  const labels = host.replace(/^\*\./u, '').split('.');
  return labels
    .map((_, at) => `*.${labels.slice(at).join('.')}`)
    .filter((name) => name !== host && covers(name, host));
}

function hostOf(host: string, sides: Sides): MigrationHost {
  const { old, new: next, isWhole } = sides;
  const wildcards = host === '' ? [] : wildcardsOf(host);
  // NGINX has one server for a host: its own, or that of the closest wildcard.
  const server = [host, ...wildcards].find((name) => old.has(name));
  const before = server === undefined ? undefined : old.get(server);
  // A wildcard of the new side takes in a host that it does not name.
  const others = before === undefined ? [] : compacted([...wildcards, host !== '' && '']);
  const after = [host, ...others].flatMap((name) => next.get(name) ?? []);
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
    ...(before !== undefined && { old: { ...sideOf(before), ...addressesOf(before, sides) } }),
    ...(after.length > 0 && { new: { ...sideOf(after), ...addressesOf(after, sides) } }),
    missingPaths:
      before === undefined || (!isWhole && after.length === 0)
        ? []
        : distinctInOrder(
            before.filter((route) => !isAnswered(host, route, after)).map(({ path }) => path),
          ),
  };
}

function addressesOf(
  routes: readonly HopRoute[],
  { addresses }: Sides,
): Pick<MigrationSide, 'addresses'> {
  const found = distinct(routes.flatMap(({ entryPoint }) => addresses.get(entryPoint) ?? []));
  return found.length === 0 ? {} : { addresses: found };
}

/** Whether some route takes every request of the path; one that asks for more than a path does not. */
function isAnswered(
  host: string,
  { path, pathType }: HopRoute,
  routes: readonly HopRoute[],
): boolean {
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
    routes: distinct(routes.map(({ source }) => kindAndName(source))),
    paths: distinct(routes.map(({ path }) => path)),
    backends: routes.flatMap(({ path, targets, redirects }) =>
      redirects ? [] : targets.map((target) => backendOf(path, target)),
    ),
    ...(known.length === lost.length && { lost: Math.max(0, ...known) }),
  };
}

/** The least and the most that a Service gets of the requests of one path; `undefined` = depends on what clients send. */
export function leastAndMost(
  backends: MigrationSide['backends'],
): readonly [least: number, most: number] | undefined {
  const byPath = Map.groupBy(backends, ({ path }) => path);
  const parts = [...byPath.values()].map((same) =>
    same.reduce<number | undefined>(
      (sum, { part }) => (sum === undefined || part === undefined ? undefined : sum + part),
      0,
    ),
  );
  const known = parts.flatMap((part) => (part === undefined ? [] : [Math.min(1, part)]));
  return known.length < parts.length ? undefined : [Math.min(...known), Math.max(...known)];
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

function distinctInOrder(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted(compareText);
}
