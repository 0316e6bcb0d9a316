import type { Observations, SubscriptionNetwork } from '../collect/index.ts';
import type { ObservedBefore } from '../findings/index.ts';
import type { InputFaults } from '../input/index.ts';
import type { ManagedCluster, Read } from '../model/index.ts';
import type { OnSnapshot } from './on-snapshot.ts';
import type { Policy } from '../policy/index.ts';
import type { ClusterReport } from '../report/index.ts';

/** What the engines ask of Azure and Kubernetes; both drive the same. */
export interface Fleet {
  /** Subscription ids that the settings name; absent = all that the identity sees. */
  readonly asked?: readonly string[];
  /** Subscriptions to audit, and those that are asked for and cannot be seen, with the reason. */
  readonly subscriptions: (signal?: AbortSignal) => Promise<readonly VisibleSubscription[]>;
  /**
   * Clusters by subscription, as far as Resource Graph knows them, of the subscriptions that it sees
   * whole: it is late, and leaves out what the identity may not read.
   */
  readonly clusterCounts?: (
    subscriptionIds: readonly string[],
    signal?: AbortSignal,
  ) => Promise<Read<ReadonlyMap<string, number>>>;
  /** Five lists and what Azure observed, whatever the number of clusters. */
  readonly readSubscription: (id: string, signal?: AbortSignal) => Promise<SubscriptionData>;
  /** Whether a cluster that its subscription's list lacks is deleted; not read: it may be hidden from the identity. */
  readonly isDeleted: (
    cluster: { readonly id: string; readonly subscriptionId: string },
    signal?: AbortSignal,
  ) => Promise<Read<boolean>>;
  readonly auditCluster: (
    cluster: ManagedCluster,
    data: SubscriptionData,
    options: AuditOptions,
  ) => Promise<ClusterReport>;
}

export interface VisibleSubscription {
  readonly id: string;
  readonly why?: string;
}

/** What the clusters of a subscription share. */
export interface SubscriptionData {
  readonly clusters: Read<readonly ManagedCluster[]>;
  readonly network: SubscriptionNetwork;
  readonly observations: Observations;
  /** Objects of the lists that were malformed and left out. */
  readonly inputFaults: InputFaults;
}

export interface AuditOptions {
  /** ISO 8601, UTC: the clock of the run. */
  readonly takenAt: string;
  readonly policy: Policy;
  /** Called with what was read, before it is judged. */
  readonly onSnapshot?: OnSnapshot;
  /** Ask Azure for the health of all backends. */
  readonly verify?: boolean;
  /** What earlier runs observed of the cluster. */
  readonly before?: ObservedBefore;
  readonly signal?: AbortSignal;
}
