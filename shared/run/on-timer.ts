import { runInline } from './engine/inline.ts';
import { startQueued, sweep } from './engine/queue-run.ts';
import type { Log } from './log.ts';
import { auditQueue, wire } from './run-deps.ts';
import { slotAtOrBefore } from './schedule.ts';
import { openService } from './service.ts';
import { theWorld } from './world.ts';

export interface TimerTick {
  readonly isPastDue: boolean;
  readonly log: Log;
}

/**
 * The timer: a run of the whole fleet, named after its slot of the schedule. Two timers, a late one
 * and one that is repeated mean the same run; one that is still going is waited for by skipping.
 */
export async function onTimer({ isPastDue, log }: TimerTick): Promise<void> {
  const service = await openService();
  const now = theWorld().now();
  const slot = slotAtOrBefore(service.settings.schedule, now);
  const runId = slot.toISOString().replace('.000Z', 'Z');
  const { deps } = wire(service, log.with({ run: runId }));
  const going = (await service.storage.openRuns()).find(
    (run) => run.runId !== runId && run.runId < runId && run.deadline > now.toISOString(),
  );
  if (going !== undefined) {
    log.warn('slot skipped', { run: runId, why: `run ${going.runId} is still going` });
    return;
  }
  const request = {
    runId,
    trigger: 'timer',
    notify: true,
    ...(isPastDue && { notes: ['the timer was late: earlier slots may have been missed'] }),
  } as const;
  if (service.settings.engine === 'inline') await runInline(deps, request, theWorld().onProgress);
  else await startQueued({ ...deps, queue: await auditQueue(service) }, request);
}

/** Every five minutes: closes what a crash or a deadline left, and sends what Slack has not taken yet. */
export async function onSweep({ log }: { readonly log: Log }): Promise<void> {
  const service = await openService();
  const { deps, notifier } = wire(service, log);
  await sweep({ ...deps, queue: await auditQueue(service) });
  await notifier.drain();
}
