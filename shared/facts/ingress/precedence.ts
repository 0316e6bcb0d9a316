import { compareAge } from '../../load-balancing/index.ts';
import type { HostRoute } from './types.ts';

/**
 * The same routes; where several claim the same requests of one server, all but the oldest are
 * marked as shadowed. Canaries claim nothing for themselves.
 */
export function withShadows<Route extends HostRoute>(routes: readonly Route[]): readonly Route[] {
  const claims = Map.groupBy(
    routes.filter(({ canary }) => canary === undefined),
    claimOf,
  );
  const shadowed = new Set<Route>();
  for (const same of claims.values())
    if (same.length > 1)
      for (const each of same.toSorted((a, b) => compareAge(a.source, b.source)).slice(1))
        shadowed.add(each);
  return shadowed.size === 0
    ? routes
    : routes.map((route) => (shadowed.has(route) ? { ...route, shadowed: true as const } : route));
}

/** Equal for routes that claim the same requests of one server. */
export function claimOf({ server, host, key }: HostRoute): string {
  return JSON.stringify([server, host, key]);
}
