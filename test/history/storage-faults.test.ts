import fc from 'fast-check';
import { expect, test } from '@jest/globals';
import type { ClusterFindings } from '../../shared/findings/index.ts';
import { storageOver, type Storage, type Store } from '../../shared/history/index.ts';
import { memoryStore } from '../../shared/history/storage/memory-store.ts';
import { faultyStore, type FaultMode } from '../support/faulty-store.ts';
import { useAzurite } from '../support/storage.ts';
import { clusterId, collect, plan, result, shapes, type TestReport } from './builders.ts';
import { isLong, runsOf } from '../support/long.ts';

const azurite = useAzurite();
const names = ['a', 'b', 'c'];
const slots = ['2026-11-23T06:00:00Z', '2026-11-23T12:00:00Z'];
const minute = 60_000;

type TestStorage = Storage<ClusterFindings, TestReport>;

/** What is left of two runs when everything has come to rest. */
interface EndState {
  readonly reports: readonly unknown[];
  readonly sealed: readonly unknown[];
  readonly open: number;
  readonly announced: readonly string[];
}

/** Does what Functions would: the timer is retried, messages come again, the sweeper comes every ten minutes. */
async function drive(store: Store, deliveries: (name: string) => number): Promise<EndState> {
  const storage: TestStorage = storageOver(store, shapes);
  const announced = new Set<string>();
  let takers = 0;
  const seal = (runId: string, atMs: number): Promise<unknown> => {
    takers += 1;
    return storage.sealRun(runId, {
      taker: `taker-${takers}`,
      now: new Date(atMs).toISOString(),
      work: async ({ results, missing, previous }) => ({
        report: {
          schemaVersion: '1.0',
          runId: `${runId} after ${previous?.text ?? 'nothing'}, without ${missing.length}`,
          clusters: await collect(results),
        },
        state: `lives of ${runId}`,
      }),
      announce: ({ runId: text }) => {
        announced.add(text);
        return Promise.resolve();
      },
    });
  };
  for (const slot of slots) {
    const start = Date.parse(slot);
    const first = await often(() => storage.createPlan(plan(names, { runId: slot })));
    for (const { name } of first?.clusters ?? [])
      for (let n = 0; n < deliveries(name); n++)
        await often(async () => {
          await storage.putResult(slot, result(name));
          if (await storage.isComplete(slot, clusterId(name))) await seal(slot, start + minute);
        });
    for (let tick = 1; tick <= 3; tick++)
      await often(async () => {
        for (const { runId } of await storage.openRuns())
          await seal(runId, start + (tick + 1) * 10 * minute);
      }, 1);
  }
  return {
    reports: await Promise.all(slots.map((slot) => storage.readReport(slot))),
    sealed: (await storage.sealedRuns(9)).map(({ runId, hasState }) => [runId, hasState]),
    open: (await storage.openRuns()).length,
    announced: [...announced],
  };
}

/** A function that throws is called again, as Functions would; at last it is given up. */
async function often<T>(call: () => Promise<T>, tries = 5): Promise<T | undefined> {
  for (let tried = 0; tried < tries; tried++)
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'StorageError') throw error;
    }
  return undefined;
}

const once = (): number => 1;

const stores = [
  { name: 'memory', fresh: () => Promise.resolve(memoryStore()), every: 1, runs: [200, 25] },
  { name: 'Azurite', fresh: azurite.freshStore, every: isLong ? 1 : 6, runs: [25, 3] },
] as const;

test.each(stores)(
  'in $name, a fault at a single write of two runs, before it or after it: the same end',
  async ({ fresh, every }) => {
    const clean = faultyStore(await fresh());
    const expected = await drive(clean.store, once);
    expect(expected).toMatchObject({
      open: 0,
      sealed: [
        [slots[1], true],
        [slots[0], true],
      ],
    });
    expect(clean.writes.length).toBeGreaterThan(25);
    for (const mode of ['before', 'after'] as const)
      for (const [at, write] of clean.writes.entries()) {
        if ((at + (mode === 'after' ? every >> 1 : 0)) % every !== 0) continue;
        const faulty = faultyStore(await fresh(), new Map([[at, mode]]));
        expect({ at, write, ...(await drive(faulty.store, once)) }).toEqual({
          at,
          write,
          ...expected,
        });
      }
  },
  240_000,
);

test.each(stores)(
  'in $name, several faults and messages that come up to three times: the same end',
  async ({ fresh, runs: [long, short] }) => {
    const expected = await drive(await fresh(), once);
    const fault = fc.tuple(fc.nat(60), fc.constantFrom<FaultMode>('before', 'after'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fault, { maxLength: 3 }),
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 }),
        async (faults, times) => {
          const faulty = faultyStore(await fresh(), new Map(faults));
          const end = await drive(faulty.store, (name) => times[names.indexOf(name)] ?? 1);
          expect(end).toEqual(expected);
        },
      ),
      { numRuns: runsOf(long, short) },
    );
  },
  240_000,
);
