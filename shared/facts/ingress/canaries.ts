import { compareAge } from '../../load-balancing/index.ts';
import type { Alternative, Canary, HostRoute, RouteTarget } from './types.ts';

/** A claim, and of a canary the part that it wants. */
export interface RouteClaim {
  readonly route: HostRoute;
  readonly wants?: { readonly part: number | undefined };
}

/**
 * What ingress-nginx makes of canaries: each joins the backend of the route with its host, path and
 * path type, the oldest one alone, and then takes its part wherever that backend is used.
 * @see ingress-nginx: canary
 */
export function withCanaries(claims: readonly RouteClaim[]): readonly HostRoute[] {
  const canaries = claims
    .filter(({ wants }) => wants !== undefined)
    .toSorted((a, b) => compareAge(a.route.source, b.route.source));
  if (canaries.length === 0) return claims.map(({ route }) => route);
  const beside = Map.groupBy(
    claims.flatMap(({ route, wants }) =>
      wants === undefined && route.shadowed === undefined ? [route] : [],
    ),
    placeOf,
  );
  const joined = new Map<string, RouteClaim>();
  const outcomes = new Map<HostRoute, Canary>();
  for (const canary of canaries) {
    const backends = (beside.get(placeOf(canary.route)) ?? []).flatMap(({ server, targets }) =>
      targets.map((target) => backendOf(server, target)),
    );
    const [own] = canary.route.targets.map((target) => backendOf(canary.route.server, target));
    for (const backend of backends)
      if (backend !== own && !joined.has(backend)) joined.set(backend, canary);
    const chosen = backends.map((backend) => (backend === own ? canary : joined.get(backend)));
    const [oldest] = chosen;
    outcomes.set(
      canary.route,
      oldest === undefined
        ? { kind: 'alone' }
        : chosen.includes(canary)
          ? { kind: 'takes' }
          : { kind: 'second', oldest: oldest.route.source },
    );
  }
  return claims.map(({ route, wants }) => {
    const canary = outcomes.get(route);
    if (canary !== undefined) return asCanary(route, canary, wants?.part);
    const [backend] = route.targets.map((target) => backendOf(route.server, target));
    const alternative = alternativeOf(joined.get(backend ?? ''));
    return alternative === undefined ? route : { ...route, alternative };
  });
}

function placeOf({ server, host, path, pathType }: HostRoute): string {
  return JSON.stringify([server, host, path, pathType]);
}

function backendOf(server: string, { kind, namespace, name, port }: RouteTarget): string {
  return JSON.stringify([server, kind, namespace, name, port]);
}

function alternativeOf(canary: RouteClaim | undefined): Alternative | undefined {
  const [target] = canary?.route.targets ?? [];
  return target === undefined ? undefined : { target, takes: canary?.wants?.part };
}

function asCanary(route: HostRoute, canary: Canary, part: number | undefined): HostRoute {
  const taken = canary.kind === 'takes' ? part : 0;
  return {
    ...route,
    canary,
    targets: route.targets.map((target) => ({ ...target, part: taken })),
  };
}
