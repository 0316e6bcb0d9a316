export { memoryAccessCache, type ClusterAccessCache } from './access-cache.ts';
export { liveArm } from './arm.ts';
export { deadline, systemClock, unlessAborted, type Clock } from './clock.ts';
export { cloudOf, type Cloud, type CloudName } from './clouds.ts';
export { CallError, lineOf } from './failure.ts';
export {
  grantOfHealth,
  grantOfKubeconfig,
  grantOfMetrics,
  grantOfObjects,
  grantOfSubscription,
} from './grants.ts';
export type { LiveTransport } from './kubernetes-http.ts';
export { healthLimits, kubernetesLimits, type KubernetesLimits } from './limits.ts';
export { liveMetrics, type MetricsAccess } from './metrics.ts';
export { openCluster, type ClusterConnector, type OpenedCluster } from './open-cluster.ts';
export type { AddressOverride } from './pinned.ts';
export { proxyTransport } from './proxy.ts';
export type { Resolve } from './server.ts';
export { ThrottledError } from './throttled.ts';
export { aksTokens } from './tokens.ts';
