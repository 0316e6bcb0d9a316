export {
  clusterView,
  isKubeProxy,
  viewOf,
  type ClusterView,
  type NodeState,
} from './cluster-view.ts';
export {
  derived,
  give,
  slicesOf,
  type Cluster,
  type Fact,
  type Given,
  type Missing,
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
export { azureServices, workloadsBehind, type Behind, type WorkloadSlice } from './services.ts';
export { lacking, unjudged, type Reason, type Unjudged } from './unjudged.ts';
