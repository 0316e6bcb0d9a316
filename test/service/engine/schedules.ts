import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Fleet } from '../../../shared/audit/fleet.ts';
import { logTo } from '../../../shared/audit/log.ts';
import { StorageError, type Store } from '../../../shared/history/index.ts';
import { memoryStore } from '../../../shared/history/storage/memory-store.ts';
import { createSender, notify, routing, tableOutbox } from '../../../shared/notify/index.ts';
import type { Report } from '../../../shared/report/index.ts';
import {
  auditQueued,
  giveUpQueued,
  startQueued,
  sweep,
} from '../../../shared/service/engine/queue-run.ts';
import type { QueueDeps } from '../../../shared/service/engine/deps.ts';
import { fleet } from '../../../simulator/build.ts';
import { createSimulator } from '../../../simulator/simulator.ts';
import { simulatedFetch } from '../../../simulator/transports.ts';
import { Crash } from '../../notify/faults/interleaving.ts';
import { pick, seeded } from '../../notify/faults/random.ts';
import { channel, type Posted } from '../../notify/workspace.ts';
import { runStorage } from './driver.ts';

const minuteMs = 60_000;
const startMs = Date.parse('2026-11-23T06:00:00Z');
const betweenRunsMs = 60 * minuteMs;

export interface Ended {
  /** Of every slot, in order. */
  readonly reports: readonly (Report | undefined)[];
  readonly messages: readonly Posted[];
  readonly open: number;
  readonly deaths: number;
  readonly silences: number;
}

/** Makes one outside call of a process. */
type Process = <T>(call: () => Promise<T>) => Promise<T>;

interface Message {
  readonly text: string;
  tries: number;
  visibleAtMs: number;
}

/**
 * Two hosts whose clocks are wrong by up to ten minutes, each of which takes messages, sweeps every
 * five minutes, and fires the timer of every slot. The seed says who dies at which step, which message
 * comes twice, late or in another order, and when storage says nothing for half a minute.
 * @param fleets What is audited at each slot, an hour apart.
 * @param seed `undefined` = nothing goes wrong.
 */
