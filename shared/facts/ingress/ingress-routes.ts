import {
  canaryByClient,
  canaryPart,
  isCanary,
  nginxRedirects,
  nginxSpread,
  pathKey,
  type Controller,
} from '../../load-balancing/index.ts';
import type { Ingress, IngressBackend } from '../../model/index.ts';
import { derived } from '../derived.ts';
import { ingressClassesServed, type ServedIngress } from './ingress-classes.ts';
import type { HostRoute, RouteName, RouteTarget, Routing } from './types.ts';

/** Hosts and paths of the Ingresses, by the class that serves them. */
export const ingressRoutes = derived(
  'ingressRoutes',
  {
    needs: ['ingresses', 'ingressClasses', 'services'],
    helps: ['deployments', 'daemonSets'],
  },
  (given): Routing => {
    const { entryPoints, served, unserved, undecided } = ingressClassesServed(given);
    return {
      entryPoints,
      routes: withCanaries(served.flatMap(routesOf)),
      unserved,
      unresolved: [],
      undecided,
    };
  },
);

/** A claim before the parts of canaries are taken off. */
interface Claim extends HostRoute {
  readonly takes: number | undefined;
}

function routesOf({ ingress, entryPoint }: ServedIngress): readonly Claim[] {
  const { controller } = entryPoint;
  const source: RouteName = {
    kind: 'Ingress',
    namespace: ingress.namespace,
    name: ingress.name,
    ...(ingress.createdAt !== undefined && { createdAt: ingress.createdAt }),
  };
  const canary = controller.nginx === true && isCanary(ingress);
  const base = {
    source,
    entryPoint: entryPoint.id,
    redirects: controller.nginx === true && nginxRedirects(ingress),
    ...(canary && { canary: true as const }),
    takes: canary && !canaryByClient(ingress) ? canaryPart(ingress) : undefined,
  };
  const claim = (host: string, path: string, pathType: string, backend: IngressBackend): Claim => ({
    ...base,
    host,
    path,
    pathType,
    key: pathKey({ path, pathType }),
    targets: [targetOf(ingress, backend, controller)],
  });
  return [
    ...ingress.rules.flatMap(({ host, paths }) =>
      paths.map(({ path, pathType, backend }) => claim(host, path, pathType, backend)),
    ),
    ...(ingress.defaultBackend === undefined
      ? []
      : [claim('', '/', 'default backend', ingress.defaultBackend)]),
  ];
}

function targetOf(ingress: Ingress, backend: IngressBackend, controller: Controller): RouteTarget {
  const spreads =
    controller.nginx === true && nginxSpread(ingress) !== 'endpoints'
      ? 'unknown'
      : controller.spreads;
  return {
    kind: backend.kind === 'service' ? 'Service' : backend.resource,
    namespace: ingress.namespace,
    name: backend.name,
    port: backend.kind === 'service' ? backend.port : undefined,
    part: 1,
    permitted: 'yes',
    spreads,
  };
}

/** A canary's weight is taken off the Ingress that it stands beside. */
function withCanaries(claims: readonly Claim[]): readonly HostRoute[] {
  const canaries = Map.groupBy(
    claims.filter((each) => each.canary === true),
    placeOf,
  );
  return claims.map(({ takes, ...route }) => {
    const beside = canaries.get(placeOf(route)) ?? [];
    if (beside.length === 0) return route;
    if (route.canary === true) return withPart(route, takes);
    const taken = beside.map((each) => each.takes);
    const known = taken.reduce<number | undefined>(
      (sum, each) => (sum === undefined || each === undefined ? undefined : sum + each),
      0,
    );
    return withPart(route, known === undefined ? undefined : Math.max(0, 1 - known));
  });
}

function placeOf({ entryPoint, host, key }: HostRoute): string {
  return JSON.stringify([entryPoint, host, key]);
}

function withPart(route: HostRoute, part: number | undefined): HostRoute {
  return { ...route, targets: route.targets.map((target) => ({ ...target, part })) };
}
