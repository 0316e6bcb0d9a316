import { randomUUID } from 'node:crypto';
import type { ClusterReport, Report } from '../report/index.ts';
import { isClusterReport, isReport } from '../report/shapes.ts';
import {
  openStore,
  storageOver,
  type QueueConnection,
  type StorageConnection,
  type Store,
} from '../history/index.ts';
import type { RunStorage } from './engine/deps.ts';
import { InputError } from '../audit/input-error.ts';
import { managedIdentity } from './managed-identity.ts';
import { readAzureSettings, readSettings, type Settings } from './settings.ts';
import { storageOf, type StorageSettings } from './storage-settings.ts';
import type { AppContext } from './app-context.ts';

/** What every function of the app needs, opened once per app: no Azure client among it. */
export interface Service {
  /** That of the app, with the clock of storage: slots and leases of two hosts must not differ by their clocks. */
  readonly context: AppContext;
  readonly settings: Settings;
  readonly storage: RunStorage;
  /** The same account, for what is no run: the outbox. */
  readonly store: Store;
  /** Name of this process among the workers of a run. */
  readonly worker: string;
}

/**
 * Opened anew; `App.service` keeps it.
 * @throws {InputError} where a setting is wrong. @throws {StorageError} where storage is not there.
 */
export async function openService(context: AppContext): Promise<Service> {
  const settings = readSettings(context.env);
  const store = await openStore(await connectionOf(settings.storage));
  const now = (): Date => new Date(context.now().getTime() + store.aheadMs());
  return {
    context: { ...context, now },
    settings,
    storage: runStorage(store),
    store,
    worker: randomUUID(),
  };
}

/**
 * The sealed runs of a deployed app, for a command that reads nothing else of it.
 * @throws {InputError} where storage is not set. @throws {StorageError} where it is not there.
 */
export async function savedRuns({
  env,
}: AppContext): Promise<Pick<RunStorage, 'readReport' | 'sealedRuns'>> {
  const found = storageOf(env, readAzureSettings(env).cloud);
  if ('fault' in found) throw new InputError(found.fault);
  return runStorage(await openStore(await connectionOf(found.storage)));
}

/** The history of runs in a store, as reports have it. */
export function runStorage(store: Store): RunStorage {
  return storageOver<ClusterReport, Report>(store, { isCluster: isClusterReport, isReport });
}

async function connectionOf(storage: StorageSettings): Promise<StorageConnection> {
  if (storage.kind === 'connection-string') return { connectionString: storage.connectionString };
  const { blobUri, tableUri } = storage;
  return {
    blobServiceUri: blobUri,
    tableServiceUri: tableUri,
    credential: await managedIdentity(storage.clientId),
  };
}

/** The queues of the same account. */
export async function queueConnection(storage: StorageSettings): Promise<QueueConnection> {
  if (storage.kind === 'connection-string') return { connectionString: storage.connectionString };
  return { queueServiceUri: storage.queueUri, credential: await managedIdentity(storage.clientId) };
}
