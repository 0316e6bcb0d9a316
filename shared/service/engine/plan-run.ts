import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { compareText } from '../../model/index.ts';
import type { RunPlan, PlannedCluster, PlannedSubscription } from '../../history/index.ts';
import type { RunDeps } from './deps.ts';
import { listSubscription, type ListedSubscription } from './list-subscription.ts';
import { outlineOf, type Outline } from './outline.ts';
import { pooled } from './pooled.ts';
import { isWhole, type RunRequest } from './run-request.ts';
import { policyOfRun } from './run-policy.ts';

const subscriptionsAtOnce = 4;

/**
 * Writes what a run sets out to do: the lists of each subscription, kept for the clusters' audits,
 * and the expected set. Two planners, or one that is repeated after a crash, give the same plan.
 */
export async function planRun(deps: RunDeps, request: RunRequest): Promise<RunPlan> {
  const known = await deps.storage.readPlan(request.runId);
  // Written again rather than taken as it is: its rows may be missing after a crash.
  if (known !== undefined) return await deps.storage.createPlan(known);
  return await planOutlined(deps, await outlineOf(deps, request));
}

/** The second level in this process, subscription by subscription. */
export async function planOutlined(deps: RunDeps, outline: Outline): Promise<RunPlan> {
  const policy = await policyOfRun(deps, outline.request.runId);
  const listed: ListedSubscription[] = [];
  const list = async (ids: readonly string[]): Promise<void> =>
    await pooled(ids, subscriptionsAtOnce, async (id) => {
      listed.push(await listSubscription(deps, outline, policy, id));
    });
  await list(outline.list);
  const more = alsoToList(outline, listed);
  await list(more);
  return await completePlan(deps, outline, listed);
}

/** The subscriptions that Resource Graph shows as empty, where its counts are not those of ARM elsewhere. */
export function alsoToList(
  { empty, counts = {} }: Outline,
  listed: readonly ListedSubscription[],
): readonly string[] {
  const differs = ({ subscription: { id, listed: isListed }, count }: ListedSubscription) =>
    isListed && Object.hasOwn(counts, id) && counts[id] !== count;
  return listed.some(differs) ? empty.map(({ id }) => id) : [];
}

/** The plan of all that was listed; or that of another run, which audits the same. */
export async function completePlan(
  deps: RunDeps,
  outline: Outline,
  listed: readonly ListedSubscription[],
): Promise<RunPlan> {
  const { storage, fleet } = deps;
  const { request, startedAt, deadline, engineVersion, unseen, empty } = outline;
  const { runId } = request;
  const clusters = listed.flatMap((each) => each.clusters);
  const audits = await claimedBy(deps, request, clusters);
  if (audits !== undefined) {
    await storage.closeRun(runId);
    return audits;
  }
  const seen = new Set(listed.map(({ subscription: { id } }) => id));
  const subscriptions = [
    ...unseen,
    ...empty.filter(({ id }) => !seen.has(id)),
    ...listed.map(({ subscription }) => subscription),
  ];
  return await storage.createPlan({
    runId,
    trigger: request.trigger,
    fleet: request.fleet !== false && isWhole(request),
    notify: request.notify,
    ...(request.verify === true && { verify: true }),
    startedAt,
    deadline,
    engineVersion,
    clusters: clusters.toSorted((a, b) => compareText(a.id, b.id)),
    ...(fleet.asked !== undefined && { subscriptionsAsked: fleet.asked }),
    subscriptions: subscriptions.toSorted((a, b) => compareText(a.id, b.id)),
    excluded: listed.flatMap((each) => each.excluded).toSorted(compareText),
    notes: [
      ...(request.notes ?? []),
      ...outline.notes,
      ...unreadNotes(deps, request, subscriptions),
    ],
  });
}

/** The plan of another run that audits the very clusters, by whatever names they were asked for there. */
async function claimedBy(
  { storage }: RunDeps,
  { runId, trigger, notify, verify }: RunRequest,
  clusters: readonly PlannedCluster[],
): Promise<RunPlan | undefined> {
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
export function failureOf({ fleet, subscriptions, notes }: RunPlan): string | undefined {
  if (!fleet || subscriptions.some(({ listed }) => listed)) return undefined;
  return notes[notes.indexOf(nothingAudited) + 1] ?? nothingAudited;
}
