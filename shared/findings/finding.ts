import type { Evidence, Fix, Severity, Subject } from '../rules/rule.ts';

export type FindingState = 'new' | 'open' | 'reopened' | 'resolved' | 'stale' | 'exempt';

/** A fault with identity and severity, as the report carries it. */
export interface Finding {
  /** First 16 hex digits of SHA-256 over rule, cluster and subject: the same across runs whatever the evidence says. */
  readonly fingerprint: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly state: FindingState;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly subject: Subject;
  readonly title: string;
  readonly message: string;
  readonly causes: readonly string[];
  readonly evidence: Evidence;
  /** The rule's page, relative to the project: `shared/rules/<family>/<stem>.md`. */
  readonly help: string;
  readonly fixes: readonly Fix[];
  /** Who answers for it, where that is somebody else than for the cluster. */
  readonly owner?: string;
  /** What it does to the traffic that there is; absent where no metric says how much that is. */
  readonly harm?: ObservedHarm;
  /** The Service has no traffic: the finding is one level lower than its rule says. */
  readonly idle?: true;
  /** Azure itself was asked about the backends: ISO 8601, UTC. Then the finding rests on its answer. */
  readonly observedAt?: string;
  /** Azure was asked, and why it did not answer. */
  readonly notVerified?: string;
  /** The change of a resource that may have brought it. */
  readonly change?: FindingChange;
  /** What the rule says, where policy gives another severity. */
  readonly ruleSeverity?: Severity;
  /** The exemption that covers it; one that has expired no longer does, and says so. */
  readonly exemption?: AppliedExemption;
  /** Severity, loss or number of starved pods got worse since people were told. */
  readonly changed?: boolean;
  /** It opened and closed three times or more within a day. */
  readonly flapping?: boolean;
  /** New on a cluster that Azure is changing: told in the next run, if it is still there. */
  readonly held?: boolean;
  /** Of a stale finding: runs in a row in which it could not be looked at. */
  readonly staleRuns?: number;
  /** Of a resolved finding: why. */
  readonly closed?: Closed;
  /** Of one that was superseded: the finding that says why, and stands for it. */
  readonly supersededBy?: { readonly fingerprint: string; readonly rule: string };
}

/**
 * Why a finding is over. `superseded`: it may still be so, and another finding says why it is.
 * `reassessed`: more was read than when it was last seen, and it is not found any more.
 */
export type Closed = 'fixed' | 'subject-gone' | 'cluster-deleted' | 'superseded' | 'reassessed';

/** Connections per minute that are lost, or reach another pod than an even share would bring them to. */
export interface ObservedHarm {
  readonly perMinute: number;
  readonly kind: 'lost' | 'misplaced';
  /** UDP has no connections to count. */
  readonly unit: 'connections' | 'packets';
  /** All of the Service's, per minute: in the last hour, and in the same hour a day and a week before. */
  readonly of: number;
  readonly dayBefore?: number;
  readonly weekBefore?: number;
}

/** A change that Azure Resource Graph names. */
export interface FindingChange {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Name of the resource. */
  readonly resource: string;
  readonly changeType: string;
  readonly operation?: string;
  readonly clientType?: string;
  /** Only where policy says `attribution: people`. */
  readonly changedBy?: string;
  readonly properties: readonly string[];
}

export interface AppliedExemption {
  readonly reason: string;
  readonly owner: string;
  /** Last day that it holds, `2027-01-31`, UTC. */
  readonly expires: string;
  readonly expired?: boolean;
}
