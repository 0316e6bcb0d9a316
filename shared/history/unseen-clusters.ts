import type { RunPlan, PlannedSubscription } from './storage/plan.ts';
import type { KnownCluster, TrackedState } from './state.ts';

export interface UnseenCluster {
  readonly cluster: KnownCluster;
  /** `gone`: ARM listed its whole subscription without it, as far as the identity may read. `denied`: that cannot be told. */
  readonly result: 'gone' | 'denied';
  readonly reason: string;
}

interface UnseenClusters {
  readonly unseen: readonly UnseenCluster[];
  /** ARM ids of clusters that nobody wants to be audited any more, for `diff`. */
  readonly excluded: ReadonlySet<string>;
}

/**
 * Clusters that were known and that a run did not plan to audit. Only a subscription that was listed
 * as a whole says that a cluster is gone; one that cannot be seen any more says nothing. The run adds
 * a result for each unseen cluster before it compares.
 * @param isWanted By the policy's scope, as far as it can be told of a cluster that was not listed.
 */
export function unseenClusters(
  previous: TrackedState | undefined,
  plan: RunPlan,
  isWanted: (cluster: KnownCluster) => boolean = () => true,
): UnseenClusters {
  const planned = new Set(plan.clusters.map(({ id }) => id));
  const asked = plan.subscriptionsAsked?.map((id) => id.toLowerCase());
  const subscriptions = new Map(plan.subscriptions.map((each) => [each.id.toLowerCase(), each]));
  const excluded = new Set(plan.excluded);
  const unseen: UnseenCluster[] = [];
  for (const cluster of previous?.clusters ?? []) {
    if (planned.has(cluster.id) || excluded.has(cluster.id)) continue;
    const id = (cluster.subscriptionId ?? 'unknown').toLowerCase();
    if (asked?.includes(id) === false || !isWanted(cluster)) excluded.add(cluster.id);
    else unseen.push({ cluster, ...reasonOf(id, subscriptions.get(id)) });
  }
  return { unseen, excluded };
}

function reasonOf(
  id: string,
  subscription: PlannedSubscription | undefined,
): Pick<UnseenCluster, 'result' | 'reason'> {
  if (subscription === undefined)
    return {
      result: 'denied',
      reason: `subscription ${id} is not visible any more: grant Reader on it, or exclude it by policy`,
    };
  return subscription.listed
    ? { result: 'gone', reason: 'deleted: its subscription no longer lists it' }
    : {
        result: 'denied',
        reason: `the clusters of subscription ${id} could not be listed: ${subscription.why ?? 'no reason given'}`,
      };
}
