import { grantOfObjects } from '../collect/live/index.ts';
import type { ManagedCluster, Node, Read } from '../model/index.ts';
import type { ClusterReport, ClusterResult } from '../report/report.ts';

/** How often the Kubernetes API answered with a list that counts, and how often it refused. */
export interface AnswerCounts {
  answered: number;
  forbidden: number;
}

/** How a cluster's Kubernetes API was reached. */
export type ClusterAccessed =
  | ({ readonly kind: 'open' } & Readonly<AnswerCounts>)
  | {
      readonly kind: 'closed';
      readonly word: 'denied' | 'unreachable' | 'skipped';
      readonly reason: string;
    };

/** The report, with what it takes to read the rest where rights were missing. */
export function withGrant(
  report: ClusterReport,
  access: ClusterAccessed,
  result: ClusterOutcome | undefined,
  cluster: ManagedCluster,
): ClusterReport {
  if (result !== undefined || access.kind === 'closed') return report;
  if (access.forbidden === 0 || report.reason === undefined) return report;
  return { ...report, reason: `${report.reason}; to grant it: ${grantOfObjects(cluster)}` };
}

interface ClusterOutcome {
  readonly word: ClusterResult;
  readonly reason: string;
}

/** The word for a cluster of which nothing was read from inside; `undefined` = the slices tell. */
export function resultOf(
  access: ClusterAccessed,
  cluster: ManagedCluster,
  nodes: Read<readonly Node[]>,
): ClusterOutcome | undefined {
  if (access.kind === 'closed') return access;
  if (access.answered > 0) return undefined;
  const why = nodes.kind === 'unread' ? nodes.why : 'nothing was read';
  return access.forbidden > 0
    ? { word: 'denied', reason: `${why}; to grant it: ${grantOfObjects(cluster)}` }
    : { word: 'unreachable', reason: why };
}
