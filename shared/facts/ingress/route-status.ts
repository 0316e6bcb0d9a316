import { gatewayGroup } from '../../load-balancing/index.ts';
import type { Condition, GatewayRoute, ParentReference, ParentStatus } from '../../model/index.ts';
import type { ApiRouting, UnresolvedReferences, Unserved } from './types.ts';

/** The condition of a type; `undefined` = its status has none. */
export function conditionOf(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((each) => each.type === type);
}

/** Whether a condition is about an earlier version of its object, so that it says nothing of this one. */
export function isBehind(
  { observedGeneration }: Condition,
  generation: number | undefined,
): boolean {
  return (
    observedGeneration !== undefined && generation !== undefined && observedGeneration < generation
  );
}

/** A condition in its controller's own words. */
export function statusText({ reason, message }: Pick<Condition, 'reason' | 'message'>): string {
  return message === '' ? reason : `${reason}: ${message}`;
}

type StatusOfRoutes = Pick<ApiRouting, 'unserved' | 'unresolved' | 'undecided'>;

/**
 * What controllers say of routes: not accepted, or references that lead nowhere.
 * @param controllerAt The controller of a Gateway (`namespace/name`); what others say of it does not count.
 */
export function statusOfRoutes(
  routes: readonly GatewayRoute[],
  controllerAt: (gateway: string) => string | undefined,
): StatusOfRoutes {
  const each = routes.map((route) => statusOf(route, controllerAt));
  return {
    unserved: each.flatMap(({ unserved }) => unserved),
    unresolved: each.flatMap(({ unresolved }) => unresolved),
    undecided: each.flatMap(({ undecided }) => undecided),
  };
}

function statusOf(
  route: GatewayRoute,
  controllerAt: (gateway: string) => string | undefined,
): StatusOfRoutes {
  const { kind, namespace, name, generation } = route;
  const subject = { kind, namespace, name };
  const statuses = route.parentStatuses.filter((status) => isOwn(status, route, controllerAt));
  const unresolved: UnresolvedReferences[] = [];
  const unserved: Unserved[] = [];
  let refused = 0;
  let behind = false;
  for (const { parent, conditions } of statuses) {
    const accepted = conditionOf(conditions, 'Accepted');
    const resolved = conditionOf(conditions, 'ResolvedRefs');
    if ([accepted, resolved].some((each) => each?.status === 'False' && isBehind(each, generation)))
      behind = true;
    else if (accepted?.status === 'False') {
      refused += 1;
      unserved.push({
        subject,
        code: 'not-accepted',
        by: gatewayOf(parent, namespace),
        message: statusText(accepted),
        hosts: route.hostnames,
      });
    }
    if (resolved?.status === 'False' && !isBehind(resolved, generation))
      unresolved.push({ subject, reason: resolved.reason, message: resolved.message });
  }
  return {
    // One parent that takes it in is enough.
    unserved: refused === statuses.length ? unserved.slice(0, 1) : [],
    unresolved,
    undecided: behind
      ? [{ subject: route, why: 'its controller has not looked at its latest version' }]
      : [],
  };
}

/** Whether the controller of a parent has resolved all references of this version of a route. */
export function hasResolvedRefs(
  { namespace, generation, parentStatuses }: GatewayRoute,
  parent: ParentReference,
  controller: string | undefined,
): boolean {
  return parentStatuses.some(({ parent: of, controllerName, conditions }) => {
    const resolved = conditionOf(conditions, 'ResolvedRefs');
    return (
      controllerName === controller &&
      isSame(of, parent, namespace) &&
      resolved?.status === 'True' &&
      !isBehind(resolved, generation)
    );
  });
}

function isSame(a: ParentReference, b: ParentReference, own: string): boolean {
  return (
    a.group === b.group &&
    a.kind === b.kind &&
    gatewayOf(a, own) === gatewayOf(b, own) &&
    a.sectionName === b.sectionName &&
    a.port === b.port
  );
}

/** A status for a parent that the route still names, by the controller of that Gateway. */
function isOwn(
  { parent, controllerName }: ParentStatus,
  { namespace, parents }: GatewayRoute,
  controllerAt: (gateway: string) => string | undefined,
): boolean {
  if (parent.group !== gatewayGroup || parent.kind !== 'Gateway') return false;
  const controller = controllerAt(gatewayOf(parent, namespace));
  return (
    (controller === undefined || controllerName === controller) &&
    parents.some((each) => isSame(each, parent, namespace))
  );
}

function gatewayOf({ namespace, name }: ParentReference, own: string): string {
  return `${namespace ?? own}/${name}`;
}
