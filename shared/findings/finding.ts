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
}

export interface AppliedExemption {
  readonly reason: string;
  readonly owner: string;
  /** Last day that it holds, `2027-01-31`, UTC. */
  readonly expires: string;
  readonly expired?: boolean;
}
