import type { MessageQueue, RunPlan } from '../../history/index.ts';
import { failureFields } from '../../audit/log.ts';
import { isSlot } from '../schedule.ts';
import { ThrottledError } from '../../collect/live/index.ts';
import { auditOne, notAudited } from './audit-one.ts';
import type { QueueDeps, RunDeps, RunStorage } from './deps.ts';
import { readMessage, type ClusterMessage } from './messages.ts';
import { pacedClusters, spreadSeconds } from './pace.ts';
import { giveUpListing, listQueued, planQueued, resumeOutline } from './plan-queued.ts';
import { readOnce } from './read-once.ts';
import type { RunRequest } from './run-request.ts';
import { seal } from './seal.ts';

const sentMark = 'sent';

/**
 * First step: the plan, then a message for each cluster. Repeated, it sends what has no result yet.
 * @returns The plan; `undefined` where it is made by the messages that were sent, one a subscription.
 */
export async function startQueued(
  deps: QueueDeps,
  request: RunRequest,
): Promise<RunPlan | undefined> {
  const plan = await planQueued(deps, request);
  if (plan !== undefined) await sendOwn(deps, plan, request.runId);
  return plan;
}

/** Where the plan is of another run that audits the same, its messages are sent already. */
async function sendOwn(deps: QueueDeps, plan: RunPlan, runId: string): Promise<void> {
  if (plan.runId === runId) await sendMessages(deps, plan);
}

async function sendMessages(deps: QueueDeps, plan: RunPlan): Promise<void> {
  const { storage, queue } = deps;
  const { runId } = plan;
  if (plan.clusters.length === 0) {
    await seal(deps, runId);
    return;
  }
  const paced = pacedClusters(plan.clusters, await storage.knownAccess());
  await queue.send(
    paced.map(({ cluster }) =>
      JSON.stringify({ runId, clusterId: cluster.id } satisfies ClusterMessage),
    ),
    (index) => paced[index]?.delaySeconds ?? 0,
  );
  // Only now: where the sending broke off, the sweeper sends again.
  await storage.putData(runId, sentMark, 'yes');
}

export interface MessageDeps extends RunDeps {
  /** Opened only where something is sent: few messages need it. */
  readonly openQueue: () => Promise<MessageQueue>;
  /** Messages are worked on where they are sent, so that none can wait. */
  readonly inPlace?: true;
}

/**
 * A message's step: the list of one subscription, or the audit of one cluster and the seal where it
 * was the last one. A throttled cluster is not a failed one: its message is sent anew with a delay,
 * and no try is used.
 * @throws {ThrottledError} where no message can wait.
 */
export async function auditQueued(deps: MessageDeps, message: unknown): Promise<void> {
  const read = readMessage(message);
  if (read !== undefined && 'subscriptionId' in read) {
    await planOnward(deps, read.runId, (queued) => listQueued(queued, read));
    return;
  }
  const plan = read && (await planOf(deps.storage, read.runId));
  if (read === undefined || plan === undefined) {
    // Not ours, or of a run that was pruned: to fail on it would only bring it back.
    deps.log.warn('message dropped', { code: 'no-plan' });
    return;
  }
  try {
    await auditOne(deps, plan, read.clusterId);
  } catch (error) {
    if (!(error instanceof ThrottledError) || deps.inPlace === true) throw error;
    const delaySeconds = Math.ceil(error.waitMs / 1000) + spreadSeconds(read.clusterId);
    deps.log.warn('cluster throttled', { run: plan.runId, why: error.message });
    await (await deps.openQueue()).send([JSON.stringify(read)], () => delaySeconds);
    return;
  }
  await sealIfComplete(deps, plan, read.clusterId);
}

/** A step of a plan's second level, and the messages of its clusters where it was the last one. */
async function planOnward(
  deps: MessageDeps,
  runId: string,
  step: (queued: QueueDeps) => Promise<RunPlan | undefined>,
): Promise<void> {
  const queued = { ...deps, queue: await deps.openQueue() };
  const plan = await step(queued);
  if (plan === undefined || (await deps.storage.readData(runId, sentMark)) !== undefined) return;
  await sendOwn(queued, plan, runId);
}

