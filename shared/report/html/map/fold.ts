import { percent } from '../../../model/index.ts';
import type { EndpointRow } from '../../fold.ts';
import { whyText } from '../../words.ts';
import type { NodeRow, PodRow, PoolRow, Tone } from './rows.ts';
import { afterFix, movedPool, shareOf, type MapNode, type Shares } from './nodes.ts';

/** Pods of one node that are drawn one by one. */
const podsOfNode = 12;
/** Nodes of one pool that are drawn one by one. */
const nodesOfPool = 40;

export interface View {
  readonly after: Shares | undefined;
  /** Any node reaches any pod: what pods a node has says nothing about it. */
  readonly mesh: boolean;
}

/**
 * Nodes as rows by pool. What does not fit into `rows` is folded: first pods that are alike on a node
 * that has many, then nodes that are alike, then all nodes of a pool that fare alike.
 */
export function foldNodes(nodes: readonly MapNode[], view: View, rows: number): readonly PoolRow[] {
  const byPool = Map.groupBy(nodes, (node) => node.pool);
  const levels: readonly ((of: readonly MapNode[]) => readonly NodeRow[])[] = [
    (of) => of.map((node) => nodeRow([node], view)),
    (of) => groupsOf(of, (node) => signature(node, view), 3, view),
    (of) => groupsOf(of, (node) => `${toneOf(node, view)} ${node.member}`, 2, view),
  ];
  let pools: readonly PoolRow[] = [];
  for (const level of levels) {
    pools = [...byPool].map(([name, of]) => poolRow(name, of, level(of)));
    const most = Math.max(0, ...pools.map((pool) => pool.nodes.length));
    if (rowCount(pools) <= rows && most <= nodesOfPool) break;
  }
  return cutTo(pools, rows);
}

function rowCount(pools: readonly PoolRow[]): number {
  return pools.reduce(
    (sum, pool) => sum + pool.nodes.reduce((of, node) => of + Math.max(1, node.pods.length), 0),
    0,
  );
}

/** The last resort, for dozens of pools: the first ones, and a word on the rest. */
function cutTo(pools: readonly PoolRow[], rows: number): readonly PoolRow[] {
  if (rowCount(pools) <= rows) return pools;
  const kept: PoolRow[] = [];
  for (const pool of pools) {
    if (rowCount([...kept, pool]) > rows - 1) break;
    kept.push(pool);
  }
  const rest = pools.slice(kept.length);
  const size = rest.reduce((sum, pool) => sum + pool.size, 0);
  const members = rest.reduce((sum, pool) => sum + pool.members, 0);
  const nodes = rest.flatMap((pool) => pool.nodes);
  const shown = nodes.slice(0, Math.max(1, rows - rowCount(kept)));
  const name = rest.length === 1 ? (rest[0]?.name ?? '') : `${rest.length} more node pools`;
  return [
    ...kept,
    {
      name,
      moved: false,
      size,
      members,
      nodes: shown.map((node) => ({ ...node, pods: node.pods.slice(0, 1) })),
    },
  ];
}

function groupsOf(
  nodes: readonly MapNode[],
  key: (node: MapNode) => string,
  least: number,
  view: View,
): readonly NodeRow[] {
  return [...Map.groupBy(nodes, key).values()].flatMap((group) =>
    group.length < least ? group.map((node) => nodeRow([node], view)) : [nodeRow(group, view)],
  );
}

/** Nodes with the same of these look the same in all but name. */
function signature(node: MapNode, { after }: View): string {
  const pods = node.endpoints.map((endpoint) => podKey(endpoint, after)).toSorted();
  return JSON.stringify([node.member, node.up, node.seen ?? '', rounded(node.share), pods]);
}

function podKey(endpoint: EndpointRow, after: Shares | undefined): string {
  return JSON.stringify([
    rounded(endpoint.share),
    endpoint.ready,
    endpoint.because ?? '',
    endpoint.cause ?? '',
    rounded(after === undefined ? 0 : shareOf(after, endpoint.pod)),
  ]);
}

function rounded(share: number): number {
  return Math.round(share * 1e6);
}

