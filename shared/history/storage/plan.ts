import { isObject } from '../../model/index.ts';
import { packJson, shaped, unpackJson } from './codec.ts';
import { shardSizes } from './counted.ts';
import { isRunId, runFolder, runPartition } from './keys.ts';
import { leaveSlot } from './slots.ts';
import { StorageError, type Store } from './store.ts';

export interface PlannedCluster {
  /** ARM id, lower-cased. */
  readonly id: string;
  readonly name: string;
  readonly subscriptionId?: string;
  /** Azure tags, for the scopes of a policy. */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface PlannedSubscription {
  readonly id: string;
  /** Whether all of its clusters were listed. What was not listed is not gone. */
  readonly listed: boolean;
  readonly why?: string;
  /** When ARM listed it; earlier than the run where Resource Graph has shown no cluster since. */
  readonly listedAt?: string;
}

/** What a run sets out to do. The first plan of a run is the plan, whoever else makes one. */
export interface RunPlan {
  readonly runId: string;
  readonly trigger: 'timer' | 'http' | 'cli';
  /** A run of the whole fleet: the next one is compared with it. Audits of a part are not. */
  readonly fleet: boolean;
  readonly notify: boolean;
  /** Azure is asked for the health of all backends. */
  readonly verify?: true;
  readonly startedAt: string;
  /** When the run is closed, whatever is still missing. */
  readonly deadline: string;
  /** What a run keeps between its steps has the form of this version: those of another do not mix with it. */
  readonly engineVersion: string;
  readonly clusters: readonly PlannedCluster[];
  readonly subscriptions: readonly PlannedSubscription[];
  /** Subscriptions that the settings name; absent = all that the identity sees. */
  readonly subscriptionsAsked?: readonly string[];
  /** ARM ids of clusters that were listed and are not audited, by policy or settings. */
  readonly excluded: readonly string[];
  /** What people should know: slots that were skipped, a policy that could not be read. */
  readonly notes: readonly string[];
}

export interface OpenRun {
  readonly runId: string;
  readonly startedAt: string;
  readonly deadline: string;
}

const openPartition = 'open';

/** Before anything is read for a run: one that gets no further is found by the sweeper. */
export async function openRun(
  store: Store,
  { runId, startedAt, deadline }: OpenRun,
): Promise<void> {
  runFolder(runId);
  await store.createRow(openPartition, runId, { startedAt, deadline });
}

/**
 * Writes the plan of a run, or finds the one that is already there. Twice, by two timers, or again
 * after a crash at any point: the same plan comes out.
 */
export async function createPlan(store: Store, plan: RunPlan): Promise<RunPlan> {
  const { runId } = plan;
  const folder = runFolder(runId);
  await openRun(store, plan);
  const bytes = await packJson(plan);
  const first = (await store.createBlob(`${folder}plan`, bytes))
    ? plan
    : await readPlan(store, runId);
  if (first === undefined) throw new StorageError(0, `storage: the plan of ${runId} vanished`);
  await store.putRow(runPartition(runId), 'plan', {
    planned: first.clusters.length,
    shards: shardSizes(first.clusters.map(({ id }) => id)).join(' '),
  });
  return first;
}

/** `undefined` where there is no plan, or the id is not one of a run. */
export async function readPlan(store: Store, runId: string): Promise<RunPlan | undefined> {
  if (!isRunId(runId)) return undefined;
  const bytes = await store.readBlob(`${runFolder(runId)}plan`, maxPlanBytes);
  return bytes === undefined ? undefined : shaped(await unpackJson(bytes), isPlan, 'plan');
}

const maxPlanBytes = 64 * 1024 * 1024;

function isPlan(value: unknown): value is RunPlan {
  if (!isObject(value)) return false;
  const { clusters, subscriptions, excluded, notes } = value;
  return (
    ['runId', 'startedAt', 'deadline', 'engineVersion'].every(
      (field) => typeof value[field] === 'string',
    ) &&
    Array.isArray(clusters) &&
    clusters.every((each) => isObject(each) && typeof each['id'] === 'string') &&
    [subscriptions, excluded, notes].every(Array.isArray)
  );
}

/** Runs that are not sealed, the oldest first. */
export async function openRuns(store: Store): Promise<readonly OpenRun[]> {
  const runs: OpenRun[] = [];
  for await (const { key, fields } of store.listRows(openPartition)) {
    const { startedAt, deadline } = fields;
    if (typeof startedAt === 'string' && typeof deadline === 'string')
      runs.push({ runId: key, startedAt, deadline });
  }
  return runs.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

/** Takes a run from the open ones, sealed or not. */
export async function closeRun(store: Store, runId: string): Promise<void> {
  await leaveSlot(store, runId);
  await store.deleteRow(openPartition, runId);
}
