import {
  matchesLabelSelector,
  type Tristate,
  type Gateway,
  type GatewayListener,
  type GatewayRoute,
  type ParentReference,
} from '../../model/index.ts';
import { compareHostnames, covers, intersectHostnames } from './hostnames.ts';

/** The API group of the Gateway API. */
export const gatewayGroup = 'gateway.networking.k8s.io';

/** Why a Gateway does not take a route, by the reasons of the Gateway API. */
export type NotAttached =
  'NoMatchingParent' | 'NotAllowedByListeners' | 'NoMatchingListenerHostname';

/** A route at one parent reference: the listeners that take it, or why none does. */
export type Attachment =
  | { readonly kind: 'attached'; readonly listeners: readonly AttachedListener[] }
  | { readonly kind: 'refused'; readonly reason: NotAttached }
  | { readonly kind: 'unknown'; readonly why: string };

export interface AttachedListener {
  readonly listener: GatewayListener;
  /** Hosts for which it hands requests to the route; `''` = every host. Never empty. */
  readonly hosts: readonly string[];
}

/** Labels of a namespace; `undefined` = the namespace is not known. */
export type NamespaceLabels = (name: string) => ReadonlyMap<string, string> | undefined;

/**
 * Where a Gateway lets a route in: sections and ports first, then what the listeners allow, then
 * their host names.
 * @see Gateway API: ParentReference, AllowedRoutes, HTTPRouteSpec.hostnames
 */
export function attach(
  route: GatewayRoute,
  parent: ParentReference,
  gateway: Gateway,
  labelsOf: NamespaceLabels,
): Attachment {
  const meant = gateway.listeners.filter(
    ({ name, port }) =>
      (parent.sectionName === undefined || parent.sectionName === name) &&
      (parent.port === undefined || parent.port === port),
  );
  if (meant.length === 0) return { kind: 'refused', reason: 'NoMatchingParent' };
  const answers = meant.map((listener) => ({
    listener,
    allowed: allows(listener, route, gateway, labelsOf),
  }));
  const allowed = answers.filter((each) => each.allowed === 'yes');
  const listeners = allowed.flatMap(({ listener }) => {
    const hosts = hostsOf(route, listener, gateway.listeners);
    return hosts.length === 0 ? [] : [{ listener, hosts }];
  });
  if (listeners.length > 0) return { kind: 'attached', listeners };
  if (answers.some((each) => each.allowed === 'unknown'))
    return { kind: 'unknown', why: `the labels of namespace ${route.namespace} are not known` };
  const reason = allowed.length === 0 ? 'NotAllowedByListeners' : 'NoMatchingListenerHostname';
  return { kind: 'refused', reason };
}

/** Whether a listener takes routes of the kind and from the namespace. */
function allows(
  listener: GatewayListener,
  route: GatewayRoute,
  gateway: Gateway,
  labelsOf: NamespaceLabels,
): Tristate {
  const kinds =
    listener.kinds.length > 0
      ? listener.kinds.filter(({ group }) => group === gatewayGroup).map(({ kind }) => kind)
      : kindsOf(listener.protocol);
  if (!kinds.includes(route.kind)) return 'no';
  switch (listener.namespacesFrom) {
    case 'All':
      return 'yes';
    case 'Same':
      return route.namespace === gateway.namespace ? 'yes' : 'no';
    case 'Selector': {
      const labels = labelsOf(route.namespace);
      if (labels === undefined) return 'unknown';
      return matchesLabelSelector(listener.namespaceSelector, labels) ? 'yes' : 'no';
    }
    default:
      return listener.namespacesFrom === 'None' ? 'no' : 'unknown';
  }
}

/** Kinds of routes that a listener takes where it names none. */
function kindsOf(protocol: string): readonly string[] {
  return protocol === 'HTTP' || protocol === 'HTTPS' ? ['HTTPRoute', 'GRPCRoute'] : [];
}

/**
 * Hosts of a route at one listener. A host for which another listener of the same port has a more
 * specific name goes there, and is none of this one's.
 */
function hostsOf(
  { hostnames }: GatewayRoute,
  listener: GatewayListener,
  all: readonly GatewayListener[],
): readonly string[] {
  const own = listener.hostname ?? '';
  const wanted = hostnames.length === 0 ? [''] : hostnames;
  const hosts = wanted.flatMap((name) => intersectHostnames(own, name) ?? []);
  const closer = all.filter(
    (other) =>
      other.port === listener.port &&
      other.hostname !== undefined &&
      other.hostname !== own &&
      intersectHostnames(own, other.hostname) === other.hostname,
  );
  return [
    ...new Set(
      hosts.filter((host) => !closer.some(({ hostname = '' }) => covered(hostname, host))),
    ),
  ].toSorted(compareHostnames);
}

function covered(name: string, host: string): boolean {
  return name === host || covers(name, host);
}
