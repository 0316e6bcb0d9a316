import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { armId, compareText, read, sameName, type ManagedCluster } from '../../model/index.ts';
import { isScanned, tagNames } from '../../policy/index.ts';
import type { Plan, PlannedCluster, PlannedSubscription } from '../../history/index.ts';
import { encodeRows } from '../codec.ts';
import { version } from '../../audit/version.ts';
import type { RunDeps } from './deps.ts';
import type { SubscriptionData } from '../../audit/fleet.ts';
import { pooled } from './pooled.ts';
import { policyForRun } from './run-policy.ts';

/** What somebody wants audited. */
export interface RunRequest {
  readonly runId: string;
  readonly trigger: Plan['trigger'];
  /** Only these; nothing said = the whole fleet, and the next run is compared with this one. */
  readonly subscriptions?: readonly string[];
  /** Names or ARM ids. */
  readonly clusters?: readonly string[];
  readonly notify: boolean;
  /** False: compared with nothing, although no part is named. */
  readonly fleet?: false;
  /** Ask Azure for the health of all backends. */
  readonly verify?: boolean;
  readonly notes?: readonly string[];
}

/** A run is closed after this time, whatever is still missing. */
export const longestRunMs = 2 * 3_600_000;
const subscriptionsAtOnce = 4;

/**
 * Writes what a run sets out to do: the lists of each subscription, kept for the clusters' audits,
 * and the expected set. Two planners, or one that is repeated after a crash, give the same plan.
 */
export async function planRun(deps: RunDeps, request: RunRequest): Promise<Plan> {
  const { storage, fleet, now } = deps;
  const { runId } = request;
  const known = await storage.readPlan(runId);
  // Written again rather than taken as it is: its rows may be missing after a crash.
  if (known !== undefined) return await storage.createPlan(known);
  const started = now();
  const startedAt = started.toISOString();
  const deadline = new Date(started.getTime() + longestRunMs).toISOString();
  await storage.openRun({ runId, startedAt, deadline });
  const { policy, notes } = await policyForRun(deps, runId);
  const named = tagNames(policy);
  const visible = await fleet.subscriptions(deps.signal);
  const wanted = visible.filter(({ id }) => isWanted(id, request));
  const clusters: PlannedCluster[] = [];
  const excluded: string[] = [];
  const subscriptions: PlannedSubscription[] = [];
  await pooled(wanted, subscriptionsAtOnce, async ({ id, why }) => {
    if (why !== undefined) {
      subscriptions.push({ id, listed: false, why });
      return;
    }
    const data = await readOnce(deps, runId, id, named);
    if (data.clusters.kind === 'unread') {
      subscriptions.push({ id, listed: false, why: data.clusters.why });
      return;
    }
    subscriptions.push({ id, listed: true });
    for (const cluster of data.clusters.value)
      if (!isAsked(cluster, request)) continue;
      else if (isScanned(policy, cluster)) clusters.push(planned(cluster));
      else excluded.push(cluster.id);
  });
  const audits = await claimedBy(deps, request, clusters);
  if (audits !== undefined) {
    await storage.closeRun(runId);
    return audits;
  }
  return await storage.createPlan({
    runId,
    trigger: request.trigger,
    fleet:
      request.fleet !== false &&
      request.subscriptions === undefined &&
      request.clusters === undefined,
    notify: request.notify,
    ...(request.verify === true && { verify: true }),
    startedAt,
    deadline,
    engineVersion: version,
    clusters: clusters.toSorted((a, b) => compareText(a.id, b.id)),
    ...(fleet.asked !== undefined && { subscriptionsAsked: fleet.asked }),
    subscriptions: subscriptions.toSorted((a, b) => compareText(a.id, b.id)),
    excluded: excluded.toSorted(compareText),
    notes: [...(request.notes ?? []), ...notes, ...unreadNotes(deps, request, subscriptions)],
  });
}

