export { readClusterCounts } from './cluster-counts.ts';
export { isDeleted, listClusters } from './clusters.ts';
export { listSubscriptions, type Subscription } from './subscriptions.ts';
export { readUserCredential } from './user-credential.ts';
