import { compareText } from '../../../model/index.ts';
import type { EndpointRow } from '../../fold.ts';
import type { PortReport } from '../../report.ts';

/** A node of a map with the endpoints that count there. */
export interface MapNode {
  readonly name: string;
  readonly pool: string;
  readonly member: boolean;
  readonly up: boolean;
  readonly share: number;
  readonly endpoints: readonly EndpointRow[];
  /** What Azure itself sees, where it was asked. */
  readonly seen?: AzureState;
}

/** Azure's own word, and whether the model expected another. */
export type AzureState = 'up' | 'down' | 'up-unexpected' | 'down-unexpected';

/** In the place of a reason: the pod is not there yet. */
export const afterFix = 'after-fix';

/** In the place of a node pool, for such pods. */
export const movedPool = 'after the fix';

/** Shares of pods by name; a name may be that of a property of every object. */
export type Shares = { readonly [pod: string]: number };

/** The share of a pod; 0 where the prediction does not know it. */
export function shareOf(shares: Shares, pod: string): number {
  return Object.hasOwn(shares, pod) ? (shares[pod] ?? 0) : 0;
}

/** Backends, and nodes that have endpoints: those with traffic first, then by node pool and name. */
export function mapNodes(
  port: PortReport,
  { after, mesh }: { readonly after: Shares | undefined; readonly mesh: boolean },
): readonly MapNode[] {
  const byNode = Map.groupBy(port.endpoints, ({ node = 'no node' }) => node);
  const listed = new Set(port.backends.map((backend) => backend.node));
  const nodes: MapNode[] = port.backends.map((backend) => ({
    name: backend.node,
    pool: backend.nodePool ?? '',
    member: backend.member,
    up: backend.up,
    share: backend.share,
    endpoints: byNode.get(backend.node) ?? [],
    ...(isSeen(backend) && backend.member && { seen: seenOf(backend) }),
  }));
  for (const [name, endpoints] of byNode)
    if (!listed.has(name) && !mesh)
      nodes.push({ ...aside, name, pool: endpoints[0]?.nodePool ?? '', endpoints });
  const inOrder = nodes.toSorted(
    (a, b) => b.share - a.share || compareText(a.pool, b.pool) || compareText(a.name, b.name),
  );
  return mesh || after === undefined ? inOrder : [...inOrder, ...moved(inOrder, after)];
}

/** Of a node that is no backend. */
const aside = { member: false, up: false, share: 0 } as const;

/** Azure has no state for some backends of a port that it was asked about. */
function isSeen({ predictedUp, reason }: PortReport['backends'][number]): boolean {
  return predictedUp !== undefined || reason !== undefined;
}

function seenOf({ up, predictedUp = up }: PortReport['backends'][number]): AzureState {
  const word = up ? 'up' : 'down';
  return up === predictedUp ? word : `${word}-unexpected`;
}

/** Pods that only the prediction knows: where they will run is the scheduler's choice. */
function moved(nodes: readonly MapNode[], after: Shares): readonly MapNode[] {
  const known = new Set(nodes.flatMap((node) => node.endpoints.map(({ pod }) => pod)));
  const pods = Object.keys(after).filter((pod) => !known.has(pod));
  if (pods.length === 0) return [];
  const endpoints = pods.map((pod) => ({ pod, ready: false, share: 0, because: afterFix }));
  return [{ ...aside, name: 'chosen by the scheduler', pool: movedPool, endpoints }];
}
