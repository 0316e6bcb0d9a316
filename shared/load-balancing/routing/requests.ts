import {
  compareText,
  subjectText,
  type GatewayRoute,
  type RouteMatch,
  type ValueMatch,
} from '../../model/index.ts';
import { compareHostnames, covers } from './hostnames.ts';

/** A request as far as routes look at it. Names of headers in lower case. */
export interface RoutedRequest {
  readonly host: string;
  readonly path: string;
  readonly method?: string;
  readonly headers?: ReadonlyMap<string, string>;
  readonly query?: ReadonlyMap<string, string>;
}

/** One match of a rule for one of its route's hosts: what the order of precedence compares. */
export interface RoutedMatch {
  readonly route: Pick<GatewayRoute, 'namespace' | 'name' | 'createdAt'>;
  /** Place of the rule in its route, and of the match in the rule. */
  readonly rule: number;
  readonly match: number;
  readonly host: string;
  readonly of: RouteMatch;
}

/** The match that gets a request among those of one listener; `undefined` = 404. */
function routeFor(
  candidates: readonly RoutedMatch[],
  request: RoutedRequest,
): RoutedMatch | undefined {
  return candidates
    .filter(({ host, of }) => covers(host, request.host) && satisfies(of, request))
    .toSorted(comparePrecedence)[0];
}

/**
 * Which of two matches wins where both apply: the host more specific, an exact path, the longer
 * prefix, a method, more headers, more query parameters; then the older route, then by name.
 * @see Gateway API: HTTPRouteRule.matches, HTTPRouteSpec.hostnames
 */
function comparePrecedence(a: RoutedMatch, b: RoutedMatch): number {
  return (
    compareHostnames(a.host, b.host) ||
    pathRank(b.of) - pathRank(a.of) ||
    pathLength(b.of) - pathLength(a.of) ||
    Number(b.of.method !== undefined) - Number(a.of.method !== undefined) ||
    b.of.headers.length - a.of.headers.length ||
    b.of.queryParams.length - a.of.queryParams.length ||
    compareAge(a.route, b.route) ||
    a.rule - b.rule ||
    a.match - b.match
  );
}

/** The older object first, then by `namespace/name`; one without a time counts as the youngest. */
export function compareAge(a: RoutedMatch['route'], b: RoutedMatch['route']): number {
  const [timeA, timeB] = [a, b].map(({ createdAt }) => Date.parse(createdAt ?? ''));
  if (timeA !== timeB && !(Number.isNaN(timeA) && Number.isNaN(timeB)))
    return (timeA ?? 0) < (timeB ?? 0) || Number.isNaN(timeB) ? -1 : 1;
  return compareText(subjectText(a), subjectText(b));
}

/** Regular expressions have a rank of their own, which implementations choose: behind every prefix here. */
function pathRank({ path }: RouteMatch): number {
  if (path.type === 'Exact') return 2;
  return path.type === 'PathPrefix' ? 1 : 0;
}

function pathLength({ path }: RouteMatch): number {
  return path.type === 'PathPrefix' ? path.value.length : 0;
}

function satisfies(match: RouteMatch, request: RoutedRequest): boolean {
  return (
    pathMatches(match.path, request.path) &&
    (match.method === undefined || match.method === (request.method ?? 'GET')) &&
    match.headers.every((each) => valueMatches(each, request.headers)) &&
    match.queryParams.every((each) => valueMatches(each, request.query))
  );
}

/** `/v2` as a prefix takes in `/v2` and `/v2/a`, never `/v2a`. A path that is an expression is not judged: no match. */
function pathMatches({ type, value }: RouteMatch['path'], path: string): boolean {
  if (type === 'Exact') return path === value;
  if (type !== 'PathPrefix') return false;
  const prefix = value.endsWith('/') ? value.slice(0, -1) : value;
  return path === prefix || path.startsWith(`${prefix}/`);
}

function valueMatches(
  { name, type, value }: ValueMatch,
  values?: ReadonlyMap<string, string>,
): boolean {
  return type === 'Exact' && values?.get(name) === value;
}

/** What two matches that take the same requests have in common, as one text. */
export function matchKey({ path, method, headers, queryParams }: RouteMatch): string {
  return JSON.stringify([
    path.type,
    path.type === 'PathPrefix' && path.value !== '/' ? path.value.replace(/\/$/u, '') : path.value,
    method ?? '',
    texts(headers),
    texts(queryParams),
  ]);
}

function texts(values: readonly ValueMatch[]): readonly string[] {
  return values.map(({ name, type, value }) => JSON.stringify([name, type, value])).toSorted();
}

/** What one listener hands its routes: the matches of those, for the hosts that they share with it. */
export interface ListenerMatches {
  readonly name: string;
  readonly port: number;
  /** `''` = every host. */
  readonly hostname: string;
  readonly matches: readonly RoutedMatch[];
}

/** The match that gets a request at a Gateway's port: of the listener whose name is the closest to the host, and of no other. */
export function routeAt(
  listeners: readonly ListenerMatches[],
  port: number,
  request: RoutedRequest,
): RoutedMatch | undefined {
  const [closest] = listeners
    .filter((each) => each.port === port && covers(each.hostname, request.host))
    .toSorted((a, b) => compareHostnames(a.hostname, b.hostname));
  if (closest === undefined) return undefined;
  const same = listeners.filter((each) => each.port === port && each.hostname === closest.hostname);
  return routeFor(
    same.flatMap(({ matches }) => matches),
    request,
  );
}

/** The matches of a route for some hosts. */
export function matchesOf(route: GatewayRoute, hosts: readonly string[]): readonly RoutedMatch[] {
  return hosts.flatMap((host) =>
    route.rules.flatMap((rule, place) =>
      rule.matches.map((of, match) => ({ route, rule: place, match, host, of })),
    ),
  );
}
