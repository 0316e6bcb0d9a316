import {
  attach,
  type AttachedListener,
  gatewayGroup,
  isGranted,
  matchesOf,
  matchKey,
  weightedParts,
  type NamespaceLabels,
} from '../../load-balancing/index.ts';
import {
  compacted,
  kindAndName,
  valueOr,
  type ParentReference,
  type Gateway,
  type GatewayRoute,
  type GatewayRouteRule,
  type ReferenceGrant,
  type Read,
  type RouteMatch,
  type Tristate,
} from '../../model/index.ts';
import { derived } from '../derived.ts';
import { gatewaysServed, nameOfGateway } from './gateways.ts';
import { isRecent } from '../recent-changes.ts';
import { withShadows } from './precedence.ts';
import { hasResolvedRefs, statusOfRoutes } from './route-status.ts';
import type {
  EntryPoint,
  HostRoute,
  RouteName,
  RouteTarget,
  ApiRouting,
  Unserved,
} from './types.ts';

/** Hosts and paths of HTTPRoutes and GRPCRoutes, by the Gateway that takes them in. */
export const gatewayRoutes = derived(
  'gatewayRoutes',
  {
    needs: ['gateways', 'gatewayClasses', 'httpRoutes', 'grpcRoutes', 'services'],
    helps: ['namespaces', 'referenceGrants'],
  },
  ({ cluster, httpRoutes, grpcRoutes, namespaces, referenceGrants, ...given }): ApiRouting => {
    const served = gatewaysServed({ ...given, referenceGrants, takenAt: cluster.takenAt });
    const classes = new Map(given.gatewayClasses.map((found) => [found.name, found]));
    const labels = new Map(valueOr(namespaces, []).map((each) => [each.name, each.labels]));
    const active = [...httpRoutes, ...grpcRoutes].filter(({ deleting }) => !deleting);
    const gateways = new Map(given.gateways.map((gateway) => [nameOfGateway(gateway), gateway]));
    const inputs: RouteInputs = {
      gateways,
      controllerAt: (gateway) =>
        classes.get(gateways.get(gateway)?.className ?? '')?.controllerName,
      entryPoints: new Map(served.entryPoints.map((each) => [each.id, each])),
      labelsOf: (name) => labels.get(name),
      grants: referenceGrants,
    };
    const each = active.map((route) => ({ route, ...routesOf(route, inputs) }));
    const status = statusOfRoutes(active, inputs.controllerAt);
    const old = each.filter(({ route }) => !isRecent(cluster, route.createdAt));
    return {
      entryPoints: served.entryPoints,
      routes: withShadows(each.flatMap(({ routes }) => routes)),
      unserved: onePerSubject([
        ...served.unserved,
        ...old.flatMap(({ unserved }) => unserved),
        ...status.unserved,
      ]),
      unresolved: [...served.unresolved, ...status.unresolved],
      certificates: served.certificates,
      undecided: [
        ...served.undecided,
        ...each.flatMap(({ undecided }) => undecided),
        ...status.undecided,
      ],
    };
  },
);

interface RouteInputs {
  readonly gateways: ReadonlyMap<string, Gateway>;
  readonly entryPoints: ReadonlyMap<string, EntryPoint>;
  readonly labelsOf: NamespaceLabels;
  readonly grants: Read<readonly ReferenceGrant[]>;
  /** The controller of a Gateway (`namespace/name`), by its own name. */
  readonly controllerAt: (gateway: string) => string | undefined;
}

type RoutesOfOne = Pick<ApiRouting, 'routes' | 'unserved' | 'undecided'>;

function routesOf(route: GatewayRoute, inputs: RouteInputs): RoutesOfOne {
  const all = route.parents.map((parent) => routesOfParent(route, parent, inputs));
  const routes = all.flatMap((each) => each.routes ?? []);
  return {
    routes,
    undecided: all.flatMap(({ undecided: why }) =>
      why === undefined ? [] : [{ subject: route, why }],
    ),
    // One parent that takes it in is enough.
    unserved: routes.length > 0 ? [] : all.flatMap(({ unserved }) => unserved ?? []),
  };
}

/** What one parent reference of a route gives: routes, or why there are none. */
interface RoutesOfParent {
  readonly routes?: readonly HostRoute[];
  readonly undecided?: string;
  readonly unserved?: Unserved;
}

