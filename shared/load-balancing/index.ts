export * from './annotations.ts';
export * from './configuration-fault.ts';
export * from './eligibility.ts';
export * from './eligible-configurations.ts';
export * from './exclusions.ts';
export { expectedProbe, type ExpectedProbe, type ProbeSettings } from './expected-probes.ts';
export {
  expectedRules,
  type ExpectedFamily,
  type ExpectedRule,
  type RuleInputs,
} from './expected-rules.ts';
export * from './held-by-other.ts';
export * from './ip-address.ts';
export * from './ip-pool.ts';
export * from './machine-id.ts';
export * from './machine-kind.ts';
export * from './modes.ts';
export * from './names.ts';
export * from './nic-pools.ts';
export * from './node-placement.ts';
export * from './pinned-address.ts';
export * from './pool-members.ts';
export * from './pool-names.ts';
export * from './rules-of-service.ts';
export * from './service-placement.ts';
export {
  clusterTopology,
  type ClusterTopology,
  type Resolution,
  type TopologyInputs,
} from './topology.ts';
export { lbVmSet } from './vm-set-of-load-balancer.ts';
export type { VmSet } from './vm-sets.ts';
