export {
  clusterView,
  isKubeProxy,
  clusterViewOf,
  type ClusterView,
  type NodeState,
} from './cluster-view.ts';
export {
  addressInAzure,
  frontendAddress,
  frontendOf,
  type Addresses,
  type FrontendSide,
} from './frontend.ts';
export { dataPlane, type DataPlane } from './data-plane.ts';
export {
  derived,
  give,
  slicesOf,
  type Cluster,
  type Fact,
  type Given,
  type Source,
  type Sources,
} from './derived.ts';
export { egress, nodeCounting, outboundIps } from './egress.ts';
export {
  nodeClasses,
  type NodeClass,
  type NodeClasses,
  type NodesByClass,
} from './node-classes.ts';
export { reconciledPools, type ReconciledPool } from './reconciled-pools.ts';
export {
  azureServices,
  workloadsBehind,
  type BackingWorkloads,
  type WorkloadsBehind,
} from './services.ts';
export { listeners } from './listeners.ts';
export { podPolicies, type PodGate, type PodPolicies } from './pod-policies.ts';
export {
  closedNodes,
  wantedOfClients,
  wantedOfProbe,
  type GuardedPath,
  type WantedFlow,
} from './security-guards.ts';
export { unjudged, type Unjudged } from './unjudged.ts';
export * from './ingress/index.ts';
