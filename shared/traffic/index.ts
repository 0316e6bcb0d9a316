export * from './ingress/index.ts';
export { frontendAddress } from './frontend.ts';
export { endpointsOf, slicesByService } from './endpoints.ts';
export type { Situation } from './port-traffic.ts';
export { clusterTraffic, situationOf, situations, traffic, type Situations } from './traffic.ts';
export * from './types.ts';
export { shareRatio, tolerance } from './verdict.ts';
export * from './what-if.ts';
