import {
  isVirtualNode,
  sameName,
  type ManagedCluster,
  type Node,
  type NodePool,
  type Read,
} from '../model/index.ts';

/** How many nodes a pool has, may grow to, and may have beyond that while it is upgraded. */
interface PoolCount {
  readonly name: string;
  readonly now: number;
  readonly most: number;
  readonly surge: number;
}

/** How large a cluster is and may become. Where `open` names a reason, there may be more. */
export interface NodeCounts {
  readonly pools: readonly PoolCount[];
  readonly now: number;
  /** What the autoscaler allows, without the surge of an upgrade. */
  readonly most: number;
  readonly surge: number;
  readonly open: readonly string[];
}

/**
 * Counts the nodes of a cluster as ARM tells them; a pool of which it does not is counted by its live
 * nodes. Nodes made on demand are in no pool, and nothing that is read limits them. A stopped pool has
 * none, and the autoscaler does not bring it back.
 */
export function nodeCounts(
  cluster: ManagedCluster,
  nodes: Read<readonly Node[]>,
  poolOf: (node: Node) => string | undefined,
): NodeCounts {
  const open: string[] = [];
  const live = liveNodes(nodes, poolOf);
  const pools = cluster.nodePools.map((pool): PoolCount => {
    if (sameName(pool.powerState ?? '', 'Stopped'))
      return { name: pool.name, now: 0, most: 0, surge: 0 };
    const now = pool.count ?? live?.get(pool.name)?.length;
    if (now === undefined) open.push(`the number of nodes of pool ${pool.name} was not read`);
    if (pool.autoscaling && pool.maxCount === undefined)
      open.push(`the maximum size of pool ${pool.name} was not read`);
    const most = Math.max(now ?? 0, pool.autoscaling ? (pool.maxCount ?? 0) : 0);
    return { name: pool.name, now: now ?? 0, most, surge: surgeOf(pool, most) };
  });
  const known = new Set(pools.map((pool) => pool.name));
  const onDemand = [...(live ?? [])]
    .filter(([name]) => !known.has(name))
    .flatMap(([, group]) => group.filter(({ labels }) => labels.has('karpenter.sh/nodepool')));
  if (cluster.nodeAutoProvisioning === true)
    open.push('the limit of node auto-provisioning is not known');
  return {
    pools,
    now: sumOf(pools, 'now') + onDemand.length,
    most: sumOf(pools, 'most') + onDemand.length,
    surge: sumOf(pools, 'surge'),
    open,
  };
}

/** Nodes by pool; virtual nodes have no machine and take no port. `undefined` = they were not read. */
function liveNodes(
  nodes: Read<readonly Node[]>,
  poolOf: (node: Node) => string | undefined,
): ReadonlyMap<string, readonly Node[]> | undefined {
  if (nodes.kind === 'unread') return undefined;
  const machines = nodes.value.filter((node) => !isVirtualNode(node));
  return Map.groupBy(machines, (node) => poolOf(node) ?? '');
}

/** `33%` of the pool, fractions rounded up, or a number; one buffer node where nothing is said. */
function surgeOf({ maxSurge }: NodePool, nodes: number): number {
  if (nodes === 0) return 0;
  const found = /^(\d{1,6})(%?)$/u.exec(maxSurge?.trim() ?? '');
  if (found === null) return 1;
  const value = Number(found[1]);
  return found[2] === '%' ? Math.ceil((nodes * value) / 100) : value;
}

function sumOf(pools: readonly PoolCount[], field: 'now' | 'most' | 'surge'): number {
  return pools.reduce((sum, pool) => sum + pool[field], 0);
}