function routesOfParent(
  route: GatewayRoute,
  parent: ParentReference,
  inputs: RouteInputs,
): RoutesOfParent {
  if (parent.unread === true) return { undecided: 'a parent reference of it cannot be read' };
  if (parent.group !== gatewayGroup || parent.kind !== 'Gateway')
    // A mesh's Service has its own way in; a set of listeners is not read.
    return parent.kind === 'Service'
      ? {}
      : { undecided: `its parent is a ${parent.kind}, which is not read` };
  const by = `${parent.namespace ?? route.namespace}/${parent.name}`;
  const gateway = inputs.gateways.get(by);
  const fault = { subject: nameOf(route), by, hosts: route.hostnames };
  if (gateway === undefined) return { unserved: { ...fault, code: 'parent-missing' } };
  const found = attach(route, parent, gateway, inputs.labelsOf);
  if (found.kind === 'refused')
    return { unserved: { ...fault, code: 'not-attached', message: found.reason } };
  if (found.kind === 'unknown') return { undecided: found.why };
  const entryPoint = inputs.entryPoints.get(`Gateway ${by}`);
  if (entryPoint === undefined) return {};
  const grants = hasResolvedRefs(route, parent, inputs.controllerAt(by))
    ? 'resolved'
    : inputs.grants;
  return { routes: routesAt(route, entryPoint, found.listeners, grants) };
}

/** The routes at the listeners of one Gateway. */
function routesAt(
  route: GatewayRoute,
  entryPoint: EntryPoint,
  listeners: readonly AttachedListener[],
  grants: Grants,
): readonly HostRoute[] {
  const source = nameOf(route);
  const rules = route.rules.map((rule) => ({
    redirects: rule.redirects,
    ...(rule.mayAnswer === true && { mayAnswer: true as const }),
    targets: targetsOf(route, rule, entryPoint, grants),
  }));
  return listeners.flatMap(({ listener, hosts }) =>
    Array.from(matchesOf(route, hosts), ({ host, rule, of }) => ({
      ...claimOfMatch(of),
      source,
      entryPoint: entryPoint.id,
      server: JSON.stringify([entryPoint.id, listener.name]),
      host,
      ...(rules[rule] ?? { redirects: false, targets: [] }),
    })),
  );
}

function nameOf({ kind, namespace, name, createdAt }: GatewayRoute): RouteName {
  return { kind, namespace, name, ...(createdAt !== undefined && { createdAt }) };
}

function claimOfMatch(match: RouteMatch): Pick<HostRoute, 'path' | 'pathType' | 'also' | 'key'> {
  const { path, method, headers, queryParams } = match;
  const also = compacted([
    method !== undefined && `method ${method}`,
    ...headers.map(({ name }) => `header ${name}`),
    ...queryParams.map(({ name }) => `query ${name}`),
  ]).join(', ');
  return {
    path: path.value,
    pathType: path.type,
    ...(also !== '' && { also }),
    key: matchKey(match),
  };
}

function targetsOf(
  route: GatewayRoute,
  { backends }: GatewayRouteRule,
  { controller }: EntryPoint,
  grants: Grants,
): readonly RouteTarget[] {
  const parts = weightedParts(backends.map(({ weight }) => weight));
  return backends.map((backend, place) => {
    const { group, kind, namespace = route.namespace, name, port, unread } = backend;
    const from = { group: gatewayGroup, kind: route.kind, namespace: route.namespace };
    return {
      kind: group === '' ? kind : `${kind}.${group}`,
      namespace,
      name: name || '?',
      port,
      ...(unread === true && { unread }),
      part: parts[place] ?? 0,
      permitted:
        unread === true ? 'yes' : permittedBy(grants, from, { group, kind, namespace, name }),
      spreads: controller.spreads,
    };
  });
}

/** The grants, or that the controller has said itself that it may follow every reference. */
type Grants = Read<readonly ReferenceGrant[]> | 'resolved';

function permittedBy(
  grants: Grants,
  from: Parameters<typeof isGranted>[1],
  to: Parameters<typeof isGranted>[2],
): Tristate {
  if (from.namespace === to.namespace || grants === 'resolved') return 'yes';
  if (grants.kind === 'unread') return 'unknown';
  return isGranted(grants.value, from, to) ? 'yes' : 'no';
}

/** What the objects say themselves comes before what a status says of the same. */
function onePerSubject(unserved: readonly Unserved[]): readonly Unserved[] {
  const seen = new Set<string>();
  return unserved.filter(({ subject }) => {
    const key = kindAndName(subject);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}
