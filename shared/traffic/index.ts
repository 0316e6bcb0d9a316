export { isKubeProxy, viewOf, type ClusterView } from './cluster-view.ts';
export { frontendAddress } from './frontend.ts';
export { endpointsOf, slicesByService } from './endpoints.ts';
export type { Situation } from './port-traffic.ts';
export { clusterTraffic } from './traffic.ts';
export * from './types.ts';
export { shareRatio, tolerance } from './verdict.ts';
export * from './what-if.ts';
