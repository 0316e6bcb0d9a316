import type { Report } from '../report/report.ts';
import type { ComposeOptions } from './compose/materials.ts';
import type { SlackMessage } from './message.ts';
import { notify } from './notify.ts';
import type { CallOutcome } from './outcome.ts';
import { memoryOutbox } from './outbox/memory-store.ts';
import type { Routing } from './routing/routing.ts';
import type { Sender } from './sender.ts';

export interface Previewed {
  readonly channel: string;
  /** `edit` changes a message that stands there. */
  readonly how: 'post' | 'reply' | 'edit';
  /** Of a reply: which of the messages it stands under, counted from 0; absent where that is of an earlier run. */
  readonly under?: number;
  readonly message: SlackMessage;
}

/**
 * What each critical of a first run would look like, had it come after it: a first run has one digest
 * that names them.
 */
export async function previewCriticals(
  now: Report,
  routing: Routing,
  options: ComposeOptions,
): Promise<readonly Previewed[]> {
  const before = {
    ...now,
    run: { ...now.run, id: '0' },
    clusters: now.clusters.map((cluster) => ({ ...cluster, findings: [] })),
  };
  const shown = await previewRun({ before, now }, routing, options);
  return shown.filter(({ message }) => message.metadata?.event_payload['kind'] === 'critical');
}

/**
 * The messages of a run, as the service would send them after the run before it (a baseline without
 * one): by the same planning, into an outbox in memory and to nobody.
 */
export async function previewRun(
  runs: { readonly before?: Report | undefined; readonly now: Report },
  routing: Routing,
  options: ComposeOptions,
): Promise<readonly Previewed[]> {
  let shown: Previewed[] = [];
  let newest = runs.before ?? runs.now;
  let nowMs = Date.parse(newest.run.finishedAt) || 0;
  let sent = 0;
  const stamps = new Map<string, number>();
  const note = (each: Previewed, thread?: { readonly ts: string }): Promise<CallOutcome> => {
    const under = thread === undefined ? undefined : stamps.get(thread.ts);
    sent += 1;
    const ts = `${sent}.0`;
    stamps.set(ts, shown.length);
    shown.push({ ...each, ...(under !== undefined && { under }) });
    return Promise.resolve({ kind: 'sent', channel: each.channel, ts });
  };
  const sender: Sender = {
    post: (channel, message, thread) =>
      note({ channel, message, how: thread === undefined ? 'post' : 'reply' }, thread),
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
  stamps.clear();
  newest = runs.now;
  nowMs = Math.max(nowMs, Date.parse(newest.run.finishedAt) || 0);
  await notify(deps);
  return shown;
}
