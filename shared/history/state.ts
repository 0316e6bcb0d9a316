import type { Finding, Severity } from '../findings/index.ts';
import type { HistoryPoint } from './history.ts';

/** What is known after a run, so that the next one can tell what changed. */
export interface TrackedState {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** By id. */
  readonly clusters: readonly KnownCluster[];
  /** Counts of the last 60 runs, the oldest first; this run's is the last. */
  readonly history: readonly HistoryPoint[];
}

export interface KnownCluster {
  /** ARM id, lower-cased. */
  readonly id: string;
  readonly name: string;
  readonly subscriptionId?: string;
  /** Runs in a row in which it could not be read; 0 = it was read in the last one. */
  readonly unreadRuns: number;
  /** It was settling in the last run, and what was new then has not been told yet. */
  readonly held: boolean;
  readonly lives: TrackedFindings | PackedFindings;
}

/** The findings of a cluster. */
export interface TrackedFindings {
  readonly kind: 'plain';
  readonly open: readonly KnownFinding[];
  readonly closed: readonly ClosedFinding[];
}

/**
 * The same as it was read from storage: deflated JSON in base64. A fleet's findings are 100 MB, and
 * only those of one cluster are ever looked at together.
 */
export interface PackedFindings {
  readonly kind: 'packed';
  readonly data: string;
}

export interface KnownFinding {
  /** As the last report had it. */
  readonly finding: Finding;
  /** What people were told of it; absent = nothing yet, as it was exempt or held. */
  readonly told?: LastNotified;
  /** What was kept of it, where it came back after it was closed and people have not been told yet. */
  readonly returned?: ClosedFinding;
  /** Input faults of its cluster when it was last seen. */
  readonly inputFaults: number;
  /** Which they were; absent where there was none, or where an older build wrote it. */
  readonly faultKeys?: readonly string[];
  /** Slices that were read when it was last seen and that its rule looks at; absent in states of 0.1. */
  readonly restsOn?: readonly string[];
  /** Faults that it stood for when it was last seen. */
  readonly explains?: readonly ExplainedPart[];
  /** Runs in a row in which its subject was not there, though all was read. */
  readonly absentRuns: number;
  /** When it opened and closed within the last day. */
  readonly turns: readonly string[];
}

/** A fault that another finding stands for. */
export interface ExplainedPart {
  readonly fingerprint: string;
  /** `80/TCP/IPv4`: what of its subject; absent = all of it. */
  readonly ports?: readonly string[];
}

/** How bad a finding was when people heard of it. */
export interface LastNotified {
  readonly severity: Severity;
  /** Largest fraction of new connections lost on a port. */
  readonly lost: number;
  /** Pods without traffic, over all ports. */
  readonly starved: number;
}

/** What is kept of a closed finding, so that it is known when it comes back. */
export interface ClosedFinding {
  readonly fingerprint: string;
  readonly firstSeen: string;
  readonly closedAt: string;
  readonly turns: readonly string[];
  /** Azure itself was asked when it closed. */
  readonly verified?: true;
}
