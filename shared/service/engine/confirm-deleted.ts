import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { unlessAborted } from '../../collect/live/index.ts';
import type { UnseenCluster } from '../../history/index.ts';
import { compareText, unread, type Read } from '../../model/index.ts';
import type { RunDeps } from './deps.ts';

/** What the questions about deleted clusters may cost a run. */
export interface QuestionLimits {
  readonly count: number;
  readonly atOnce: number;
  /** For all of them: the run is not sealed before. */
  readonly ms: number;
}

/** ARM gives a subscription 250 reads at once and 25 a second: as many take a quarter of a minute. */
const questionLimits: QuestionLimits = { count: 500, atOnce: 4, ms: 60_000 };

/**
 * Clusters that seem to be gone, each asked for by its own id: a list leaves out what the identity may
 * not read. Those that there is no time for are not known to be deleted, and a later run asks for them.
 */
export async function confirmDeleted(
  deps: Pick<RunDeps, 'fleet' | 'signal'>,
  runId: string,
  unseen: readonly UnseenCluster[],
  { count, atOnce, ms }: QuestionLimits = questionLimits,
): Promise<readonly UnseenCluster[]> {
  const gone = inTurns(
    runId,
    unseen.filter(({ result }) => result === 'gone'),
  );
  const asked = new Set(gone.slice(0, count));
  const late = AbortSignal.timeout(ms);
  const signal = deps.signal === undefined ? late : AbortSignal.any([deps.signal, late]);
  const limit = pLimit(atOnce);
  return Promise.all(
    unseen.map(async (each) => {
      if (each.result !== 'gone') return each;
      return judged(each, await limit(() => answerOf(deps, each, asked.has(each), signal)));
    }),
  );
}

/** In another order in each run: some that can never be read must not keep the others from being asked for. */
function inTurns(runId: string, unseen: readonly UnseenCluster[]): readonly UnseenCluster[] {
  return unseen
    .map((each) => {
      const place = createHash('sha256').update(`${runId} ${each.cluster.id}`).digest('hex');
      return { each, place };
    })
    .toSorted((a, b) => compareText(a.place, b.place))
    .map(({ each }) => each);
}

async function answerOf(
  { fleet }: Pick<RunDeps, 'fleet'>,
  { cluster: { id, subscriptionId } }: UnseenCluster,
  isAsked: boolean,
  signal: AbortSignal,
): Promise<Read<boolean> | 'not asked'> {
  // A cluster of a time when its subscription was not kept cannot be asked for.
  if (subscriptionId === undefined) return { kind: 'read', value: true };
  if (!isAsked || signal.aborted) return 'not asked';
  try {
    const answer = await unlessAborted(fleet.isDeleted({ id, subscriptionId }, signal), signal);
    // What was broken off says so in words that help nobody.
    return signal.aborted && answer.kind === 'unread' ? 'not asked' : answer;
  } catch (error) {
    if (signal.aborted) return 'not asked';
    return unread(error instanceof Error ? error.message : 'no answer');
  }
}

function judged(each: UnseenCluster, deleted: Read<boolean> | 'not asked'): UnseenCluster {
  if (deleted !== 'not asked' && deleted.kind === 'read' && deleted.value) return each;
  const reason = `its subscription no longer lists it; ${whyNotGone(deleted)}`;
  return { ...each, result: 'denied', reason };
}

function whyNotGone(deleted: Read<boolean> | 'not asked'): string {
  if (deleted === 'not asked')
    return 'too many clusters vanished to ask whether each is deleted; the next run asks again';
  return deleted.kind === 'read'
    ? 'it is there: it was made or moved while the list was read'
    : `whether it is deleted cannot be read (${deleted.why}): grant Reader on its resource group, or leave it out by policy`;
}
