import type { RunPlan, PlannedSubscription } from '../../history/index.ts';
import { version } from '../../audit/version.ts';
import type { RunDeps } from './deps.ts';
import { mayHoldRequested, isWhole, type RunRequest } from './run-request.ts';
import { policyForRun } from './run-policy.ts';

/** A run is closed after this time, whatever is still missing. */
export const longestRunMs = 2 * 3_600_000;
/** Of so few each is listed in less time than Resource Graph is worth. */
export const fewSubscriptions = 20;
/** Where Resource Graph shows no cluster, ARM is asked all the same once in this time. */
const trustedMs = 24 * 3_600_000;

/** The first level of a plan: which subscriptions are to be listed. */
export interface Outline {
  readonly request: RunRequest;
  readonly startedAt: string;
  readonly deadline: string;
  readonly engineVersion: string;
  /** About the policy. */
  readonly notes: readonly string[];
  /** Ids of those to list. */
  readonly list: readonly string[];
  /** Those that cannot be listed, with the reason. */
  readonly unseen: readonly PlannedSubscription[];
  /** Without a cluster, as ARM said within a day and Resource Graph says now; listed where the two disagree elsewhere. */
  readonly empty: readonly PlannedSubscription[];
  /** Clusters by subscription, as Resource Graph counts them; absent where it was not asked or does not tell. */
  readonly counts?: Readonly<Record<string, number>>;
}

/** Begins a run: from here on the sweeper looks after it. */
export async function outlineOf(deps: RunDeps, request: RunRequest): Promise<Outline> {
  const { storage, fleet, now, signal } = deps;
  const { runId } = request;
  const started = now();
  const startedAt = started.toISOString();
  const deadline = new Date(started.getTime() + longestRunMs).toISOString();
  await storage.openRun({ runId, startedAt, deadline });
  const { notes } = await policyForRun(deps, runId);
  const wanted = (await fleet.subscriptions(signal)).filter(({ id }) =>
    mayHoldRequested(id, request),
  );
  const ids = wanted.flatMap(({ id, why }) => (why === undefined ? [id] : []));
  const counts =
    isWhole(request) && ids.length > fewSubscriptions
      ? await fleet.clusterCounts?.(ids, signal)
      : undefined;
  const empty =
    counts?.kind === 'read' ? await emptyOf(deps, ids, counts.value, started) : new Map();
  return {
    request,
    startedAt,
    deadline,
    engineVersion: version,
    notes,
    list: ids.filter((id) => !empty.has(id)),
    unseen: wanted.flatMap(({ id, why }) =>
      why === undefined ? [] : [{ id, listed: false, why }],
    ),
    empty: [...empty.values()],
    ...(counts?.kind === 'read' && { counts: Object.fromEntries(counts.value) }),
  };
}

/**
 * Subscriptions that need no list. Resource Graph leaves out without a word what the identity may not
 * read, and is late: what it shows as empty was empty by ARM's own list less than a day ago, too.
 */
async function emptyOf(
  { storage }: RunDeps,
  ids: readonly string[],
  counts: ReadonlyMap<string, number>,
  now: Date,
): Promise<ReadonlyMap<string, PlannedSubscription>> {
  const [last] = await storage.sealedRuns(1);
  const plan = last === undefined ? undefined : await storage.readPlan(last.runId);
  const filled = new Set(plan === undefined ? [] : subscriptionsWithClusters(plan));
  const before = new Map(plan?.subscriptions.map((each) => [each.id, each]));
  return new Map(
    ids.flatMap((id) => {
      const { listed = false, listedAt = '' } = before.get(id) ?? {};
      const ageMs = now.getTime() - Date.parse(listedAt);
      const isEmpty = counts.get(id) === 0 && listed && !filled.has(id) && ageMs < trustedMs;
      return isEmpty ? [[id, { id, listed: true, listedAt }]] : [];
    }),
  );
}

function subscriptionsWithClusters({ clusters, excluded }: RunPlan): readonly string[] {
  return [...clusters.map(({ id }) => id), ...excluded].map((id) => id.split('/')[2] ?? '');
}
