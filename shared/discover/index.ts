export { listClusters } from './clusters.ts';
export { parseManagedCluster } from './parse-cluster.ts';
