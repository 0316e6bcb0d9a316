import {
  parseGateway,
  parseReferenceGrant,
  parseRoute,
} from '../../../shared/collect/parse-gateway.ts';
import { parseRouteRule } from '../../../shared/collect/parse-route-rule.ts';
import { Cursor, Problems } from '../../../shared/input/index.ts';
import {
  attach,
  intersectHostnames,
  isGranted,
  matchesOf,
  routeAt,
  weightedParts,
  type ListenerMatches,
  type RoutedMatch,
} from '../../../shared/load-balancing/index.ts';
import type { Gateway, GatewayRoute } from '../../../shared/model/index.ts';
import {
  listOf,
  mapOf,
  numberOf,
  objectOf,
  textOf,
  type FamilyRunner,
  type Json,
} from '../family.ts';

/** Families of the Gateway API: objects as the API gives them, read by the product's own parse functions. */
export const gatewayFamilies: readonly (readonly [string, FamilyRunner])[] = [
  [
    'gatewayRequests',
    ({ input }, family) => {
      const world = objectOf(objectOf(family['worlds'])[textOf(input['world'])]);
      const gateway = gatewayOf(world['gateway']);
      const routes = listOf(world['routes']).map(routeOf);
      const found = routeAt(listenersOf(gateway, routes), numberOf(input['port']), {
        host: textOf(input['host']),
        path: textOf(input['path']),
        ...(input['method'] !== undefined && { method: textOf(input['method']) }),
        headers: mapOf(input['headers']),
        query: mapOf(input['query']),
      });
      return found === undefined ? { status: 404 } : { backend: backendOf(found, routes) };
    },
  ],
  [
    'gatewayAttachment',
    ({ input }) => {
      const route = routeOf(input['route'] ?? null);
      const [parent] = route.parents;
      if (parent === undefined) return {};
      const namespaces = objectOf(input['namespaces']);
      const found = attach(route, parent, gatewayOf(input['gateway']), (name) =>
        Object.hasOwn(namespaces, name) ? mapOf(namespaces[name]) : undefined,
      );
      switch (found.kind) {
        case 'attached':
          return { listeners: found.listeners.map(({ listener }) => listener.name) };
        case 'refused':
          return { reason: found.reason };
        case 'unknown':
          return { unknown: true };
      }
    },
  ],
  [
    'gatewayReferenceGrants',
    ({ input }) => {
      const grants = listOf(input['grants']).map((each) =>
        parsed(parseReferenceGrant(cursor(each))),
      );
      const from = objectOf(input['from']);
      const to = objectOf(input['to']);
      return {
        granted: isGranted(grants, referrer(from), { ...referrer(to), name: textOf(to['name']) }),
      };
    },
  ],
  [
    'gatewayWeights',
    ({ input }) => {
      const { backends } = parseRouteRule(cursor(input['rule']), 'HTTPRoute');
      return { parts: [...weightedParts(backends.map(({ weight }) => weight))] };
    },
  ],
  [
    'gatewayHostnames',
    ({ input }) => ({
      hostname: intersectHostnames(textOf(input['a']), textOf(input['b'])) ?? null,
    }),
  ],
];

function listenersOf(
  gateway: Gateway,
  routes: readonly GatewayRoute[],
): readonly ListenerMatches[] {
  const attached = routes.flatMap((route) =>
    route.parents.flatMap((parent) => {
      const found = attach(route, parent, gateway, () => undefined);
      return found.kind === 'attached'
        ? found.listeners.map(({ listener, hosts }) => ({
            listener,
            matches: matchesOf(route, hosts),
          }))
        : [];
    }),
  );
  return gateway.listeners.map((listener) => ({
    name: listener.name,
    port: listener.port,
    hostname: listener.hostname ?? '',
    matches: attached
      .filter((each) => each.listener === listener)
      .flatMap(({ matches }) => matches),
  }));
}

function backendOf({ route, rule }: RoutedMatch, routes: readonly GatewayRoute[]): string {
  const found = routes.find((each) => each === route);
  return found?.rules[rule]?.backends[0]?.name ?? '';
}

function referrer(value: ReturnType<typeof objectOf>) {
  return {
    group: textOf(value['group']),
    kind: textOf(value['kind']),
    namespace: textOf(value['namespace']),
  };
}

function gatewayOf(value: Json | undefined): Gateway {
  return parsed(parseGateway(cursor(value)));
}

function routeOf(value: Json): GatewayRoute {
  const kind = textOf(objectOf(value)['kind']) === 'GRPCRoute' ? 'GRPCRoute' : 'HTTPRoute';
  return parsed(parseRoute(kind)(cursor(value)));
}

function cursor(value: Json | undefined): Cursor {
  return new Cursor(value, 'vector', { source: 'vectors', problems: new Problems() });
}

function parsed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('an object without a name');
  return value;
}
