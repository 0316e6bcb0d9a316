import { createSender, type Sender } from '../../../shared/notify/index.ts';
import { notify } from '../../../shared/notify/notify.ts';
import { memoryOutbox } from '../../../shared/notify/outbox/memory-store.ts';
import type { OutboxRow } from '../../../shared/notify/outbox/row.ts';
import type { OutboxStore } from '../../../shared/notify/outbox/store.ts';
import { routing } from '../../../shared/notify/routing/routing.ts';
import { buildReport } from '../../../shared/report/index.ts';
import type { ClusterReport, Report } from '../../../shared/report/report.ts';
import { fleet } from '../../../simulator/build.ts';
import type { FaultAction } from '../../../simulator/faults.ts';
import { createSimulator } from '../../../simulator/simulator.ts';
import { simulatedFetch } from '../../../simulator/transports.ts';
import { runAt, start } from '../simulated-notifier.ts';
import { channel, type Posted } from '../workspace.ts';
import { interleaving, Crash, type Host } from './interleaving.ts';
import { pick, seeded } from './random.ts';

const minuteMs = 60_000;

export interface ScheduleOptions {
  readonly seed: number;
  /** The fleet of each run, half an hour apart. */
  readonly runs: readonly (readonly ClusterReport[])[];
  /** Slack lets the app read its channel, so that fates can be looked up. */
  readonly reconcile: boolean;
  readonly storageFaults: boolean;
}

export interface Ended {
  readonly messages: readonly Posted[];
  readonly left: readonly OutboxRow[];
  readonly deaths: number;
  readonly faults: number;
}

/** What Slack may do to a call. `undefined` = its work. */
const slackFaults: readonly FaultAction[] = [
  { kind: 'status', status: 503 },
  { kind: 'status', status: 500, accepted: true },
  { kind: 'status', status: 502, accepted: true },
  { kind: 'status', status: 200, body: '<html>captive</html>' },
  { kind: 'status', status: 200, body: '<html>proxy</html>', accepted: true },
  { kind: 'status', status: 200, body: '{"ok":false,"error":"fatal_error"}', accepted: true },
  { kind: 'status', status: 200, body: '{"ok":false,"error":"internal_error"}' },
  { kind: 'status', status: 200, body: '{"ok":false,"error":"ratelimited"}' },
  { kind: 'reset' },
  { kind: 'reset', afterBytes: 5 },
  { kind: 'hang' },
  { kind: 'throttle', retryAfter: '3' },
  { kind: 'throttle', retryAfter: '0' },
  { kind: 'throttle', retryAfter: '90' },
  { kind: 'throttle', retryAfter: new Date(start + 2 * 3_600_000).toUTCString() },
  { kind: 'throttle', retryAfter: 'soon' },
  { kind: 'throttle' },
  { kind: 'status', status: 200, body: '{"ok":false,"error":"invalid_auth"}' },
];

/**
 * Two hosts, a tick every five minutes on each, runs half an hour apart, and whatever the seed does to
 * them: a death before or after any step, a fault of Slack or of storage at any call, the same tick
 * twice. In the last hour nothing fails.
 */
