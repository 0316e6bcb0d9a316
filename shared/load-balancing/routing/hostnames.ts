/** Host names as listeners, routes and Ingresses write them; `''` = every host, `*.` in front = a suffix. */

/**
 * The hosts that both names mean, as one name; `undefined` = none. A wildcard of the Gateway API
 * stands for one or more labels, so that `*.example.com` takes in `*.shop.example.com`.
 */
export function intersectHostnames(a: string, b: string): string | undefined {
  if (a === '' || a === b) return b;
  if (b === '') return a;
  if (covers(a, b)) return b;
  return covers(b, a) ? a : undefined;
}

/** Whether a name takes in a host, or all hosts of a wildcard. A port behind the host does not count. */
export function covers(name: string, host: string): boolean {
  if (name === '') return true;
  const bare = host.replace(/:\d+$/u, '').toLowerCase();
  if (!name.startsWith('*.')) return name === bare;
  const suffix = name.slice(1);
  return (
    bare.endsWith(suffix) && (bare.startsWith('*.') ? bare !== name : bare.length > suffix.length)
  );
}

/** Names from the most specific on: those without a wildcard, then the longer, then none at all. */
export function compareHostnames(a: string, b: string): number {
  return rank(b) - rank(a) || b.length - a.length;
}

function rank(name: string): number {
  if (name === '') return 0;
  return name.startsWith('*.') ? 1 : 2;
}
