import type { SliceName, UnreadCode } from '../model/index.ts';
import type { Finding } from './finding.ts';

export type ClusterResult =
  'complete' | 'partial' | 'unreachable' | 'denied' | 'skipped' | 'failed' | 'gone';

/** A rule that gave no answer, about the whole cluster or some of its subjects. */
export interface UnknownRule {
  readonly rule: string;
  /** A sentence for people. */
  readonly why: string;
  /** Subjects as `namespace/name` or name; absent = whatever the rule looks at. */
  readonly subjects?: readonly string[];
  /** Slices that were not read, where that is the reason. */
  readonly slices?: readonly SliceName[];
  readonly code?: UnreadCode;
}

/** A fault that is there and not raised, as other findings stand for it. */
export interface ExplainedFault extends FindingName {
  /** Findings of this run that stand for it. */
  readonly by: readonly FindingName[];
  /** `80/TCP/IPv4`: what of its subject they explain; absent = all of it. */
  readonly ports?: readonly string[];
}

/** Which finding: the fingerprint for programs, the rule for people. */
export interface FindingName {
  readonly fingerprint: string;
  readonly rule: string;
}

/** What is known of one cluster's faults; the report carries more about the cluster. */
export interface ClusterFindings {
  /** ARM id, lower-cased. */
  readonly id: string;
  readonly name: string;
  readonly subscriptionId?: string;
  /** Who answers for the cluster, as policy says. */
  readonly owner?: string;
  /** Azure tags that routes of messages ask about; no others leave the audit. */
  readonly tags?: { readonly [name: string]: string };
  readonly result: ClusterResult;
  readonly reason?: string;
  /** Azure is creating, upgrading or scaling the cluster: what is seen of it may be over in an hour. */
  readonly settling?: boolean;
  /** Runs in a row in which it could not be read, this one included; absent = it was read. */
  readonly unreadRuns?: number;
  /** Objects and fields of a shape that no API gives: what they stand for was left out. */
  readonly inputFaults?: number;
  /** Which, as texts that stay the same from run to run; absent in results that do not say. */
  readonly faultKeys?: readonly string[];
  readonly services: readonly {
    readonly namespace: string;
    readonly name: string;
    /** Azure was asked about the backends of all its ports. */
    readonly verified?: true;
    readonly idle?: true;
  }[];
  /** Names of its load balancers; absent where they were not read, and in results that do not say. */
  readonly loadBalancers?: readonly string[];
  readonly findings: readonly Finding[];
  readonly unknown: readonly UnknownRule[];
  /** Faults that are not among the findings, as some of these stand for them. */
  readonly explained?: readonly ExplainedFault[];
  /** Rules and frontends that no Service owns and only this run saw, by load balancer. */
  readonly seenOnce?: Readonly<Record<string, readonly string[]>>;
  /** Which slices were read; absent in results of 0.1. */
  readonly coverage?: readonly { readonly slice: string; readonly state: 'read' | 'unread' }[];
  /** Fingerprints of findings that policy switched off: left out of `findings`, still counted. */
  readonly switchedOff?: readonly string[];
}

/** Whether something of it was not read for want of a right: refused, or with the reason that names what it takes. */
export function lacksRights({ result, reason = '' }: ClusterFindings): boolean {
  return result === 'denied' || /: 403\b|; to grant it: /u.test(reason);
}

const results: readonly ClusterResult[] = [
  'complete',
  'partial',
  'unreachable',
  'denied',
  'skipped',
  'failed',
  'gone',
];

/** The word for how a cluster's audit went; `undefined` for any other. */
export function clusterResult(word: unknown): ClusterResult | undefined {
  return results.find((each) => each === word);
}

/** Whether something that was kept is the findings of a cluster, as far as their use relies on it. */
export function isClusterFindings(value: unknown): value is ClusterFindings {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, result, services, findings, unknown }: { readonly [field: string]: unknown } = {
    ...value,
  };
  return (
    typeof id === 'string' &&
    typeof name === 'string' &&
    clusterResult(result) !== undefined &&
    Array.isArray(services) &&
    Array.isArray(findings) &&
    findings.every(isFinding) &&
    Array.isArray(unknown)
  );
}

/** The same for one finding. */
export function isFinding(value: unknown): value is Finding {
  if (typeof value !== 'object' || value === null) return false;
  const {
    fingerprint,
    rule,
    severity,
    state,
    firstSeen,
    lastSeen,
    subject,
    title,
  }: { readonly [field: string]: unknown } = { ...value };
  return (
    [fingerprint, rule, severity, state, firstSeen, lastSeen, title].every(
      (field) => typeof field === 'string',
    ) &&
    typeof subject === 'object' &&
    subject !== null
  );
}
