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
  readonly closed?: 'fixed' | 'subject-gone' | 'cluster-deleted';
}

export interface AppliedExemption {
  readonly reason: string;
  readonly owner: string;
  /** Last day that it holds, `2027-01-31`, UTC. */
  readonly expires: string;
  readonly expired?: boolean;
}
