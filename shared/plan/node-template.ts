import {
  nodePoolsOf,
  poolNameOf,
  sameName,
  valueOr,
  type ClusterSnapshot,
  type Node,
  type NodePool,
  type Taint,
} from '../model/index.ts';
import { machineIdOf } from '../load-balancing/index.ts';

/** A node that shows what new ones look like: of a user pool where there is one, Linux first. */
export function templateNode(
  snapshot: ClusterSnapshot,
  wanted: NodePool | undefined,
): { readonly node: Node; readonly pool: NodePool | undefined } | undefined {
  const pools = nodePoolsOf(snapshot.managedCluster);
  const candidates = valueOr(snapshot.nodes, [])
    .filter(
      (node) =>
        node.labels.get('type') !== 'virtual-kubelet' && machineIdOf(node.providerId) !== undefined,
    )
    .map((node) => ({ node, pool: pools.find(({ name }) => name === poolNameOf(node)) }));
  const rank = ({ pool }: (typeof candidates)[number]): number =>
    (sameName(pool?.osType ?? 'Linux', wanted?.osType ?? 'Linux') ? 0 : 4) +
    (pool === undefined ? 2 : 0) +
    (pool === undefined || pool.taints.length === 0 ? 0 : 0.5) +
    (pool?.mode === 'user' ? 0 : 1);
  return candidates.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** The node without what it has from its pool. */
export function bare(node: Node, pool: NodePool | undefined): Node {
  const own = new Set([
    ...(pool?.labels.keys() ?? []),
    'kubernetes.azure.com/agentpool',
    'agentpool',
    'kubernetes.azure.com/mode',
    'node.kubernetes.io/exclude-from-external-load-balancers',
    spotLabel,
  ]);
  return {
    ...node,
    labels: new Map([...node.labels].filter(([key]) => !own.has(key))),
    taints: [],
  };
}

const spotLabel = 'kubernetes.azure.com/scalesetpriority';

/** A bare node with what AKS puts on the nodes of a pool. */
export function ofPool(node: Node, { mode, labels, taints, spot }: NodePool): Node {
  const spotTaint: Taint = { key: spotLabel, value: 'spot', effect: 'NoSchedule' };
  return {
    ...node,
    labels: new Map([
      ...node.labels,
      ['kubernetes.azure.com/mode', mode ?? 'user'],
      ...(spot ? ([[spotLabel, 'spot']] as const) : []),
      ...labels,
    ]),
    taints: spot && !taints.some(({ key }) => key === spotLabel) ? [...taints, spotTaint] : taints,
  };
}

const zoneLabels = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];
/** What a node without a zone has there. */
export const noZone = '0';

/** Zones of nodes that come: Azure keeps the zones of a pool balanced. */
export function zonesOf(
  live: readonly Node[],
  pool: NodePool | undefined,
  model: Node,
  count: number,
): readonly (string | undefined)[] {
  const region = model.labels.get('topology.kubernetes.io/region') ?? '';
  const there = live.flatMap(({ labels }) => labels.get(zoneLabels[0] ?? '') ?? []);
  const known = new Set([...there, ...(pool?.zones ?? []).map((zone) => `${region}-${zone}`)]);
  if (known.size === 0) return Array.from({ length: count }, () => noZone);
  const used = new Map(
    [...known].toSorted().map((zone) => [zone, there.filter((each) => each === zone).length]),
  );
  return Array.from({ length: count }, () => {
    const [zone] = [...used].toSorted(([, a], [, b]) => a - b)[0] ?? [];
    if (zone !== undefined) used.set(zone, (used.get(zone) ?? 0) + 1);
    return zone;
  });
}

/** The node with the zone in its labels; `undefined` = its own. */
export function inZone(node: Node, zone: string | undefined): Node {
  const labels = [...node.labels].map(
    ([key, value]) => [key, zoneLabels.includes(key) ? (zone ?? value) : value] as const,
  );
  return { ...node, labels: new Map(labels) };
}
