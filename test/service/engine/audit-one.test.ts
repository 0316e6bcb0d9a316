import { expect, jest, test } from '@jest/globals';
import { auditOne } from '../../../shared/service/engine/audit-one.ts';
import { planRun } from '../../../shared/service/engine/plan-run.ts';
import { fleetNamed } from '../../../simulator/fleets/named.ts';
import { memoryStore } from '../../../shared/history/storage/memory-store.ts';
import { request, runDeps } from './driver.ts';
import { simulatedFleet } from './simulated-fleet.ts';

const fleet = simulatedFleet(fleetNamed({ kind: 'many', subscriptions: 1, clusters: 6 }));

test('clusters that begin together read the lists of their subscription once', async () => {
  const deps = runDeps(memoryStore(), fleet);
  const { storage } = deps;
  const plan = await planRun(deps, { ...request, runId: '2026-11-24T06:00:00Z' });
  let reads = 0;
  const counting = {
    ...deps,
    storage: {
      ...storage,
      readData(runId: string, name: string) {
        if (name.startsWith('subscription-')) reads += 1;
        return storage.readData(runId, name);
      },
    },
  };
  const stored = await Promise.all(plan.clusters.map(({ id }) => auditOne(counting, plan, id)));
  expect(stored).toEqual(plan.clusters.map(() => 'stored'));
  expect(reads).toBe(1);
});

test('lists that storage did not give are asked for again by the next cluster', async () => {
  const deps = runDeps(memoryStore(), fleet);
  const { storage } = deps;
  const plan = await planRun(deps, { ...request, runId: '2026-11-25T06:00:00Z' });
  let fails = true;
  const failing = {
    ...deps,
    storage: {
      ...storage,
      readData: (runId: string, name: string) =>
        fails && name.startsWith('subscription-')
          ? Promise.reject(new Error('storage is down'))
          : storage.readData(runId, name),
    },
  };
  const [first] = plan.clusters;
  const id = first?.id ?? '';
  await expect(auditOne(failing, plan, id)).rejects.toThrow('storage is down');
  fails = false;
  expect(await auditOne(failing, plan, id)).toBe('stored');
  expect((await storage.readResult(plan.runId, id))?.result).toBe('complete');
});

test('an audit has two minutes, and four where Azure is asked about every rule', async () => {
  const deps = runDeps(memoryStore(), {
    ...fleet,
    auditCluster: (_cluster, _data, { signal }) =>
      signal?.aborted === true
        ? Promise.reject(new Error('its time is over'))
        : new Promise(() => undefined),
  });
  const asked: number[] = [];
  const timeout = jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    asked.push(ms);
    return AbortSignal.abort();
  });
  try {
    const plan = await planRun(deps, { ...request, runId: '2026-11-27T06:00:00Z' });
    const [first, second] = plan.clusters.map(({ id }) => id);
    asked.length = 0;
    await auditOne(deps, plan, first ?? '');
    await auditOne(deps, { ...plan, verify: true }, second ?? '');
    expect(asked).toEqual([120_000, 240_000]);
    expect(await deps.storage.readResult(plan.runId, first ?? '')).toMatchObject({
      result: 'failed',
    });
  } finally {
    timeout.mockRestore();
  }
}, 10_000);

test('a result that was written and not counted, since its worker was killed, is counted by the next delivery', async () => {
  const store = memoryStore();
  let killed = false;
  const deps = runDeps(
    {
      ...store,
      putRow(...row) {
        if (!killed) return store.putRow(...row);
        killed = false;
        return Promise.reject(new Error('killed'));
      },
    },
    fleet,
  );
  const plan = await planRun(deps, { ...request, runId: '2026-11-26T06:00:00Z' });
  const [first, ...others] = plan.clusters.map(({ id }) => id);
  for (const id of others) await auditOne(deps, plan, id);
  killed = true;
  await expect(auditOne(deps, plan, first ?? '')).rejects.toThrow('killed');
  expect(await deps.storage.progress(plan.runId)).toMatchObject({ done: others.length });
  expect(await auditOne(deps, plan, first ?? '')).toBe('known');
  expect(await deps.storage.isComplete(plan.runId, first ?? '')).toBe(true);
});

test.each([
  { trigger: 'timer', leftovers: { kubernetes: ['a3'] } },
  { trigger: 'http', leftovers: undefined },
  { trigger: 'cli', leftovers: undefined },
] as const)(
  'a run by $trigger tells its audit what was left over before only if another follows',
  async ({ trigger, leftovers }) => {
    const told: unknown[] = [];
    const deps = runDeps(memoryStore(), {
      ...fleet,
      auditCluster(cluster, data, given) {
        told.push(given.before?.leftovers);
        return fleet.auditCluster(cluster, data, given);
      },
    });
    const plan = await planRun(deps, { ...request, runId: '2026-11-27T06:00:00Z', trigger });
    const id = plan.clusters[0]?.id ?? '';
    const known = { verified: [], idle: {}, disagrees: {}, leftovers: { kubernetes: ['a3'] } };
    await deps.storage.putObserved(id, known);
    expect(await auditOne(deps, plan, id)).toBe('stored');
    expect(told).toEqual([leftovers]);
  },
);
