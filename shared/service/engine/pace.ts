import type { PlannedCluster } from '../../history/index.ts';

/** AKS gives a subscription so many kubeconfigs at once, for all that ask, less a few for others. */
const burst = 50;
const perSecond = 1;
/**
 * Clusters of one subscription that come one after the other: the lists that they share are read once
 * for all of them, and one worker takes about as many messages at once.
 */
const turnLength = 10;

export interface PacedCluster {
  readonly cluster: PlannedCluster;
  /** After which its message is delivered. */
  readonly delaySeconds: number;
}

/**
 * When the clusters of a run may begin, whatever the number of instances: those whose kubeconfig has
 * to be asked for come at AKS's pace for their subscription, all others at once. Subscriptions take
 * turns of a few clusters, so that a large one does not hold up the rest.
 * @param known Clusters whose server and authority were kept from an earlier run.
 */
export function pacedClusters(
  clusters: readonly PlannedCluster[],
  known: (clusterId: string) => boolean,
): readonly PacedCluster[] {
  const bySubscription = Map.groupBy(clusters, ({ subscriptionId = '' }) => subscriptionId);
  const paced = [...bySubscription.values()].map((each) => pacedOf(each, known));
  const turns = Math.ceil(Math.max(0, ...paced.map(({ length }) => length)) / turnLength);
  return Array.from({ length: turns }, (_, turn) =>
    paced.flatMap((each) => each.slice(turn * turnLength, (turn + 1) * turnLength)),
  ).flat();
}

function pacedOf(
  clusters: readonly PlannedCluster[],
  known: (clusterId: string) => boolean,
): readonly PacedCluster[] {
  let asking = 0;
  return clusters.map((cluster) => {
    if (known(cluster.id)) return { cluster, delaySeconds: 0 };
    asking += 1;
    const turns = Math.ceil((asking - burst) / turnLength);
    return { cluster, delaySeconds: Math.max(0, (turns * turnLength) / perSecond) };
  });
}

/** 0 to 29, by the id: those that were throttled together do not come back together. */
export function spreadSeconds(clusterId: string): number {
  let sum = 0;
  for (const character of clusterId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 30_011;
  return sum % 30;
}
