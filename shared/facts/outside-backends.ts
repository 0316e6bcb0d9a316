import {
  poolNameOf,
  type ManagedCluster,
  type Node,
  type Read,
  type Workload,
} from '../model/index.ts';
import type { ExclusionReason } from '../load-balancing/index.ts';
import { landing, landingOnPool } from '../placement/index.ts';
import type { Barred } from './barred.ts';

/** A place where a pod may land and get nothing. */
export interface Outside {
  /** `undefined` = nodes that a pool without any would have. */
  readonly node: Node | undefined;
  /** Name of the node's pool; a node in none stands for itself. */
  readonly nodePool: string | undefined;
  readonly reasons: readonly ExclusionReason[];
}

/** Whether a pod of the workload may run on the node once passing obstacles are gone. */
export function canLand({ podSpec }: Workload, node: Node): boolean {
  return landing(podSpec, node).ever === 'yes';
}

/**
 * Places where a pod may land for good, and pools of which ARM does not tell; a pool that only grows
 * by hand is none yet.
 */
export function landingPlaces(
  workload: Workload,
  barred: Barred,
  managedCluster: Read<ManagedCluster>,
): { readonly places: readonly Outside[]; readonly unknownPools: readonly string[] } {
  const unknownPools: string[] = [];
  const live = barred.nodes
    .filter(({ node }) => canLand(workload, node))
    .map(({ node, reasons }): Outside => ({ node, nodePool: poolNameOf(node), reasons }));
  if (managedCluster.kind === 'unread') return { places: live, unknownPools };
  const empty = barred.emptyPools.flatMap(({ pool, reasons }): readonly Outside[] => {
    const { answer, obstacles } = landingOnPool(workload.podSpec, pool, managedCluster.value, []);
    if (answer === 'unknown') unknownPools.push(pool.name);
    return answer === 'no' || answer === 'unknown' || obstacles.length > 0
      ? []
      : [{ node: undefined, nodePool: pool.name, reasons }];
  });
  return { places: [...live, ...empty], unknownPools };
}
