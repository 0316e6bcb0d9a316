export {
  clusterResult,
  isClusterFindings,
  isFinding,
  lacksRights,
  type ClusterFindings,
  type ClusterResult,
  type FindingName,
  type UnknownRule,
} from './cluster-findings.ts';
export {
  countFindings,
  isOpen,
  isResolved,
  openCount,
  worstSeverity,
  type FindingCounts,
} from './counts.ts';
export { byUrgency, findFaults } from './find.ts';
export type { Closed, Finding, FindingState, ObservedHarm } from './finding.ts';
export { leftoverNames, seenTwice } from './leftovers.ts';
export { seenBefore } from './young.ts';
export { restsOnHealth } from './rests-on-health.ts';
export { nothingBefore, observationOf, withObservations, type ObservedBefore } from './observed.ts';
export { ruleTitle } from './rule-title.ts';
export { subjectText } from '../model/index.ts';
export {
  atLeast,
  defaultSettings,
  defaultThresholds,
  severities,
  type EvidenceValue,
  type Fix,
  type RuleSettings,
  type Severity,
  thresholdsOf,
  type Thresholds,
} from '../rules/rule.ts';