export async function playRuns(fleets: readonly Fleet[], seed: number | undefined): Promise<Ended> {
  const random = seeded(seed ?? 1);
  const calm = seed === undefined;
  const faultsUntil = startMs + fleets.length * betweenRunsMs - 30 * minuteMs;
  const endMs = faultsUntil + 3 * 60 * minuteMs;
  const death = calm ? 0 : random() ** 2 * 0.02;
  const silentFrom = fleets.map((_, at) => startMs + at * betweenRunsMs + random() * minuteMs);
  let [deaths, silences] = [0, 0];
  let now = startMs;
  const inner = memoryStore();
  const queue: Message[] = [];
  const slack = createSimulator({ fleet: fleet({ subscriptions: [] }), nowMs: () => now });
  const slotAt = (index: number): string =>
    `${new Date(startMs + index * betweenRunsMs).toISOString().slice(0, 19)}Z`;
  const fleetNow = (): Fleet => {
    const index = Math.floor((now - startMs) / betweenRunsMs);
    const found = fleets[Math.min(index, fleets.length - 1)];
    if (found === undefined) throw new Error('there is no fleet');
    return found;
  };
  const isSilent = (nowMs: number): boolean =>
    !calm && silentFrom.some((from) => nowMs >= from && nowMs < from + 30_000);

  /** A process: it dies before or after a call, and no call of it does anything from then on. */
  function processOf(): Process {
    let alive = true;
    return async (act) => {
      // Turns are drawn, so that two processes meet in every order.
      for (let turns = Math.floor(random() * 3); turns > 0; turns--) await nextTurn();
      const dies = now < faultsUntil && random() < death;
      const late = random() < 0.5;
      if (dies) deaths += 1;
      if (!alive || (dies && !late)) alive = false;
      if (!alive) throw new Crash('a process died');
      const answer = await act();
      if (dies) alive = false;
      if (!alive) throw new Crash('a process died');
      return answer;
    };
  }

  function storeOf(step: Process): Store {
    const call =
      <Args extends readonly unknown[], T>(act: (...args: Args) => Promise<T>) =>
      async (...args: Args): Promise<T> => {
        if (!isSilent(now)) return await step(() => act(...args));
        silences += 1;
        // A write may have arrived all the same.
        if (random() < 0.3) await step(() => act(...args));
        now += 10_000;
        throw new StorageError(0, 'storage: no answer within 10 s');
      };
    const listed = async function* <T>(all: AsyncIterable<T>): AsyncGenerator<T> {
      yield* await call(async () => {
        const found: T[] = [];
        for await (const each of all) found.push(each);
        return found;
      })();
    };
    return {
      createBlob: call(inner.createBlob),
      readBlob: call(inner.readBlob),
      listBlobs: (prefix) => listed(inner.listBlobs(prefix)),
      deleteBlob: call(inner.deleteBlob),
      createRow: call(inner.createRow),
      putRow: call(inner.putRow),
      replaceRow: call(inner.replaceRow),
      readRow: call(inner.readRow),
      listRows: (...given) => listed(inner.listRows(...given)),
      deleteRow: call(inner.deleteRow),
    };
  }

  function depsOf(
    name: string,
    skewMs: number,
  ): QueueDeps & { readonly drain: () => Promise<void> } {
    const step = processOf();
    const store = storeOf(step);
    const storage = runStorage(store);
    const nowMs = (): number => now + skewMs;
    const drain = async (): Promise<void> => {
      const [last] = await storage.sealedRuns(1);
      if (last === undefined) return;
      const sender = createSender({
        token: slack.slackToken,
        fetch: simulatedFetch(slack),
        timeoutMs: 50,
        nowMs: () => now,
      });
      await notify({
        store: tableOutbox(store),
        sender,
        reports: {
          newestRun: async () => (await storage.sealedRuns(1))[0]?.runId,
          read: storage.readReport,
        },
        routing: routing({ channel }),
        clock: {
          nowMs,
          sleep(ms) {
            now += ms;
            return nextTurn();
          },
        },
        options: { interactive: false },
      });
    };
    return {
      storage,
      fleet: fleetNow(),
      now: () => new Date(nowMs()),
      log: logTo(() => undefined),
      worker: name,
      // Every other seed lists each subscription by a message of its own.
      inOneStep: seed === undefined || seed % 2 === 0 ? 20 : 0,
      // As the app does it: what cannot be told now is told by the next sweep.
      announce: () => drain().catch(rethrowCrash),
      drain,
      queue: {
        send(texts, delaySeconds = () => 0) {
          return step(async () => {
            for (const [index, text] of texts.entries())
              for (let copies = !calm && random() < 0.2 ? 2 : 1; copies > 0; copies--) {
                const late = !calm && random() < 0.1 ? random() * 3 * minuteMs : 0;
                const visibleAtMs = now + 1000 * delaySeconds(index) + late;
                queue.push({ text, tries: 0, visibleAtMs });
              }
          });
        },
      },
    };
  }

  /** One invocation in a process of its own; what fails is called again by who called it. */
  let processes = 0;
  async function invoked(
    name: string,
    skewMs: number,
    step: (deps: ReturnType<typeof depsOf>) => Promise<unknown>,
  ): Promise<boolean> {
    try {
      await step(depsOf(`${name} ${(processes += 1)}`, skewMs));
      return true;
    } catch (error) {
      if (error instanceof Crash || error instanceof StorageError) return false;
      throw error;
    }
  }

  async function deliver(name: string, skewMs: number): Promise<void> {
    const due = queue.filter(({ visibleAtMs }) => visibleAtMs <= now);
    const message = due.length === 0 ? undefined : pick(random, due);
    if (message === undefined) return;
    message.visibleAtMs = now + 5 * minuteMs;
    message.tries += 1;
    const body: unknown = JSON.parse(message.text);
    const poison = message.tries > 5;
    const done = await invoked(name, skewMs, (deps) =>
      (poison ? giveUpQueued : auditQueued)(
        { ...deps, openQueue: () => Promise.resolve(deps.queue) },
        body,
      ),
    );
    if (done) queue.splice(queue.indexOf(message), 1);
    else message.visibleAtMs = now + 30_000;
  }

  const hosts = ['a', 'b'].map((name) => ({
    name,
    skewMs: calm ? 0 : (random() * 2 - 1) * 10 * minuteMs,
    nextSweepMs: startMs + random() * 5 * minuteMs,
    timers: new Map<number, { tries: number; atMs: number }>(),
  }));
  type Machine = (typeof hosts)[number];

  /** The host calls a timer that failed up to three times. */
  async function fire(index: number, { name, skewMs, timers }: Machine): Promise<void> {
    const fired = timers.get(index) ?? { tries: 0, atMs: 0 };
    if (fired.tries >= 3 || now < fired.atMs) return;
    const request = { runId: slotAt(index), trigger: 'timer', notify: true } as const;
    const done = await invoked(name, skewMs, (deps) => startQueued(deps, request));
    timers.set(index, { tries: done ? 3 : fired.tries + 1, atMs: now + 30_000 });
  }

  async function sweepOn(host: Machine): Promise<void> {
    if (now < host.nextSweepMs) return;
    host.nextSweepMs = now + 5 * minuteMs;
    await invoked(host.name, host.skewMs, async (deps) => {
      await sweep(deps);
      await deps.drain();
    });
  }

  while (now < endMs) {
    const index = Math.floor((now - startMs) / betweenRunsMs);
    await Promise.all(
      hosts.flatMap((host) => [
        index < fleets.length ? fire(index, host) : Promise.resolve(),
        deliver(host.name, host.skewMs),
        deliver(host.name, host.skewMs),
        sweepOn(host),
      ]),
    );
    now += queue.length > 0 ? 2000 : minuteMs;
  }
  const storage = runStorage(inner);
  const reports: (Report | undefined)[] = [];
  for (const [index] of fleets.entries()) reports.push(await storage.readReport(slotAt(index)));
  return {
    reports,
    messages: slack.slack.messages(),
    open: (await storage.openRuns()).length,
    deaths,
    silences,
  };
}

function rethrowCrash(error: unknown): void {
  if (error instanceof Crash) throw error;
}