export async function playSchedule(options: ScheduleOptions): Promise<Ended> {
  const random = seeded(options.seed);
  const faultsUntil = start + options.runs.length * 30 * minuteMs;
  const endMs = faultsUntil + 150 * minuteMs;
  const [death, fault, storage] = [random() ** 2 * 0.03, random() * 0.8, random() * 0.02];
  let [deaths, faults] = [0, 0];
  const stage = interleaving({
    random,
    startMs: start,
    dies(_host, nowMs) {
      const dies = nowMs < faultsUntil && random() < death;
      if (dies) deaths += 1;
      return dies;
    },
  });
  const simulator = createSimulator({
    fleet: fleet({ subscriptions: [] }),
    nowMs: stage.nowMs,
    slack: {
      scopes: options.reconcile ? ['chat:write', 'channels:history'] : ['chat:write'],
    },
  });
  const store = memoryOutbox();
  const reports = new Map<string, Report>();
  const draw = (): FaultAction | undefined =>
    stage.nowMs() < faultsUntil && random() < fault ? pick(random, slackFaults) : undefined;

  function senderOf(host: Host): Sender {
    const inner = createSender({
      token: simulator.slackToken,
      fetch: simulatedFetch(simulator),
      timeoutMs: 20,
      nowMs: stage.nowMs,
    });
    const faulty = <T>(call: () => Promise<T>): Promise<T> =>
      host.step(async () => {
        const action = draw();
        if (action !== undefined) faults += 1;
        simulator.faults.set(action === undefined ? [] : [{ action }]);
        return await call();
      });
    return {
      identity: inner.identity,
      post: (...given) => faulty(() => inner.post(...given)),
      update: (...given) => faulty(() => inner.update(...given)),
      find: (...given) => faulty(() => inner.find(...given)),
    };
  }

  /** A call that fails before or after it has done its work, which the caller cannot tell. */
  function storeOf(host: Host): OutboxStore {
    const faulty = <T>(call: () => Promise<T>): Promise<T> =>
      host.step(async () => {
        const fails = options.storageFaults && stage.nowMs() < faultsUntil && random() < storage;
        if (fails && random() < 0.5) throw new Error('storage is busy');
        const result = await call();
        if (fails) throw new Error('the answer of storage was lost');
        return result;
      });
    return {
      work: () => faulty(store.work),
      list: (...given) => faulty(() => store.list(...given)),
      read: (...given) => faulty(() => store.read(...given)),
      insert: (...given) => faulty(() => store.insert(...given)),
      replace: (...given) => faulty(() => store.replace(...given)),
      remove: (...given) => faulty(() => store.remove(...given)),
    };
  }

  async function tick(host: Host): Promise<void> {
    try {
      await notify({
        store: storeOf(host),
        sender: senderOf(host),
        reports: {
          newestRun: () => host.step(async () => [...reports.keys()].at(-1)),
          read: (runId) => host.step(async () => reports.get(runId)),
        },
        routing: routing({ channel }),
        clock: { nowMs: stage.nowMs, sleep: host.sleep },
        options: { interactive: false, budgetMs: 4 * minuteMs },
      });
    } catch (error) {
      const expected =
        error instanceof Crash || (error instanceof Error && error.message.includes('storage'));
      if (!expected) throw error;
    }
  }

  // Runs are sealed by nobody who could fail.
  const clerk = stage.host('clerk');
  const seal = async (): Promise<void> => {
    for (const clusters of options.runs) {
      const report = buildReport({
        version: '0.1.0',
        run: runAt(stage.nowMs()),
        planned: clusters.length,
        clusters,
      });
      reports.set(report.run.id, report);
      await clerk.sleep(30 * minuteMs);
    }
  };
  const live = async (name: string, offsetMs: number): Promise<void> => {
    const timer = stage.host(`${name} timer`);
    await timer.sleep(offsetMs);
    for (let count = 0; stage.nowMs() < endMs; count += 1) {
      // A new process each time; sometimes the queue delivers the same tick twice.
      const ticks = [tick(stage.host(`${name} ${count}`))];
      if (random() < 0.1) ticks.push(tick(stage.host(`${name} ${count} again`)));
      await Promise.all([...ticks, timer.sleep(5 * minuteMs)]);
    }
  };
  const errors: unknown[] = [];
  const all = [seal(), live('a', 1000), live('b', random() * 5 * minuteMs)].map((each) =>
    each.catch((error: unknown) => void errors.push(error)),
  );
  await stage.run();
  await Promise.all(all);
  if (errors.length > 0) throw errors[0];
  return {
    messages: simulator.slack.messages(),
    left: (await store.work()).map(({ row }) => row),
    deaths,
    faults,
  };
}
