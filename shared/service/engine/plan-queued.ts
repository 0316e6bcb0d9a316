import type { RunPlan } from '../../history/index.ts';
import { decodeRows, encodeRows } from '../codec.ts';
import type { QueueDeps, RunStorage } from './deps.ts';
import {
  listedNameOf,
  listSubscription,
  unlisted,
  type ListedSubscription,
} from './list-subscription.ts';
import type { SubscriptionMessage } from './messages.ts';
import { fewSubscriptions, outlineOf, type Outline } from './outline.ts';
import { alsoToList, completePlan, planOutlined } from './plan-run.ts';
import { pooled } from './pooled.ts';
import { readOnce } from './read-once.ts';
import { policyOfRun } from './run-policy.ts';
import type { RunRequest } from './run-request.ts';

/**
 * A plan of many subscriptions is made in two levels, so that no step takes longer than a function
 * may: an outline that names them, a message for each, and the plan by whoever lists the last one.
 */
const outlineName = 'outline';
const sentName = 'outline-sent';
const moreName = 'outline-more';
const readsAtOnce = 16;

/** @returns The plan, where there is one already or where it is made at once; else the messages are sent. */
export async function planQueued(
  deps: QueueDeps,
  request: RunRequest,
): Promise<RunPlan | undefined> {
  const { storage, inOneStep = fewSubscriptions } = deps;
  const { runId } = request;
  const known = await storage.readPlan(runId);
  // Written again rather than taken as it is: its rows may be missing after a crash.
  if (known !== undefined) return await storage.createPlan(known);
  let outline = await keptOutline(storage, runId);
  if (outline === undefined) {
    const made = await outlineOf(deps, request);
    if (made.list.length <= inOneStep) return await planOutlined(deps, made);
    await storage.putData(runId, outlineName, encodeRows(made));
    // Of two planners the first one's stays.
    outline = (await keptOutline(storage, runId)) ?? made;
  }
  await sendSubscriptions(deps, outline);
  return undefined;
}

/** Messages for the subscriptions that are not listed yet. */
async function sendSubscriptions(deps: QueueDeps, outline: Outline): Promise<void> {
  const { storage, queue } = deps;
  const { runId } = outline.request;
  await queue.send(
    (await expectedOf(storage, outline)).map((subscriptionId) =>
      JSON.stringify({ runId, subscriptionId } satisfies SubscriptionMessage),
    ),
  );
  await storage.putData(runId, sentName, 'yes');
}

/** The ids that the plan waits for: those of the outline, and the empty ones where these have to be listed, too. */
async function expectedOf(
  storage: RunStorage,
  { request, list, empty }: Outline,
): Promise<readonly string[]> {
  return (await storage.readData(request.runId, moreName)) === undefined
    ? list
    : [...list, ...empty.map(({ id }) => id)];
}

/**
 * A message's step: lists one subscription. @returns The plan, where it was the last one.
 */
export async function listQueued(
  deps: QueueDeps,
  { runId, subscriptionId }: SubscriptionMessage,
): Promise<RunPlan | undefined> {
  const { storage } = deps;
  const outline = await outlineOfRun(storage, runId);
  if (outline === undefined) {
    deps.log.warn('message dropped', { code: 'no-plan' });
    return undefined;
  }
  if (!(await storage.isListed(runId, subscriptionId))) {
    const policy = await policyOfRun(deps, runId);
    await keep(storage, runId, await listSubscription(deps, outline, policy, subscriptionId));
  }
  return await planIfListed(deps, outline, subscriptionId);
}

/** A subscription whose message failed too often counts as not listed. */
export async function giveUpListing(
  deps: QueueDeps,
  { runId, subscriptionId }: SubscriptionMessage,
): Promise<RunPlan | undefined> {
  const outline = await outlineOfRun(deps.storage, runId);
  if (outline === undefined) return undefined;
  deps.log.error('subscription given up', { run: runId, code: 'poison' });
  const why = 'poison: listing it failed five times; see the log';
  await keep(deps.storage, runId, unlisted(subscriptionId, why));
  return await planIfListed(deps, outline, subscriptionId);
}

async function keep(storage: RunStorage, runId: string, listed: ListedSubscription): Promise<void> {
  const { id } = listed.subscription;
  await storage.putData(runId, listedNameOf(id), encodeRows(listed));
  await storage.markListed(runId, id);
}

async function planIfListed(
  deps: QueueDeps,
  outline: Outline,
  last: string,
): Promise<RunPlan | undefined> {
  const { storage } = deps;
  const { runId } = outline.request;
  const expected = await expectedOf(storage, outline);
  if (!(await storage.areListed(runId, expected, last))) return undefined;
  // Several may see that all are listed: the message of one subscription goes on, and again where its worker died.
  if (!(await storage.claimPlan(runId, expected.length, last))) return undefined;
  const listed = await readListed(storage, runId, expected);
  if (expected.length === outline.list.length && alsoToList(outline, listed).length > 0) {
    await storage.putData(runId, moreName, 'yes');
    await sendSubscriptions(deps, { ...outline, list: [] });
    return undefined;
  }
  return await completePlan(deps, outline, listed);
}

async function readListed(
  storage: RunStorage,
  runId: string,
  ids: readonly string[],
  missing = 'its list is lost',
): Promise<readonly ListedSubscription[]> {
  const listed: ListedSubscription[] = [];
  await pooled(ids, readsAtOnce, async (id) => {
    const text = await storage.readData(runId, listedNameOf(id));
    if (text === undefined) listed.push(unlisted(id, missing));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this module's own writer put it there
    else listed.push(decodeRows(text) as ListedSubscription);
  });
  return listed;
}

/** What the sweeper does for a run without a plan. @returns `none` where there is no outline either. */
export async function resumeOutline(
  deps: QueueDeps,
  runId: string,
  isOver: boolean,
): Promise<RunPlan | 'none' | 'waiting'> {
  const { storage } = deps;
  const outline = await keptOutline(storage, runId);
  if (outline === undefined) return 'none';
  if (isOver) {
    const expected = await expectedOf(storage, outline);
    const why = 'not listed before the run was closed';
    return await completePlan(deps, outline, await readListed(storage, runId, expected, why));
  }
  if ((await storage.readData(runId, sentName)) === undefined)
    await sendSubscriptions(deps, outline);
  return 'waiting';
}

async function keptOutline(storage: RunStorage, runId: string): Promise<Outline | undefined> {
  const text = await storage.readData(runId, outlineName);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this module's own writer put it there
  return text === undefined ? undefined : (decodeRows(text) as Outline);
}

const outlineOnce = readOnce<Outline | undefined>(2);

function outlineOfRun(storage: RunStorage, runId: string): Promise<Outline | undefined> {
  return outlineOnce(storage, runId, () => keptOutline(storage, runId));
}
