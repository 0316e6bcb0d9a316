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
}
