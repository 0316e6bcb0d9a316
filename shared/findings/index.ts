export {
  clusterResult,
  isClusterFindings,
  isFinding,
  lacksRights,
  type ClusterFindings,
  type ClusterResult,
} from './cluster-findings.ts';
export { countFindings, isOpen, type FindingCounts } from './counts.ts';
export { byUrgency, findFaults, type Findings } from './find.ts';
export type { AppliedExemption, Finding, FindingState } from './finding.ts';
export { fingerprint } from './fingerprint.ts';
export { subjectText } from '../rules/subject.ts';
export {
  defaultSettings,
  severities,
  type Evidence,
  type EvidenceValue,
  type Fix,
  type FixStep,
  type RuleSettings,
  type Severity,
  type Subject,
  type Thresholds,
} from '../rules/rule.ts';