/** The plan of another run that audits the very clusters, by whatever names they were asked for there. */
async function claimedBy(
  { storage }: RunDeps,
  { runId, trigger, notify, verify }: RunRequest,
  clusters: readonly PlannedCluster[],
): Promise<Plan | undefined> {
  if (trigger !== 'http' || clusters.length === 0) return undefined;
  const ids = clusters.map(({ id }) => id).toSorted(compareText);
  const key = createHash('sha256').update(JSON.stringify([ids, notify, verify === true]));
  const owner = await storage.claimClusters(runId, key.digest('hex'));
  if (owner === runId) return undefined;
  // It has the same lists, so that its plan is written about now; a planner that died writes none.
  for (let tries = 0; tries < 10; tries++) {
    const plan = await storage.readPlan(owner);
    if (plan !== undefined) return plan;
    await sleep(500);
  }
  return undefined;
}

const mostNotes = 10;

/** What was not read is not well: a run that saw nothing says so first of all. */
function unreadNotes(
  { log }: RunDeps,
  { runId }: RunRequest,
  subscriptions: readonly PlannedSubscription[],
): readonly string[] {
  const unread = subscriptions.filter(({ listed }) => !listed);
  const lines = unread.map(
    ({ id, why = 'no reason given' }) =>
      `${id === '*' ? 'the subscriptions were' : `subscription ${id} was`} not read: ${why}`,
  );
  for (const why of lines.slice(0, mostNotes))
    log.error('subscription unread', { run: runId, why });
  const nothing = unread.length === subscriptions.length;
  if (nothing) log.error('nothing audited', { run: runId, code: 'no-subscription' });
  return [
    ...(nothing ? [nothingAudited] : []),
    ...lines.slice(0, mostNotes),
    ...(lines.length > mostNotes
      ? [`${lines.length - mostNotes} more subscriptions were not read`]
      : []),
  ];
}

/** Of a plan without a single subscription that could be read. */
const nothingAudited = 'nothing was audited because no subscription could be read';

/** Why a run of the fleet has come to nothing, where it has. */
export function failureOf({ fleet, subscriptions, notes }: Plan): string | undefined {
  if (!fleet || subscriptions.some(({ listed }) => listed)) return undefined;
  return notes[notes.indexOf(nothingAudited) + 1] ?? nothingAudited;
}

function isWanted(id: string, { subscriptions, clusters }: RunRequest): boolean {
  if (subscriptions?.some((each) => sameName(each, id)) === true) return true;
  if (clusters === undefined) return subscriptions === undefined;
  // A cluster by its name may be anywhere; one by its ARM id is in one subscription.
  return clusters.some(
    (each) => !each.includes('/') || armId(each).startsWith(`/subscriptions/${id.toLowerCase()}/`),
  );
}

function isAsked(cluster: ManagedCluster, { clusters, subscriptions }: RunRequest): boolean {
  if (clusters === undefined) return true;
  if (subscriptions?.some((each) => sameName(each, cluster.subscriptionId)) === true) return true;
  return clusters.some((each) => sameName(each, cluster.name) || armId(each) === cluster.id);
}

function planned({ id, name, subscriptionId, tags }: ManagedCluster): PlannedCluster {
  return { id, name, subscriptionId, tags: Object.fromEntries(tags) };
}

/** The lists of a subscription, read once for a run however often it is planned. */
async function readOnce(
  { storage, fleet, signal }: RunDeps,
  runId: string,
  subscriptionId: string,
  tags: ReadonlySet<string>,
): Promise<SubscriptionData> {
  const data = withTags(await fleet.readSubscription(subscriptionId, signal), tags);
  await storage.putData(runId, dataNameOf(subscriptionId), encodeRows(data));
  return data;
}

/** Tags hold whatever people put there: only those that the policy looks at are kept. */
function withTags(data: SubscriptionData, names: ReadonlySet<string>): SubscriptionData {
  if (data.clusters.kind === 'unread') return data;
  const clusters = data.clusters.value.map((cluster) => ({
    ...cluster,
    tags: new Map([...cluster.tags].filter(([name]) => names.has(name.toLowerCase()))),
  }));
  return { ...data, clusters: read(clusters) };
}

/** Where the lists of a subscription are kept with the run. */
export function dataNameOf(subscriptionId: string): string {
  return `subscription-${subscriptionId
    .toLowerCase()
    .replaceAll(/[^\w-]/gu, '_')
    .slice(0, 64)}`;
}
