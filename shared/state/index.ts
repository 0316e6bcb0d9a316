export type { StorageConnection, StorageCredential } from './storage/azure-store.ts';
export type { ClusterAccessEntry } from './storage/access.ts';
export { isRunId } from './storage/keys.ts';
export type { OpenRun, Plan, PlannedCluster, PlannedSubscription } from './storage/plan.ts';
export type { Progress, Stored } from './storage/results.ts';
export type { Closing, SealedRun } from './storage/seal.ts';
export type { Sealed, SealInputs, SealWork, Shapes } from './storage/seal-run.ts';
export { openStorage, storageOver, type Storage } from './storage/storage.ts';
export { StorageError, type Store } from './storage/store.ts';
