import { runInline } from './engine/inline.ts';
import type { RunRequest } from './engine/run-request.ts';
import { startQueued, sweep } from './engine/queue-run.ts';
import type { Log } from '../audit/log.ts';
import { serviceHealth } from './http/health.ts';
import { auditQueue, wire, type Wired } from './run-deps.ts';
import { isSlot, slotAtOrBefore, slotsBetween } from './schedule.ts';
import type { Service } from './service.ts';
import type { App } from './app.ts';

export interface TimerTick {
  readonly isPastDue: boolean;
  readonly log: Log;
}

/** A timer may fire a moment before its slot; without this the slot before would be repeated instead. */
const earlyMs = 2_000;

/** A host whose clock is ahead by no more fires early by that of storage; further ahead its clock is wrong. */
const mostAheadMs = 10 * 60_000;

/**
 * The timer: a run of the whole fleet, named after its slot of the schedule. Two timers, a late one
 * and one that is repeated mean the same run; one that is still going is waited for by skipping.
 */
export async function onTimer(app: App, tick: TimerTick): Promise<void> {
  const service = await app.service();
  const slot = await slotRun(service, tick, app.context.now());
  if ('skipped' in slot) return;
  const { deps, request } = slot;
  if (service.settings.engine === 'inline') await runInline(deps, request, app.context.onProgress);
  else await startQueued({ ...deps, queue: await auditQueue(service) }, request);
}

/**
 * The run of the newest slot, to be made; or why this slot has none.
 * @param host What the clock says that fired the timer; the service's own is that of storage.
 */
export async function slotRun(
  service: Service,
  { isPastDue, log }: TimerTick,
  host: Date,
): Promise<(Wired & { readonly request: RunRequest }) | { readonly skipped: string }> {
  const now = service.context.now();
  const aheadMs = Math.min(Math.max(host.getTime() - now.getTime(), earlyMs), mostAheadMs);
  const slot = slotAtOrBefore(service.settings.schedule, new Date(now.getTime() + aheadMs));
  const runId = slot.toISOString().replace('.000Z', 'Z');
  const wired = wire(service, log.with({ run: runId }));
  const going = (await service.storage.openRuns()).find(
    (run) => isSlot(run.runId) && run.runId < runId && run.deadline > now.toISOString(),
  );
  if (going !== undefined) {
    // The next run that is made says how many slots had none.
    const skipped = `run ${going.runId} is still in progress`;
    log.warn('slot skipped', { run: runId, why: skipped });
    return { skipped };
  }
  const notes = await notesOn(service, slot, isPastDue);
  return { ...wired, request: { runId, trigger: 'timer', notify: true, notes } };
}

/** What a reader of the run should know of the slots before it. */
async function notesOn(
  { settings, storage }: Service,
  slot: Date,
  isPastDue: boolean,
): Promise<readonly string[]> {
  const [last] = await storage.sealedRuns(1);
  const before = last === undefined ? Number.NaN : Date.parse(last.runId);
  const missed = Number.isNaN(before) ? 0 : slotsBetween(settings.schedule, new Date(before), slot);
  if (missed > 0 && last !== undefined)
    return [
      `${missed === 100 ? '100 or more' : missed} ${missed === 1 ? 'slot' : 'slots'} after ${last.runId} had no run: the app was down, or the previous run took too long`,
    ];
  return isPastDue ? ['the timer was late: earlier slots may have been missed'] : [];
}

/** Every five minutes: closes what a crash or a deadline left, and sends what Slack has not taken yet. */
export async function onSweep(app: App, { log }: { readonly log: Log }): Promise<void> {
  const service = await app.service();
  const { deps, notifier } = wire(service, log);
  await sweep({ ...deps, queue: await auditQueue(service) });
  await notifier.drain();
  warnOfClock(app.context.now(), service.context.now(), log);
  await logState(service, log);
}

function warnOfClock(host: Date, storage: Date, log: Log): void {
  const minutes = Math.round((host.getTime() - storage.getTime()) / 60_000);
  if (minutes === 0) return;
  const side = minutes > 0 ? 'ahead of' : 'behind';
  const why = `the clock of this host is ${Math.abs(minutes)} min ${side} that of storage, which is used`;
  log.warn('clock differs', { why });
}

/**
 * The line that alerts look at (`infra/alerts.bicep`): that the app is up, what health says of it, and
 * how many slots of the schedule have passed without a sealed run.
 */
async function logState(service: Service, log: Log): Promise<void> {
  const { schedule } = service.settings;
  const now = service.context.now();
  const { degraded, lastRun } = await serviceHealth(service, now);
  const count =
    lastRun === undefined
      ? 0
      : slotsBetween(schedule, new Date(lastRun.id), slotAtOrBefore(schedule, now));
  log.info('swept', { code: degraded.join(' ') || 'ok', count });
}
