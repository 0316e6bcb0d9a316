import {
  notObserved,
  readNetwork,
  readObservations,
  type Observations,
  type SubscriptionNetwork,
} from '../collect/index.ts';
import { grantOfSubscription } from '../collect/live/index.ts';
import { listClusters, listSubscriptions, type Subscription } from '../discover/index.ts';
import { ofSubscription, type Problems } from '../input/index.ts';
import { unread, type ManagedCluster, type Read } from '../model/index.ts';
import type { Azure } from './azure.ts';

/** What became of a subscription; `skipped` = it is not for this run to read. */
export interface SubscriptionOutcome {
  /** `*` where it is not even known which there are. */
  readonly id: string;
  readonly name?: string;
  readonly result: 'complete' | 'partial' | 'unread' | 'skipped';
  readonly reason?: string;
  readonly clusters: number;
}

/** Which subscriptions a run reads, and what became of the others. */
export interface SubscriptionPlan {
  readonly subscriptions: readonly Pick<Subscription, 'id' | 'name'>[];
  /** Those that will not be read, and why. */
  readonly outcomes: readonly SubscriptionOutcome[];
}

/**
 * Which subscriptions a run reads: the ones named, or all that the identity sees. One that is not
 * visible, or of another tenant than the configured one, is told and never taken for empty.
 */
export async function planSubscriptions(
  azure: Azure,
  wanted: 'all' | readonly string[],
  signal?: AbortSignal,
): Promise<SubscriptionPlan> {
  const seen = await listSubscriptions(ofSubscription(azure.arm), signal);
  if (seen.kind === 'unread') {
    if (wanted === 'all') return { subscriptions: [], outcomes: [lost('*', seen.why)] };
    return { subscriptions: wanted.map((id) => ({ id, name: id })), outcomes: [] };
  }
  if (wanted === 'all' && seen.value.length === 0)
    return {
      subscriptions: [],
      outcomes: [lost('*', `the identity sees no subscription; ${takes('SUBSCRIPTION_ID')}`)],
    };
  const byId = new Map(seen.value.map((each) => [each.id, each]));
  const ids = wanted === 'all' ? [...byId.keys()] : wanted;
  const subscriptions: Subscription[] = [];
  const outcomes: SubscriptionOutcome[] = [];
  for (const id of new Set(ids.map((each) => each.toLowerCase()))) {
    const found = byId.get(id);
    const why = found === undefined ? undefined : notForUs(found, azure);
    if (found === undefined)
      outcomes.push(lost(id, `the identity does not see this subscription; ${takes(id)}`));
    else if (why === undefined) subscriptions.push(found);
    else outcomes.push({ id, name: found.name, result: 'skipped', reason: why, clusters: 0 });
  }
  return { subscriptions, outcomes };
}

function lost(id: string, reason: string): SubscriptionOutcome {
  return { id, result: 'unread', reason, clusters: 0 };
}

function takes(id: string): string {
  return `to grant it: ${grantOfSubscription(id)}`;
}

function notForUs({ tenantId, state }: Subscription, azure: Azure): string | undefined {
  if (azure.tenantId !== undefined && tenantId !== undefined && tenantId !== azure.tenantId)
    return `it belongs to tenant ${tenantId}, and AZURE_TENANT_ID is ${azure.tenantId}`;
  return state?.toLowerCase() === 'deleted' ? 'it is deleted' : undefined;
}

export interface LiveSubscription {
  readonly id: string;
  readonly clusters: Read<readonly ManagedCluster[]>;
  /** Not asked for where there is no cluster. */
  readonly network: SubscriptionNetwork;
  /** What Azure itself saw: five calls for up to fifty load balancers, and one for what was changed. */
  readonly observations: Observations;
  /** Faults of single resources. */
  readonly problems: Problems;
}

/** Five lists of ARM, whatever the number of clusters. */
export async function readSubscription(
  azure: Azure,
  id: string,
  signal?: AbortSignal,
): Promise<LiveSubscription> {
  const access = ofSubscription(azure.arm);
  const clusters = await listClusters(access, id, signal);
  const network =
    clusters.kind === 'read' && clusters.value.length > 0
      ? await readNetwork(access, id, signal)
      : noNetwork;
  const observations =
    clusters.kind === 'read' && clusters.value.length > 0
      ? await readObservations({
          arm: access,
          metrics: azure.metrics,
          clock: azure.clock,
          subscriptionId: id,
          clusters: clusters.value,
          loadBalancers: network.loadBalancers,
          signal,
        })
      : notObserved;
  return { id, clusters, network, observations, problems: access.problems };
}

const notAsked = unread('not asked for: there is no cluster to judge');
const noNetwork: SubscriptionNetwork = {
  loadBalancers: notAsked,
  networkInterfaces: notAsked,
  publicIpAddresses: notAsked,
  securityGroups: notAsked,
};

/** What became of a subscription: whole, in part, or not read. */
export function subscriptionOutcome(
  { id, name }: Pick<Subscription, 'id' | 'name'>,
  { clusters, network }: LiveSubscription,
): SubscriptionOutcome {
  if (clusters.kind === 'unread') return { ...lost(id, clusters.why), name };
  const count = clusters.value.length;
  const whys = count === 0 ? [] : Object.values(network).flatMap(whyOf);
  return {
    id,
    name,
    result: whys.length === 0 ? 'complete' : 'partial',
    ...(whys.length > 0 && { reason: whys.join('; ') }),
    clusters: count,
  };
}

function whyOf(list: Read<unknown>): readonly string[] {
  return list.kind === 'unread' ? [list.why] : [];
}
