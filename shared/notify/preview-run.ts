import type { Report } from '../report/report.ts';
import type { ComposeOptions } from './compose/materials.ts';
import type { SlackMessage } from './message.ts';
import { notify } from './notify.ts';
import type { Outcome } from './outcome.ts';
import { memoryOutbox } from './outbox/memory-store.ts';
import type { Routing } from './routing/routing.ts';
import type { Sender } from './sender.ts';

export interface Previewed {
  readonly channel: string;
  /** `edit` changes a message that stands there. */
  readonly how: 'post' | 'reply' | 'edit';
  readonly message: SlackMessage;
}

/**
 * The messages of a run, as the service would send them after the run before it (a baseline without
 * one): by the same planning, into an outbox in memory and to nobody.
 */
export async function previewRun(
  runs: { readonly before?: Report; readonly now: Report },
  routing: Routing,
  options: ComposeOptions,
): Promise<readonly Previewed[]> {
  let shown: Previewed[] = [];
  let newest = runs.before ?? runs.now;
  let nowMs = Date.parse(newest.run.finishedAt) || 0;
  const note = (each: Previewed): Promise<Outcome> => {
    shown.push(each);
    return Promise.resolve({ kind: 'sent', channel: each.channel, ts: `${shown.length}.0` });
  };
  const sender: Sender = {
    post: (channel, message, thread) =>
      note({ channel, message, how: thread === undefined ? 'post' : 'reply' }),
    update: (channel, _ts, message) => note({ channel, message, how: 'edit' }),
    find: async () => ({ kind: 'absent' }),
    identity: async () => ({ kind: 'refused', refusal: 'app', code: 'preview', detail: 'preview' }),
  };
  const loud = {
    ...routing,
    targets: routing.targets.map(({ quietHours: _quiet, ...rest }) => rest),
  };
  const deps = {
    store: memoryOutbox(),
    sender,
    routing: loud,
    reports: {
      newestRun: async () => newest.run.id,
      read: async (runId: string) => [runs.before, runs.now].find((each) => each?.run.id === runId),
    },
    clock: {
      nowMs: () => nowMs,
      async sleep(ms: number) {
        nowMs += ms;
      },
    },
    options: { ...options, budgetMs: 3_600_000 },
  };
  await notify(deps);
  if (runs.before === undefined) return shown;
  shown = [];
  newest = runs.now;
  nowMs = Math.max(nowMs, Date.parse(newest.run.finishedAt) || 0);
  await notify(deps);
  return shown;
}
