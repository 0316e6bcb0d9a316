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
export { lacking, unjudged, type Reason, type Unjudged } from './unjudged.ts';
export * from './ingress/index.ts';
