import {
  counted,
  poolNameOf,
  subjectText,
  valueOr,
  type Node,
  type NodePool,
  type Workload,
} from '../model/index.ts';
import { derived, type Cluster } from '../facts/index.ts';
import { poolModes } from '../facts/pool-modes.ts';
import {
  firstUntolerated,
  hasAutoProvisioning,
  isHard,
  landing,
  capacityOf,
} from '../placement/index.ts';
import { isolateSystemPool, isolating } from './cluster-fixes.ts';
import type { Fix } from './fix.ts';
import { itemized } from './text.ts';

/** The taint that keeps user pods off a system pool, with the pods that find no place elsewhere then. */
export type Isolation = (cluster: Cluster, pool: NodePool) => Fix;

/** The isolation of system pools of this cluster. */
export const isolation = derived(
  'isolation',
  {
    needs: [],
    helps: ['nodes', 'managedCluster', 'deployments', 'statefulSets', poolModes],
  },
  ({ nodes, managedCluster, deployments, statefulSets, poolModes: modes }): Isolation => {
    const workloads = [...valueOr(deployments, []), ...valueOr(statefulSets, [])];
    const linuxElsewhere = modes.kind === 'unread' || modes.value.linuxElsewhere;
    // Nodes that are made on demand take what asks for them.
    const pools =
      managedCluster.kind === 'unread' ||
      hasAutoProvisioning(managedCluster.value, valueOr(nodes, []))
        ? undefined
        : managedCluster.value.nodePools;
    return (cluster, pool) => {
      const fix = isolateSystemPool(cluster, pool, linuxElsewhere);
      if (pools === undefined || nodes.kind === 'unread') return fix;
      const growing = new Set(
        pools.filter((each) => each.name !== pool.name && mayGrow(each)).map(({ name }) => name),
      );
      const waiting = workloads.flatMap((workload) => {
        const count = waitingPods(workload, pool, nodes.value, growing);
        return count === 0 ? [] : [{ name: subjectText(workload), count }];
      });
      if (waiting.length === 0) return fix;
      const total = waiting.reduce((sum, { count }) => sum + count, 0);
      const price = `after a restart, ${counted(total, 'pod stays', 'pods stay')} Pending because the other pools have no room: ${itemized(waiting.map(({ name }) => name))}`;
      return { ...fix, price: [price, ...fix.price] };
    };
  },
);

function mayGrow({ autoscaling, count, maxCount = 0 }: NodePool): boolean {
  return autoscaling && maxCount > (count ?? 0);
}

/** Pods of a workload that can run on the pool today, and would have no room on the others. */
function waitingPods(
  workload: Workload,
  pool: NodePool,
  nodes: readonly Node[],
  growing: ReadonlySet<string>,
): number {
  const { podSpec, replicas = 0 } = workload;
  if (firstUntolerated([isolating], podSpec.tolerations, isHard) === undefined) return 0;
  const open = nodes.filter((node) => landing(podSpec, node).ever !== 'no');
  if (!open.some((node) => poolNameOf(node) === pool.name)) return 0;
  const others = open.filter((node) => poolNameOf(node) !== pool.name);
  // A pool that grows brings room; one without a node yet may be just what they ask for.
  if (
    growing.size > 0 &&
    (others.length === 0 || others.some((node) => growing.has(poolNameOf(node) ?? '')))
  )
    return 0;
  return Math.max(0, replicas - capacityOf(workload, others, nodes).pods);
}
