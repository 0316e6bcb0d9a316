import { setImmediate as nextTurn } from 'node:timers/promises';
import { pick } from './random.ts';

/** What a host meets when it dies: nothing of it runs any further. */
export class Crash extends Error {}

export interface Host {
  readonly name: string;
  readonly alive: () => boolean;
  readonly kill: () => void;
  /** Waits for its turn; dies here if the host is dead. */
  readonly park: () => Promise<void>;
  readonly sleep: (ms: number) => Promise<void>;
  /** Runs one outside call, with a place to die before it and one after it. */
  readonly step: <T>(call: () => Promise<T>) => Promise<T>;
}

export interface Interleaving {
  readonly nowMs: () => number;
  readonly host: (name: string) => Host;
  /** Runs until every host is done or dead: one step at a time, in an order that the seed gives. */
  readonly run: () => Promise<void>;
}

interface Parked {
  readonly host: string;
  readonly resume: () => void;
}

/**
 * Interleaves hosts over one virtual clock. Each outside call is a step; which host makes the next
 * one, and which dies before or after it, is drawn by `random`. Time passes when all sleep.
 */
export function interleaving(options: {
  readonly random: () => number;
  readonly startMs: number;
  /** Whether the host that is about to go on dies now. */
  readonly dies: (host: string, nowMs: number) => boolean;
}): Interleaving {
  let nowMs = options.startMs;
  let inCall = 0;
  let changes = 0;
  const parked: Parked[] = [];
  const sleeping: (Parked & { readonly atMs: number })[] = [];
  const hosts = new Map<string, Host>();

  function host(name: string): Host {
    let alive = true;
    const wait = (place: (parkedHere: Parked) => void): Promise<void> =>
      new Promise((resolve, reject) => {
        if (!alive) return reject(new Crash(name));
        changes += 1;
        place({
          host: name,
          resume: () => (alive ? resolve() : reject(new Crash(name))),
        });
      });
    const park = (): Promise<void> => wait((here) => void parked.push(here));
    const made: Host = {
      name,
      alive: () => alive,
      kill: () => {
        alive = false;
      },
      park,
      sleep: (ms) => wait((here) => void sleeping.push({ ...here, atMs: nowMs + Math.max(0, ms) })),
      async step(call) {
        await park();
        inCall += 1;
        try {
          return await call();
        } finally {
          inCall -= 1;
          changes += 1;
          await park();
        }
      },
    };
    hosts.set(name, made);
    return made;
  }

  /** Until nothing moves any more by itself. */
  async function quiet(): Promise<void> {
    for (let before = -1; ;) {
      if (inCall === 0 && before === changes) return;
      before = changes;
      await nextTurn();
    }
  }

  return {
    nowMs: () => nowMs,
    host,
    async run() {
      for (;;) {
        await quiet();
        const next = parked.length > 0 ? pick(options.random, parked) : undefined;
        if (next !== undefined) {
          parked.splice(parked.indexOf(next), 1);
          if (options.dies(next.host, nowMs)) hosts.get(next.host)?.kill();
          changes += 1;
          next.resume();
          continue;
        }
        const soonest = sleeping.toSorted((a, b) => a.atMs - b.atMs)[0];
        if (soonest === undefined) return;
        sleeping.splice(sleeping.indexOf(soonest), 1);
        nowMs = Math.max(nowMs, soonest.atMs);
        changes += 1;
        soonest.resume();
      }
    },
  };
}
