import { gatewayGroup } from '../../load-balancing/index.ts';
import type { Condition, GatewayRoute } from '../../model/index.ts';
import type { Unresolved, Unserved } from './types.ts';

export function conditionOf(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((each) => each.type === type);
}

/** A condition in its controller's own words. */
export function statusText({ reason, message }: Pick<Condition, 'reason' | 'message'>): string {
  return message === '' ? reason : `${reason}: ${message}`;
}

/** What controllers say of routes: not accepted, or references that lead nowhere. */
export function statusOfRoutes(routes: readonly GatewayRoute[]): {
  readonly unserved: readonly Unserved[];
  readonly unresolved: readonly Unresolved[];
} {
  const unserved: Unserved[] = [];
  const unresolved: Unresolved[] = [];
  for (const { kind, namespace, name, hostnames, parentStatuses } of routes) {
    const subject = { kind, namespace, name };
    const parents = parentStatuses.filter(
      ({ parent }) => parent.group === gatewayGroup && parent.kind === 'Gateway',
    );
    const refused = parents.flatMap(({ parent, conditions }) => {
      const accepted = conditionOf(conditions, 'Accepted');
      return accepted?.status === 'False' ? [{ parent, accepted }] : [];
    });
    const [first] = refused;
    if (first !== undefined && refused.length === parents.length)
      unserved.push({
        subject,
        code: 'not-accepted',
        by: `${first.parent.namespace ?? namespace}/${first.parent.name}`,
        message: statusText(first.accepted),
        hosts: hostnames,
      });
    for (const { conditions } of parents) {
      const resolved = conditionOf(conditions, 'ResolvedRefs');
      if (resolved?.status === 'False')
        unresolved.push({ subject, reason: resolved.reason, message: resolved.message });
    }
  }
  return { unserved, unresolved };
}
