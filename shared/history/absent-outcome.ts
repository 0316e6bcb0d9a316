import type { ClusterFindings, Finding, FindingName } from '../findings/index.ts';
import { supersederOf } from './explained.ts';
import { isAbsent, isJudged, moreWasLeftOut, readsMore, type RuleSlices } from './judged.ts';
import type { KnownFinding } from './state.ts';

/** What becomes of a finding that was known and is not there in this run. */
export type AbsentOutcome =
  | {
      readonly kind: 'closed';
      readonly why: NonNullable<Finding['closed']>;
      readonly by?: FindingName;
    }
  | { readonly kind: 'kept'; readonly absentRuns: number }
  /** Nobody looks for it any more: closed without a word. */
  | { readonly kind: 'dropped' };

/** What one run does not list may have been out of sight; what two do not is gone. */
const absentRunsUntilGone = 2;

/** What becomes of an open finding that this run did not find. */
export function absentOutcome(
  known: KnownFinding,
  cluster: ClusterFindings,
  {
    isClusterChanging,
    rules,
  }: { readonly isClusterChanging: boolean; readonly rules?: RuleSlices },
): AbsentOutcome {
  const { finding, absentRuns } = known;
  if (cluster.switchedOff?.includes(finding.fingerprint) === true) return { kind: 'dropped' };
  if (rules?.has(finding.rule) === false) return { kind: 'dropped' };
  if (cluster.result === 'gone') return { kind: 'closed', why: 'cluster-deleted' };
  if (isClusterChanging) return { kind: 'kept', absentRuns };
  const superseder = supersederOf(cluster, finding);
  const judged = isJudged(cluster, known, rules);
  if (superseder !== undefined && (judged || (superseder.whole && !moreWasLeftOut(cluster, known))))
    return { kind: 'closed', why: 'superseded', by: superseder.by };
  if (!judged) return { kind: 'kept', absentRuns };
  if (!isAbsent(cluster, finding))
    return { kind: 'closed', why: readsMore(cluster, known, rules) ? 'reassessed' : 'fixed' };
  return absentRuns + 1 < absentRunsUntilGone
    ? { kind: 'kept', absentRuns: absentRuns + 1 }
    : { kind: 'closed', why: 'subject-gone' };
}
