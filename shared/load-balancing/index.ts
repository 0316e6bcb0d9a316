export * from './annotations.ts';
export * from './configuration-fault.ts';
export * from './eligibility.ts';
export * from './eligible-configurations.ts';
export * from './exclusions.ts';
export {
  expectedProbe,
  probeForAllPorts,
  sendsProxyHeader,
  type ExpectedProbe,
  type Probed,
  type ProbeSettings,
} from './expected-probes.ts';
export * from './expected-rules.ts';
export * from './held-by-other.ts';
export * from './ip-address.ts';
export * from './ip-pool.ts';
export * from './leftovers.ts';
export * from './listeners.ts';
export * from './machine-id.ts';
export * from './machine-kind.ts';
export * from './mode-annotation.ts';
export * from './modes.ts';
export * from './names.ts';
export * from './nic-pools.ts';
export { nodeCounts, type NodeCounts } from './node-counts.ts';
export * from './node-placement.ts';
export * from './outbound-ports.ts';
export * from './pinned-address.ts';
export { rawProbePort, requestPath } from './own-probe.ts';
export * from './pool-members.ts';
export * from './pool-names.ts';
export * from './rule-drift.ts';
export * from './rules-of-nics.ts';
export { isBefore, probeSettings } from './probe-settings.ts';
export * from './public-ips.ts';
export * from './routing/index.ts';
export * from './rules-of-service.ts';
export * from './security/index.ts';
export { obstacleOf, type Obstacle } from './service-obstacles.ts';
export * from './service-placement.ts';
export * from './shared-frontends.ts';
export { annotatedRanges, serviceTags } from './source-ranges.ts';
export { clusterTopology, type ClusterTopology } from './topology.ts';
export { lbVmSet } from './vm-set-of-load-balancer.ts';
export type { VmSet } from './vm-sets.ts';
