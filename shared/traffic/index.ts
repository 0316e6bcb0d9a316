export { isKubeProxy, viewOf, type ClusterView, type NodeState } from './cluster-view.ts';
export { endpointsOf, slicesByService } from './endpoints.ts';
export { clusterTraffic, maxListedBackends, type Situation } from './traffic.ts';
export * from './types.ts';
export { shareRatio, tolerance, verdictOf } from './verdict.ts';
export * from './what-if.ts';
