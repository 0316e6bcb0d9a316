import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '../../../shared/audit/fleet.ts';
import { logTo } from '../../../shared/audit/log.ts';
import { memoryStore } from '../../../shared/history/storage/memory-store.ts';
import { StorageError, type Store } from '../../../shared/history/index.ts';
import { runInline } from '../../../shared/service/engine/inline.ts';
import { startQueued, sweep } from '../../../shared/service/engine/queue-run.ts';
import { fleetNamed } from '../../../simulator/fleets/named.ts';
import { driveQueue, request, runDeps, slot } from './driver.ts';
import { once, simulatedFleet } from './simulated-fleet.ts';

const many = once(simulatedFleet(fleetNamed({ kind: 'many', subscriptions: 2, clusters: 20 })));
const start = (): { now: number } => ({ now: Date.parse(slot) });

const no = () => Promise.reject(new StorageError(503, 'storage: 503 ServerBusy'));

/** A store that says no: to whatever is asked, or to what would change it. */
function down(what: 'all' | 'writes'): Store {
  // oxlint-disable-next-line require-yield -- it fails before it has anything
  const none = async function* (): AsyncGenerator<never> {
    await no();
  };
  return {
    ...memoryStore(),
    ...(what === 'all' && { readBlob: no, readRow: no, listBlobs: none, listRows: none }),
    createBlob: no,
    createRow: no,
    putRow: no,
    replaceRow: no,
    deleteRow: no,
  };
}

describe('storage that is down when a run begins', () => {
  test.each([
    ['by queue', 'all', startQueued],
    ['by queue, for writes', 'writes', startQueued],
    ['in one process', 'all', runInline],
    ['in one process, for writes', 'writes', runInline],
  ] as const)(
    '%s: the timer fails and is tried again, nobody is asked and nobody hears of it',
    async (_, what, begin) => {
      let asked = 0;
      const fleet: Fleet = {
        ...many,
        subscriptions: (signal) => {
          asked += 1;
          return many.subscriptions(signal);
        },
      };
      const sent: string[] = [];
      const queue = {
        send(texts: readonly string[]) {
          sent.push(...texts);
          return Promise.resolve();
        },
      };
      const deps = { ...runDeps(down(what), fleet), queue };
      for (let tries = 0; tries < 3; tries++)
        await expect(begin(deps, request)).rejects.toThrow('503 ServerBusy');
      // What cannot even be read has nothing to sweep.
      await sweep(deps).catch(() => undefined);
      expect({ asked, sent, announced: deps.announced }).toEqual({
        asked: 0,
        sent: [],
        announced: [],
      });
    },
  );
});

describe('lines of the log', () => {
  const clusters = 400;
  const failing: Fleet = {
    ...many,
    async readSubscription(id) {
      const lists = await many.readSubscription(id);
      if (lists.clusters.kind === 'unread') return lists;
      const [sample] = lists.clusters.value;
      if (sample === undefined) return lists;
      const each = Array.from({ length: clusters / 2 }, (_, at) => ({
        ...sample,
        id: `${sample.id}-${at}` as typeof sample.id,
      }));
      return { ...lists, clusters: { ...lists.clusters, value: each } };
    },
    auditCluster: () => Promise.reject(new Error(`broken\n${'at somewhere\n'.repeat(50)}`)),
  };

  test(`${clusters} clusters that all fail: two a cluster and 500 more at most, none of them long`, async () => {
    const clock = start();
    const lines: string[] = [];
    const deps = {
      ...runDeps(memoryStore(), failing, clock),
      log: logTo((_, line) => void lines.push(line)),
    };
    await driveQueue(deps, clock);
    expect((await deps.storage.readReport(slot))?.clusters).toHaveLength(clusters);
    expect(lines.length).toBeGreaterThanOrEqual(clusters);
    expect(lines.length).toBeLessThanOrEqual(500 + 2 * clusters);
    expect(lines.filter((line) => line.length > 700 || line.includes('\n'))).toEqual([]);
  });

  test('700 subscriptions that cannot be read: ten lines, and how many more', async () => {
    const clock = start();
    const lines: string[] = [];
    const ids = Array.from({ length: 700 }, (_, at) => ({ id: `s${at}`, why: '403' }));
    const deps = {
      ...runDeps(memoryStore(), { ...many, subscriptions: () => Promise.resolve(ids) }, clock),
      log: logTo((_, line) => void lines.push(line)),
    };
    await driveQueue(deps, clock);
    expect(lines.filter((line) => line.includes('403'))).toHaveLength(10);
    expect(lines.length).toBeLessThan(20);
    const notes = (await deps.storage.readReport(slot))?.run.notes ?? [];
    expect(notes).toHaveLength(12);
    expect(notes.at(-1)).toBe('690 more subscriptions were not read');
  });
});
