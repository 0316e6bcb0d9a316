import {
  modeLabelOf,
  sameName,
  type ManagedCluster,
  type Node,
  type NodePool,
} from '../model/index.ts';
import { hasAutoProvisioning, nodesOfPool } from '../placement/index.ts';
import { derived } from './derived.ts';
import { unjudged, type Unjudged } from './unjudged.ts';

export interface PoolModes {
  readonly system: readonly NodePool[];
  readonly user: readonly NodePool[];
  /** Pools of which nobody says what they are for. */
  readonly unjudged: readonly Unjudged[];
  /** User pods have somewhere else to go: a user pool, or nodes made on demand. */
  readonly roomForUsers: boolean;
  /** The same for Linux pods: system pools are always Linux, user pools need not be. */
  readonly linuxElsewhere: boolean;
}

/** The node pools of the cluster by what they are for. */
export const poolModes = derived('poolModes', ['managedCluster', 'nodes'], (given) =>
  poolsByMode(given.managedCluster, given.nodes),
);

/** A cluster's node pools by what they are for; gateway pools are for neither. */
export function poolsByMode(cluster: ManagedCluster, nodes: readonly Node[]): PoolModes {
  const modes = cluster.nodePools.map((pool) => ({ pool, mode: modeOf(pool, nodes) }));
  const of = (mode: string | undefined): readonly NodePool[] =>
    modes.filter((each) => each.mode === mode).map(({ pool }) => pool);
  const user = of('user');
  const onDemand = hasAutoProvisioning(cluster, nodes);
  return {
    system: of('system'),
    user,
    unjudged: unjudged(of(undefined), {
      why: 'neither ARM nor a node shows whether this is a system pool',
    }),
    roomForUsers: user.length > 0 || onDemand,
    linuxElsewhere: onDemand || user.some((pool) => !sameName(pool.osType ?? '', 'Windows')),
  };
}

/** By ARM, and in bodies of before modes by the label of the pool's nodes. */
function modeOf(pool: NodePool, nodes: readonly Node[]): string | undefined {
  if (pool.mode !== undefined) return pool.mode;
  const [node] = nodesOfPool(nodes, pool.name);
  return node && modeLabelOf(node);
}
