import { read, type ManagedCluster } from '../../model/index.ts';
import { isScanned, tagNames, type Policy } from '../../policy/index.ts';
import type { PlannedCluster, PlannedSubscription } from '../../history/index.ts';
import type { SubscriptionData } from '../../audit/fleet.ts';
import { encodeRows } from '../codec.ts';
import type { RunDeps } from './deps.ts';
import type { Outline } from './outline.ts';
import { isClusterRequested } from './run-request.ts';

/** What the list of one subscription gives to the plan. */
export interface ListedSubscription {
  readonly subscription: PlannedSubscription;
  /** To be audited. */
  readonly clusters: readonly PlannedCluster[];
  /** ARM ids. */
  readonly excluded: readonly string[];
  /** Of ARM's list, whatever becomes of them. */
  readonly count: number;
}

/** A subscription of which no cluster is known, and why. */
export function unlisted(id: string, why: string): ListedSubscription {
  return { subscription: { id, listed: false, why }, clusters: [], excluded: [], count: 0 };
}

/** Reads the lists of a subscription, keeps them for its clusters' audits, and says which clusters are audited. */
export async function listSubscription(
  deps: RunDeps,
  { request, startedAt }: Outline,
  policy: Policy,
  id: string,
): Promise<ListedSubscription> {
  const { storage, fleet, signal } = deps;
  const data = withTags(await fleet.readSubscription(id, signal), tagNames(policy));
  // Not kept: a planner that comes again may fare better.
  if (data.clusters.kind === 'unread') return unlisted(id, data.clusters.why);
  // Nobody asks again for the lists of a subscription without clusters.
  if (data.clusters.value.length > 0)
    await storage.putData(request.runId, dataNameOf(id), encodeRows(data));
  const asked = data.clusters.value.filter((cluster) => isClusterRequested(cluster, request));
  return {
    subscription: { id, listed: true, listedAt: startedAt },
    clusters: asked.filter((cluster) => isScanned(policy, cluster)).map(planned),
    excluded: asked.filter((cluster) => !isScanned(policy, cluster)).map((each) => each.id),
    count: data.clusters.value.length,
  };
}

function planned({ id, name, subscriptionId, tags }: ManagedCluster): PlannedCluster {
  return { id, name, subscriptionId, tags: Object.fromEntries(tags) };
}

/** Tags hold whatever people put there: only those that the policy looks at are kept. */
function withTags(data: SubscriptionData, names: ReadonlySet<string>): SubscriptionData {
  if (data.clusters.kind === 'unread') return data;
  const clusters = data.clusters.value.map((cluster) => ({
    ...cluster,
    tags: new Map([...cluster.tags].filter(([name]) => names.has(name.toLowerCase()))),
  }));
  return { ...data, clusters: read(clusters) };
}

/** Where the lists of a subscription are kept with the run. */
export function dataNameOf(subscriptionId: string): string {
  return `subscription-${nameOf(subscriptionId)}`;
}

/** Where what its list gave to the plan is kept until the plan is made. */
export function listedNameOf(subscriptionId: string): string {
  return `listed-${nameOf(subscriptionId)}`;
}

function nameOf(subscriptionId: string): string {
  return subscriptionId
    .toLowerCase()
    .replaceAll(/[^\w-]/gu, '_')
    .slice(0, 64);
}
