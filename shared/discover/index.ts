export { listClusters } from './clusters.ts';
export { parseManagedCluster } from './parse-cluster.ts';
export { listSubscriptions, type Subscription } from './subscriptions.ts';
export { readUserCredential } from './user-credential.ts';