function poolRow(name: string, of: readonly MapNode[], nodes: readonly NodeRow[]): PoolRow {
  const reasons = new Set(
    of.flatMap((node) =>
      node.endpoints
        .filter(({ ready, share }) => ready && share === 0)
        .map(({ because, cause }) => whyText(because, cause)),
    ),
  );
  const [why] = reasons;
  const all = of.every((node) => node.share === 0);
  return {
    name,
    size: of.length,
    members: of.filter((node) => node.member).length,
    nodes,
    moved: name === movedPool,
    ...(all && reasons.size === 1 && why !== undefined && { why }),
  };
}

function nodeRow(group: readonly MapNode[], view: View): NodeRow {
  const [first] = group;
  const share = group.reduce((sum, node) => sum + node.share, 0);
  const tone = first === undefined ? 'idle' : toneOf(first, view);
  const endpoints = view.mesh ? [] : group.flatMap((node) => node.endpoints);
  const many = group.length > 1;
  return {
    name: many ? `${group.length} nodes` : (first?.name ?? ''),
    count: group.length,
    share,
    tone,
    note: first === undefined ? '' : noteOf(first, view, share / group.length, many),
    pods: foldPods(endpoints, view.after, many ? 0 : podsOfNode),
    ...(first?.seen !== undefined &&
      group.every(({ seen }) => seen === first.seen) && { seen: first.seen }),
  };
}

function toneOf(node: MapNode, { mesh }: View): Tone {
  if (mesh && !node.up) return node.member ? 'out' : 'idle';
  if (mesh) return 'up';
  if (node.up) return node.endpoints.some(({ share }) => share > 0) ? 'up' : 'leak';
  return node.endpoints.some(({ ready }) => ready) ? 'out' : 'idle';
}

function noteOf(node: MapNode, { mesh }: View, share: number, many: boolean): string {
  if (node.up) return `${percent(share)}${many ? ' each' : ''}`;
  if (mesh) return node.member ? 'fails the probe' : 'not in the pool';
  const because = node.endpoints.find(({ ready }) => ready)?.because;
  if (because !== undefined) return noteWord(because);
  if (node.endpoints.some((endpoint) => endpoint.because === afterFix)) return '';
  return node.member ? 'no ready pod' : 'not in the pool';
}

function noteWord(because: string): string {
  return shortWords.get(because) ?? because;
}

const shortWords = new Map([
  [afterFix, 'not there yet'],
  ['not-ready', 'not ready'],
  ['no-rule', 'no rule'],
  ['node-not-ready', 'not Ready'],
  ['no-kube-proxy', 'no kube-proxy'],
  ['node-excluded', 'excluded by label'],
  ['node-not-in-backend-pool', 'not in the pool'],
  ['node-down-for-probe', 'fails the probe'],
  ['hinted-away', 'hinted away'],
  ['no-backend-up', 'no backend up'],
]);

/** Pods as rows: one by one up to `single` of them, above that those that are alike as one. */
export function foldPods(
  endpoints: readonly EndpointRow[],
  after: Shares | undefined,
  single: number,
): readonly PodRow[] {
  const each = (of: readonly EndpointRow[]): readonly PodRow[] =>
    of.map((one) => podRow([one], after));
  if (endpoints.length <= single) return each(endpoints);
  const alike = [...Map.groupBy(endpoints, (endpoint) => podKey(endpoint, after)).values()];
  const groups =
    alike.length <= 8 ? alike : [...Map.groupBy(endpoints, ({ share }) => share > 0).values()];
  return groups.flatMap((group) => (group.length <= 2 ? each(group) : [podRow(group, after)]));
}

function podRow(group: readonly EndpointRow[], after: Shares | undefined): PodRow {
  const mean = (of: (endpoint: EndpointRow) => number): number =>
    group.reduce((sum, endpoint) => sum + of(endpoint), 0) / group.length;
  const [first] = group;
  const because = first?.because;
  return {
    name: group.length === 1 ? (first?.pod ?? '') : `${group.length} pods`,
    count: group.length,
    now: mean(({ share }) => share),
    ...(after !== undefined && { after: mean(({ pod }) => shareOf(after, pod)) }),
    ready: first?.ready ?? false,
    ...(first?.node !== undefined && group.length === 1 && { node: first.node }),
    ...(first !== undefined &&
      first.share === 0 &&
      because !== undefined && { note: noteWord(because) }),
  };
}
