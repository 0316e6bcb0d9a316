import { isCounted, shardSizes } from './counted.ts';
import { clusterKey, listedPartition, runPartition } from './keys.ts';
import type { Store } from './store.ts';

/** Notes that a subscription of a run was listed, or was found not to be readable. */
export async function markListed(
  store: Store,
  runId: string,
  subscriptionId: string,
): Promise<void> {
  await store.putRow(listedPartition(runId), clusterKey(subscriptionId), { done: true });
}

/** Whether one subscription is listed for the run. */
export async function isListed(
  store: Store,
  runId: string,
  subscriptionId: string,
): Promise<boolean> {
  return (await store.readRow(listedPartition(runId), clusterKey(subscriptionId))) !== undefined;
}

/** Whether all subscriptions were listed, asked by the worker that listed the one named last. */
export async function areListed(
  store: Store,
  runId: string,
  subscriptionIds: readonly string[],
  last: string,
): Promise<boolean> {
  return await isCounted(store, {
    rows: listedPartition(runId),
    sizes: shardSizes(subscriptionIds),
    key: clusterKey(last),
    marks: runPartition(runId),
    // A run that goes on to list more counts again.
    mark: `listed ${subscriptionIds.length} `,
  });
}

/** Whether it is the message of this subscription that makes the plan, now that so many are listed. */
export async function claimPlan(
  store: Store,
  runId: string,
  listed: number,
  subscriptionId: string,
): Promise<boolean> {
  const [partition, key] = [runPartition(runId), `planner ${listed}`];
  if (await store.createRow(partition, key, { subscriptionId })) return true;
  const row = await store.readRow(partition, key);
  return row?.fields['subscriptionId'] === subscriptionId;
}