const planOnce = readOnce<RunPlan | undefined>(2);

function planOf(storage: RunStorage, runId: string): Promise<RunPlan | undefined> {
  return planOnce(storage, runId, () => storage.readPlan(runId));
}

/** A message that failed too often: its cluster counts as not audited, its subscription as not listed, and the run goes on. */
export async function giveUpQueued(deps: MessageDeps, message: unknown): Promise<void> {
  const read = readMessage(message);
  if (read === undefined) return;
  if ('subscriptionId' in read) {
    await planOnward(deps, read.runId, (queued) => giveUpListing(queued, read));
    return;
  }
  const plan = await deps.storage.readPlan(read.runId);
  const cluster = plan?.clusters.find(({ id }) => id === read.clusterId);
  if (plan === undefined || cluster === undefined) return;
  deps.log.error('cluster given up', { run: plan.runId, cluster: cluster.name, code: 'poison' });
  await deps.storage.putResult(
    plan.runId,
    notAudited(cluster, 'poison: its audit failed five times; see the log'),
  );
  await sealIfComplete(deps, plan, cluster.id);
}

async function sealIfComplete(deps: RunDeps, plan: RunPlan, clusterId: string): Promise<void> {
  if (await deps.storage.isComplete(plan.runId, clusterId)) await seal(deps, plan.runId);
}

/** What cannot be sealed for so long after its deadline never will be: its plan is spoilt, or was never made. */
const givenUpMs = 24 * 3_600_000;
/** Longer than any planner takes: a run that has no messages by then lost its planner. */
const lostPlannerMs = 10 * 60_000;

/**
 * What the sweeper does every five minutes: closes runs that are past their deadline, or complete
 * and left unsealed by a crash, and sends the messages of a plan whose planner died.
 */
export async function sweep(deps: QueueDeps): Promise<void> {
  const { storage, now, log } = deps;
  const time = now();
  for (const { runId, startedAt, deadline } of await storage.openRuns()) {
    try {
      await sweepRun(deps, runId, time, { startedAt, deadline });
    } catch (error) {
      // The next run must not wait for this one's trouble.
      log.error('sweep failed', { run: runId, ...failureFields(error) });
    }
  }
  try {
    await storage.prune(time.toISOString());
  } catch (error) {
    log.error('prune failed', failureFields(error));
  }
}

async function sweepRun(
  deps: QueueDeps,
  runId: string,
  time: Date,
  { startedAt, deadline }: { readonly startedAt: string; readonly deadline: string },
): Promise<void> {
  const { storage, log } = deps;
  if (time.getTime() - Date.parse(deadline) > givenUpMs) {
    log.error('run given up', { run: runId, why: 'it could not be sealed within a day' });
    await storage.closeRun(runId);
    return;
  }
  const plan = await storage.readPlan(runId);
  const isLost = time.getTime() - Date.parse(startedAt) >= lostPlannerMs;
  if (plan === undefined) {
    if (isLost) await resumePlan(deps, runId, time.toISOString() >= deadline);
    return;
  }
  const progress = await storage.progress(runId);
  const complete = progress !== undefined && progress.done >= progress.planned;
  if (complete || time.toISOString() >= deadline) {
    await seal(deps, runId);
    return;
  }
  if (isLost && (await storage.readData(runId, sentMark)) === undefined)
    await sendMessages(deps, plan);
}

/** A run without a plan: its planner died, or its subscriptions are being listed. */
async function resumePlan(deps: QueueDeps, runId: string, isOver: boolean): Promise<void> {
  const resumed = await resumeOutline(deps, runId, isOver);
  if (resumed === 'waiting') return;
  if (resumed !== 'none') {
    await seal(deps, runId);
    return;
  }
  // The planner died before it knew the subscriptions. What somebody asked for, he asks for again.
  if (isOver || !isSlot(runId)) await deps.storage.closeRun(runId);
  else await startQueued(deps, { runId, trigger: 'timer', notify: true });
}
