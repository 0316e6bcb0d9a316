export * from './eligibility.ts';
export * from './machine-id.ts';
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
