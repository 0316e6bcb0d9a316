import { armId, sameName, type ManagedCluster } from '../../model/index.ts';
import type { RunPlan } from '../../history/index.ts';

/** What somebody wants audited. */
export interface RunRequest {
  readonly runId: string;
  readonly trigger: RunPlan['trigger'];
  /** Only these; nothing said = the whole fleet, and the next run is compared with this one. */
  readonly subscriptions?: readonly string[];
  /** Names or ARM ids. */
  readonly clusters?: readonly string[];
  readonly notify: boolean;
  /** False: compared with nothing, although no part is named. */
  readonly fleet?: false;
  /** Ask Azure for the health of all backends. */
  readonly verify?: boolean | undefined;
  readonly notes?: readonly string[];
}

/** Whether all clusters of all subscriptions are asked for. */
export function isWhole({ subscriptions, clusters }: RunRequest): boolean {
  return subscriptions === undefined && clusters === undefined;
}

/** Whether a subscription may hold clusters that are asked for. */
export function mayHoldRequested(id: string, { subscriptions, clusters }: RunRequest): boolean {
  if (subscriptions?.some((each) => sameName(each, id)) === true) return true;
  if (clusters === undefined) return subscriptions === undefined;
  // A cluster by its name may be anywhere; one by its ARM id is in one subscription.
  return clusters.some(
    (each) => !each.includes('/') || armId(each).startsWith(`/subscriptions/${id.toLowerCase()}/`),
  );
}

/** Whether a request names the cluster or its subscription; where it names no clusters, it means all. */
export function isClusterRequested(
  cluster: ManagedCluster,
  { clusters, subscriptions }: RunRequest,
): boolean {
  if (clusters === undefined) return true;
  if (subscriptions?.some((each) => sameName(each, cluster.subscriptionId)) === true) return true;
  return clusters.some((each) => sameName(each, cluster.name) || armId(each) === cluster.id);
}
