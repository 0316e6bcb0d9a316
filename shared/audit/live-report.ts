import type { Collected } from '../collect/index.ts';
import { grantOfObjects } from '../collect/live/index.ts';
import type { ManagedCluster, Node, Read } from '../model/index.ts';
import type { Policy } from '../policy/index.ts';
import type { ClusterReport, ClusterResult } from '../report/report.ts';
import { auditSnapshot } from './audit-snapshot.ts';

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

/** The report of a cluster that was read live, now or when it was saved. */
export function liveReport(
  collected: Collected,
  access: ClusterAccessed,
  cluster: ManagedCluster,
  policy?: Policy,
): ClusterReport {
  const result = wordOf(access, cluster, collected.snapshot.nodes);
  const report = auditSnapshot({
    ...collected,
    ...(result !== undefined && { result }),
    ...(policy !== undefined && { policy }),
  });
  if (access.kind === 'closed' || result !== undefined) return report;
  if (access.forbidden === 0 || report.reason === undefined) return report;
  return { ...report, reason: `${report.reason}; it takes: ${grantOfObjects(cluster)}` };
}

/** The word for a cluster of which nothing was read from inside; `undefined` = the slices tell. */
function wordOf(
  access: ClusterAccessed,
  cluster: ManagedCluster,
  nodes: Read<readonly Node[]>,
): { readonly word: ClusterResult; readonly reason: string } | undefined {
  if (access.kind === 'closed') return access;
  if (access.answered > 0) return undefined;
  const why = nodes.kind === 'unread' ? nodes.why : 'nothing was read';
  return access.forbidden > 0
    ? { word: 'denied', reason: `${why}; it takes: ${grantOfObjects(cluster)}` }
    : { word: 'unreachable', reason: why };
}
