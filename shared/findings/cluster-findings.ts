import type { Finding } from './finding.ts';

export type ClusterResult =
  'complete' | 'partial' | 'unreachable' | 'denied' | 'skipped' | 'failed' | 'gone';

/** What is known of one cluster's faults; the report carries more about the cluster. */
export interface ClusterFindings {
  /** ARM id, lower-cased. */
  readonly id: string;
  readonly name: string;
  readonly subscriptionId?: string;
  /** Who answers for the cluster, as policy says. */
  readonly owner?: string;
  readonly result: ClusterResult;
  readonly reason?: string;
  /** Azure is creating, upgrading or scaling the cluster: what is seen of it may be over in an hour. */
  readonly settling?: boolean;
  readonly services: readonly { readonly namespace: string; readonly name: string }[];
  readonly findings: readonly Finding[];
  readonly unknown: readonly { readonly rule: string; readonly why: string }[];
  /** Fingerprints of findings that policy switched off: left out of `findings`, still counted. */
  readonly switchedOff?: readonly string[];
}
