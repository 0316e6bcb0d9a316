export * from './annotations.ts';
export * from './eligibility.ts';
export { expectedProbe, type ExpectedProbe, type ProbeSettings } from './expected-probes.ts';
export {
  expectedRules,
  type ExpectedFamily,
  type ExpectedRule,
  type RuleInputs,
} from './expected-rules.ts';
export * from './machine-id.ts';
export * from './modes.ts';
export * from './names.ts';
export * from './pool-members.ts';
export * from './rules-of-service.ts';
export {
  clusterTopology,
  type ClusterTopology,
  type Resolution,
  type TopologyInputs,
} from './topology.ts';
export type { VmSet } from './vm-sets.ts';
