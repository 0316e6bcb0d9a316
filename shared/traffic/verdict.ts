import type { EndpointShare, Verdict } from './types.ts';

/** Ratios that differ by less are equal: shares are sums of fractions. */
export const tolerance = 1e-9;

/** The verdict over endpoint shares and loss, the first that applies (docs/share-model.md, Verdicts). */
export function verdictOf(endpoints: readonly EndpointShare[], lost: number): Verdict {
  if (!endpoints.some((endpoint) => endpoint.share > 0)) return 'none';
  if (lost > tolerance) return 'lost';
  if (endpoints.some((endpoint) => endpoint.ready && endpoint.share === 0)) return 'starved';
  return shareRatio(endpoints) >= 2 - tolerance ? 'uneven' : 'even';
}

/** Largest share ÷ smallest share among the endpoints that have one; 1 where fewer than two have. */
export function shareRatio(endpoints: readonly EndpointShare[]): number {
  let largest = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (const { share } of endpoints) {
    if (share <= 0) continue;
    largest = Math.max(largest, share);
    smallest = Math.min(smallest, share);
  }
  return largest === 0 ? 1 : largest / smallest;
}
