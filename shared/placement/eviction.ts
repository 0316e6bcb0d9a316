import type { PodSpec, Taint, Toleration } from '../model/index.ts';
import { isNoExecute, toleratesTaint } from './tolerations.ts';

/** What the NoExecute controller does to a running pod (source: the taint eviction controller). */
export type Eviction =
  | { readonly kind: 'stays' }
  | { readonly kind: 'at-once'; readonly taint: Taint | undefined }
  | { readonly kind: 'after'; readonly seconds: number };

/** What becomes of a pod that is bound to a node with these taints; seconds from when they were set. */
export function evictionOf(
  spec: Pick<PodSpec, 'tolerations' | 'nodeName'>,
  node: { readonly taints: readonly Taint[] },
): Eviction {
  const taints = node.taints.filter(isNoExecute);
  if ((spec.nodeName ?? '') === '' || taints.length === 0) return { kind: 'stays' };
  const used = new Set<Toleration>();
  for (const taint of taints) {
    const matching = spec.tolerations.filter((toleration) => toleratesTaint(toleration, taint));
    if (matching.length === 0) return { kind: 'at-once', taint };
    for (const toleration of matching) used.add(toleration);
  }
  const seconds = shortestToleration([...used]);
  if (seconds < 0) return { kind: 'stays' };
  return seconds === 0 ? { kind: 'at-once', taint: undefined } : { kind: 'after', seconds };
}

/** Shortest `tolerationSeconds` among the tolerations that matched: 0 = at once, -1 = never. */
export function shortestToleration(used: readonly Pick<Toleration, 'tolerationSeconds'>[]): number {
  if (used.length === 0) return 0;
  let shortest = -1;
  for (const { tolerationSeconds } of used) {
    if (tolerationSeconds === undefined) continue;
    if (tolerationSeconds <= 0) return 0;
    shortest = shortest === -1 ? tolerationSeconds : Math.min(shortest, tolerationSeconds);
  }
  return shortest;
}
