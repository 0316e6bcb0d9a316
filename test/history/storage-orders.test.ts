import fc from 'fast-check';
import { expect, test } from '@jest/globals';
import { storageOver, type Store } from '../../shared/history/index.ts';
import { useAzurite } from '../support/storage.ts';
import { clusterId, collect, plan, result, runId, shapes } from './builders.ts';
import { runsOf } from '../support/long.ts';

const azurite = useAzurite();

/** A store whose calls wait for their turn, in the order that a scheduler picks. */
function scheduled(store: Store, scheduler: fc.Scheduler): Store {
  const turn = () => scheduler.schedule(Promise.resolve(), 'turn');
  return {
    createBlob: scheduler.scheduleFunction(store.createBlob),
    readBlob: scheduler.scheduleFunction(store.readBlob),
    deleteBlob: scheduler.scheduleFunction(store.deleteBlob),
    createRow: scheduler.scheduleFunction(store.createRow),
    putRow: scheduler.scheduleFunction(store.putRow),
    replaceRow: scheduler.scheduleFunction(store.replaceRow),
    readRow: scheduler.scheduleFunction(store.readRow),
    deleteRow: scheduler.scheduleFunction(store.deleteRow),
    async *listBlobs(prefix) {
      await turn();
      yield* store.listBlobs(prefix);
    },
    async *listRows(partition, from, before) {
      await turn();
      yield* store.listRows(partition, from, before);
    },
  };
}

test('two planners, doubled results and three sealers, in any order of their steps: one run', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const store = await azurite.freshStore();
      const storage = storageOver(scheduled(store, scheduler), shapes);
      const kinds: string[] = [];
      const seal = async (taker: string): Promise<void> => {
        const sealed = await storage.sealRun(runId, {
          taker,
          now: '2026-11-23T06:10:00Z',
          work: async ({ results }) => ({
            report: { schemaVersion: '1.0', runId, clusters: await collect(results) },
            state: 'lives',
          }),
        });
        kinds.push(sealed.kind);
      };
      const worker = async (name: string, taker: string): Promise<void> => {
        await storage.createPlan(plan(['a', 'b']));
        await storage.putResult(runId, result(name));
        if (await storage.isComplete(runId, clusterId(name))) await seal(taker);
      };
      const all = Promise.all([worker('a', 'one'), worker('b', 'two'), worker('b', 'three')]);
      await scheduler.waitFor(all);
      expect(kinds.filter((kind) => kind === 'sealed')).toHaveLength(1);
      const still = storageOver(store, shapes);
      expect((await still.readReport(runId))?.clusters.map(({ name }) => name)).toEqual(['a', 'b']);
      expect(await still.sealedRuns(5)).toMatchObject([{ runId, hasState: true }]);
      expect(await still.openRuns()).toEqual([]);
      expect(await still.progress(runId)).toMatchObject({ planned: 2, done: 2, late: 0 });
    }),
    { numRuns: runsOf(30, 4) },
  );
}, 120_000);
