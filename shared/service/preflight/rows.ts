import {
  grantOfHealth,
  grantOfKubeconfig,
  grantOfMetrics,
  grantOfObjects,
  grantOfSubscription,
} from '../../collect/live/index.ts';
import type { SubscriptionOutcome } from '../../audit/subscriptions.ts';
import type { ClusterProbe, SubscriptionProbe } from './probe.ts';
import type { AccessResult, AccessCheck } from './probed.ts';

/** One thing that the identity may or may not read. */
export interface PreflightRow {
  /** `*` where it is not even known which there are. */
  readonly subscriptionId: string;
  readonly subscription: string;
  /** Name and ARM id, for what is in a cluster. */
  readonly cluster?: string;
  readonly clusterId?: string;
  readonly what: string;
  /** `missing` = a right is; `unreadable` = another reason; `skipped` = there was nothing to ask. */
  readonly state: 'readable' | 'missing' | 'unreadable' | 'skipped';
  readonly why?: string;
  /** An audit is whole without it. */
  readonly optional?: true;
  /** The command that gives the right. */
  readonly grant?: string;
}

export interface PreflightResults {
  readonly subscriptions: readonly SubscriptionProbe[];
  readonly clusters: readonly ClusterProbe[];
  /** Subscriptions that were not read at all. */
  readonly outcomes: readonly SubscriptionOutcome[];
}

/** A row for each thing that an audit reads: each subscription, and after it its clusters. */
export function preflightRows(results: PreflightResults): readonly PreflightRow[] {
  return [
    ...results.outcomes.map(rowOfOutcome),
    ...results.subscriptions.flatMap((subscription) => [
      ...subscription.lists.map((list) => rowOfList(subscription, list)),
      ...results.clusters
        .filter(({ cluster }) => cluster.subscriptionId === subscription.id)
        .flatMap((each) => rowsOfCluster(subscription.name, each)),
    ]),
  ];
}

function rowOfOutcome({ id, name, result, reason }: SubscriptionOutcome): PreflightRow {
  const isHidden = result === 'unread' && id !== '*';
  return {
    subscriptionId: id,
    subscription: name ?? id,
    what: 'subscriptions',
    state: isHidden ? 'missing' : result === 'skipped' ? 'skipped' : 'unreadable',
    ...(reason !== undefined && { why: reason }),
    ...(isHidden && { grant: grantOfSubscription(id) }),
  };
}

const grants: Readonly<Record<string, (subscriptionId: string) => string>> = {
  metrics: grantOfMetrics,
  'health of backends': grantOfHealth,
};

function rowOfList(
  { id, name }: SubscriptionProbe,
  { what, probe, optional = false }: AccessCheck,
): PreflightRow {
  const grant = grants[what] ?? grantOfSubscription;
  return {
    subscriptionId: id,
    subscription: name,
    what,
    ...(optional && { optional }),
    ...stateOf(probe, grant(id)),
  };
}

function rowsOfCluster(subscription: string, probed: ClusterProbe): readonly PreflightRow[] {
  const { cluster, credentials, api, lists } = probed;
  const place = {
    subscriptionId: cluster.subscriptionId,
    subscription,
    cluster: cluster.name,
    clusterId: cluster.id,
  };
  return [
    { ...place, what: 'credentials', ...stateOf(credentials, grantOfKubeconfig(cluster)) },
    ...(api === undefined ? [] : [{ ...place, what: 'API server', ...stateOf(api) }]),
    ...lists.map(({ what, probe }) => ({
      ...place,
      what,
      ...stateOf(probe, grantOfObjects(cluster)),
    })),
  ];
}

function stateOf(
  probe: AccessResult,
  grant?: string,
): Pick<PreflightRow, 'state' | 'why' | 'grant'> {
  switch (probe.kind) {
    case 'readable':
      return { state: 'readable' };
    case 'denied':
      return { state: 'missing', why: probe.why, ...(grant !== undefined && { grant }) };
    case 'unreadable':
    case 'skipped':
      return { state: probe.kind, why: probe.why };
  }
}
