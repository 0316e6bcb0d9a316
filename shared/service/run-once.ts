import type { Report } from '../report/index.ts';
import type { Log } from '../audit/log.ts';
import { runInline, untilNotThrottled, type InlineProgress } from './engine/inline.ts';
import { failureOf } from './engine/plan-run.ts';
import { auditQueued, sweep, type MessageDeps } from './engine/queue-run.ts';
import { slotRun } from './on-timer.ts';
import type { App } from './app.ts';

export type OnceRun =
  /** Sealed; `failure` says why it has come to nothing, where it has. */
  | { readonly kind: 'sealed'; readonly report: Report; readonly failure?: string }
  | { readonly kind: 'skipped'; readonly why: string };

/**
 * One whole run of the service in this process, for a container or a scheduled job: what the timer,
 * the queue and the sweeper do in the function app, with the same settings and the same storage.
 * The run is that of the schedule's newest slot, so that a job that is tried again goes on with it.
 */
export async function runOnce(
  app: App,
  log: Log,
  onProgress: (progress: InlineProgress) => void,
): Promise<OnceRun> {
  const service = await app.service();
  const slot = await slotRun(service, { isPastDue: false, log }, app.context.now());
  if ('skipped' in slot) return { kind: 'skipped', why: slot.skipped };
  const { deps, notifier, request } = slot;
  // What an earlier job left half done is finished first; nobody else listens to a queue here.
  const queue = {
    depth: () => Promise.resolve(0),
    async send(messages: readonly string[]) {
      for (const message of messages)
        await untilNotThrottled(() => auditQueued(inPlace, JSON.parse(message)));
    },
  };
  const openQueue = () => Promise.resolve(queue);
  const inPlace: MessageDeps = { ...deps, openQueue, inPlace: true };
  await sweep({ ...deps, queue, inOneStep: Infinity });
  const report = await runInline(deps, request, onProgress);
  await notifier.drain();
  if (report === undefined)
    return { kind: 'skipped', why: 'another process is completing this run' };
  const plan = await deps.storage.readPlan(request.runId);
  const failure = plan && failureOf(plan);
  return { kind: 'sealed', report, ...(failure !== undefined && { failure }) };
}
