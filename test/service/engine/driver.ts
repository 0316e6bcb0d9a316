import { isReport, type ClusterReport, type Report } from '../../../shared/report/index.ts';
import { isClusterReport } from '../../../shared/report/shapes.ts';
import {
  auditQueued,
  giveUpQueued,
  startQueued,
  sweep,
} from '../../../shared/service/engine/queue-run.ts';
import type { QueueDeps, RunDeps, RunStorage } from '../../../shared/service/engine/deps.ts';
import type { Fleet } from '../../../shared/audit/fleet.ts';
import type { RunRequest } from '../../../shared/service/engine/run-request.ts';
import { logTo } from '../../../shared/audit/log.ts';
import { storageOver, type Store } from '../../../shared/history/index.ts';

export const slot = '2026-11-23T06:00:00Z';
export const request: RunRequest = { runId: slot, trigger: 'timer', notify: true };

export function runStorage(store: Store): RunStorage {
  return storageOver<ClusterReport, Report>(store, {
    isCluster: isClusterReport,
    isReport,
  });
}

export interface Clock {
  now: number;
}

export function runDeps(
  store: Store,
  fleet: Fleet,
  clock: Clock = { now: Date.parse(slot) },
): RunDeps & { readonly announced: string[] } {
  const announced: string[] = [];
  return {
    storage: runStorage(store),
    fleet,
    now: () => new Date(clock.now),
    log: logTo(() => undefined),
    worker: 'worker',
    announce: (report) => {
      announced.push(report.run.id);
      return Promise.resolve();
    },
    announced,
  };
}

export interface Delivery {
  /** How often each message comes, by its number; 1 where nothing is said. */
  readonly copies?: (index: number) => number;
  /** Fire the timer first; else only the sweeper. */
  readonly timer?: boolean;
  /** Subscriptions that are listed by the timer itself. */
  readonly inOneStep?: number;
  readonly runId?: string;
}

/** More than any run of a test has, so that messages that come back for ever are a failure. */
const mostDelivered = 10_000;

/**
 * Plays the host around the queue steps: timer with retries, messages that come at least once, five
 * tries and then poison, and the sweeper every five minutes until nothing is open.
 */
export async function driveQueue(
  deps: RunDeps,
  clock: Clock,
  { copies = () => 1, timer = true, inOneStep, runId = slot }: Delivery = {},
): Promise<void> {
  const waiting: { text: string; tries: number }[] = [];
  let sent = 0;
  let delivered = 0;
  const queued: QueueDeps = {
    ...deps,
    ...(inOneStep !== undefined && { inOneStep }),
    queue: {
      send(texts) {
        for (const text of texts)
          for (let copy = copies(sent++); copy > 0; copy--) waiting.push({ text, tries: 0 });
        return Promise.resolve();
      },
    },
  };
  const messages = { ...queued, openQueue: () => Promise.resolve(queued.queue) };
  if (timer) await tried(() => startQueued(queued, { ...request, runId }), 3);
  for (let tick = 0; tick < 40; tick++) {
    for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) {
      if (++delivered > mostDelivered) throw new Error(`${delivered} messages: they have no end`);
      const message: unknown = JSON.parse(each.text);
      try {
        await auditQueued(messages, message);
      } catch {
        each.tries += 1;
        if (each.tries < 5) waiting.push(each);
        else await tried(() => giveUpQueued(messages, message), 5);
      }
    }
    clock.now += 5 * 60_000;
    await tried(() => sweep(queued), 1);
    const open = await deps.storage.openRuns();
    if (open.length === 0 && waiting.length === 0) return;
  }
}

async function tried(step: () => Promise<unknown>, times: number): Promise<void> {
  for (let attempt = 0; attempt < times; attempt++) {
    try {
      await step();
      return;
    } catch {
      // The host calls again.
    }
  }
}

const times = new Set([
  'startedAt',
  'finishedAt',
  'readAt',
  'lastSeen',
  'firstSeen',
  'observedAt',
  'at',
]);

/** A report less its times: what two runs of the same fleet have in common. */
export function timeless(report: Report | undefined): unknown {
  return JSON.parse(
    JSON.stringify(report ?? null, (key, value: unknown) => (times.has(key) ? '' : value)),
  );
}
