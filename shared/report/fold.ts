import { compareText, present } from '../model/index.ts';
import type { PortReport } from './report.ts';

export type EndpointRow = PortReport['endpoints'][number];

/** One line of a Service's list: a pod, or the rest of the pods like those above it. */
export type FoldedRow =
  | { readonly kind: 'pod'; readonly endpoint: EndpointRow }
  | {
      readonly kind: 'more';
      readonly count: number;
      readonly least: number;
      readonly most: number;
      readonly because?: string;
      readonly cause?: string;
      readonly nodePools: readonly string[];
    };

/** Pods that get traffic, or pods that get none for the same reason. */
export interface FoldedGroup {
  readonly because?: string;
  readonly cause?: string;
  readonly rows: readonly FoldedRow[];
}

/**
 * Folds endpoints into at most `limit` rows (never fewer than one per reason): those with a share
 * first, largest first, then those without, by reason. What does not fit becomes one `more` row.
 */
export function foldEndpoints(
  endpoints: readonly EndpointRow[],
  limit: number,
): readonly FoldedGroup[] {
  const groups = [...Map.groupBy(endpoints.toSorted(byShare), reasonKey).values()];
  const quotas = shareOut(
    groups.map((group) => group.length),
    limit,
  );
  return groups.map((group, at) => ({
    ...noShareReason(group[0]),
    rows: foldGroup(group, quotas[at] ?? 1),
  }));
}

/** The same for endpoints with a share, and for those that have none for the same reason. */
export function reasonKey({ share, because = '-', cause = '' }: EndpointRow): string {
  return share > 0 ? '' : `${because} ${cause}`;
}

function foldGroup(group: readonly EndpointRow[], quota: number): readonly FoldedRow[] {
  const shown = group.length <= quota ? group : group.slice(0, quota - 1);
  const rest = group.slice(shown.length);
  const first = rest[0];
  const rows: FoldedRow[] = shown.map((endpoint) => ({ kind: 'pod', endpoint }));
  if (first === undefined) return rows;
  const pools = new Set(rest.flatMap((endpoint) => endpoint.nodePool ?? []));
  rows.push({
    kind: 'more',
    count: rest.length,
    least: rest.at(-1)?.share ?? 0,
    most: first.share,
    ...noShareReason(first),
    nodePools: [...pools].toSorted(),
  });
  return rows;
}

/** One row each, then the rest of the limit in turns to the groups that have more to show. */
export function shareOut(sizes: readonly number[], limit: number): readonly number[] {
  const quotas = sizes.map(() => 1);
  let left = limit - sizes.length;
  while (left > 0) {
    const before = left;
    for (const [at, size] of sizes.entries()) {
      if (left <= 0 || (quotas[at] ?? 0) >= size) continue;
      quotas[at] = (quotas[at] ?? 0) + 1;
      left -= 1;
    }
    if (left === before) break;
  }
  return quotas;
}

/** Why an endpoint has no share; nothing of one that has. */
export function noShareReason(
  endpoint: EndpointRow | undefined,
): Pick<FoldedGroup, 'because' | 'cause'> {
  if (endpoint === undefined || endpoint.share > 0) return {};
  return present({ because: endpoint.because, cause: endpoint.cause });
}

/** Largest first, rounded: shares that are equal but for the last bit stay in the order of their names. */
export function compareShares(
  a: Pick<EndpointRow, 'share'>,
  b: Pick<EndpointRow, 'share'>,
): number {
  return Math.round(b.share * 1e9) - Math.round(a.share * 1e9);
}

/** Largest share first; without a share by reason; then by node pool and name. */
function byShare(a: EndpointRow, b: EndpointRow): number {
  return (
    compareShares(a, b) ||
    compareText(a.because ?? '', b.because ?? '') ||
    compareText(a.cause ?? '', b.cause ?? '') ||
    compareText(a.nodePool ?? '', b.nodePool ?? '') ||
    compareText(a.pod, b.pod)
  );
}
