import { describe, expect, test } from '@jest/globals';
import {
  openStore,
  storageOver,
  type SealInputs,
  type Storage,
} from '../../shared/history/index.ts';
import type { ClusterFindings } from '../../shared/findings/index.ts';
import { clusterKey, resultPartition } from '../../shared/history/storage/keys.ts';
import { memoryStore } from '../../shared/history/storage/memory-store.ts';
import { runsOf } from '../support/long.ts';
import { useAzurite } from '../support/storage.ts';
import { clusterId, collect, plan, result, runId, shapes, type TestReport } from './builders.ts';

const azurite = useAzurite();
type TestStorage = Storage<ClusterFindings, TestReport>;

async function fresh(): Promise<TestStorage> {
  return storageOver(await azurite.freshStore(), shapes);
}

async function seal(
  storage: TestStorage,
  id = runId,
  changes: { taker?: string; now?: string } = {},
) {
  return storage.sealRun(id, {
    taker: 'one',
    now: '2026-11-23T06:10:00Z',
    ...changes,
    work: async (inputs) => ({ report: await reportOf(inputs), state: `lives after ${id}` }),
  });
}

async function reportOf({
  plan: { runId: id },
  results,
}: SealInputs<ClusterFindings>): Promise<TestReport> {
  return { schemaVersion: '1.0', runId: id, clusters: await collect(results) };
}

describe('a run', () => {
  test('goes from plan to sealed report', async () => {
    const storage = await fresh();
    await storage.createPlan(plan(['a', 'b']));
    expect(await storage.openRuns()).toHaveLength(1);
    expect(await storage.putResult(runId, result('a'))).toBe('stored');
    expect(await storage.isComplete(runId, clusterId('a'))).toBe(false);
    expect(await storage.putResult(runId, result('b', { result: 'denied' }))).toBe('stored');
    expect(await storage.isComplete(runId, clusterId('b'))).toBe(true);
    expect(await storage.progress(runId)).toEqual({
      planned: 2,
      done: 2,
      byResult: { complete: 1, denied: 1 },
      late: 0,
      sealing: false,
    });
    expect(await storage.readReport(runId)).toBeUndefined();
    const sealed = await seal(storage);
    expect(sealed).toMatchObject({
      kind: 'sealed',
      report: { clusters: [{ name: 'a' }, { name: 'b' }] },
    });
    expect(await storage.readReport(runId)).toEqual(sealed.kind === 'sealed' && sealed.report);
    expect(await storage.sealedRuns(5)).toMatchObject([{ runId, hasState: true }]);
    expect(await storage.openRuns()).toEqual([]);
  });

  test('has the first plan that was made of it', async () => {
    const storage = await fresh();
    const first = await storage.createPlan(plan(['a']));
    expect(await storage.createPlan(plan(['a', 'b', 'c']))).toEqual(first);
    expect(await storage.progress(runId)).toMatchObject({ planned: 1 });
  });

  test('planned by five timers at once has one plan', async () => {
    const storage = await fresh();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const plans = await Promise.all(names.map((name) => storage.createPlan(plan([name]))));
    expect(new Set(plans.map((each) => each.clusters[0]?.name)).size).toBe(1);
    expect(await storage.openRuns()).toHaveLength(1);
  });

  test('keeps the first result of a cluster, and counts what it keeps', async () => {
    const storage = await fresh();
    await storage.createPlan(plan(['a']));
    await storage.putResult(runId, result('a', { result: 'partial', reason: 'throttled' }));
    expect(await storage.putResult(runId, result('a'))).toBe('dropped');
    expect(
      await storage.putResult(runId, result('a', { result: 'partial', reason: 'throttled' })),
    ).toBe('stored');
    expect(await storage.progress(runId)).toMatchObject({ done: 1, byResult: { partial: 1 } });
    expect(await storage.readResult(runId, clusterId('A').toUpperCase())).toMatchObject({
      result: 'partial',
    });
  });

  test('of many clusters is complete when the last of them is', async () => {
    const storage = await fresh();
    // More than 64, so that they are counted in parts.
    const names = Array.from({ length: runsOf(620, 100) }, (_, at) => `aks-${at}`);
    await storage.createPlan(plan(names));
    const [last = '', ...others] = names;
    const answers: boolean[] = [];
    const queue = [...others];
    const worker = async (): Promise<void> => {
      for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
        await storage.putResult(runId, result(name));
        answers.push(await storage.isComplete(runId, clusterId(name)));
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    expect(answers).not.toContain(true);
    await storage.putResult(runId, result(last));
    expect(await storage.isComplete(runId, clusterId(last))).toBe(true);
  }, 60_000);

  test.each([60, 1_000, 1_100])(
    'of %s clusters reads a few rows for each result, whatever their number',
    async (count) => {
      let rows = 0;
      const store = memoryStore();
      const storage = storageOver(
        {
          ...store,
          async *listRows(partition, from, before) {
            for await (const row of store.listRows(partition, from, before)) {
              rows += 1;
              yield row;
            }
          },
        },
        shapes,
      );
      const names = Array.from({ length: count }, (_, at) => `aks-${at}`);
      await storage.createPlan(plan(names));
      const complete: string[] = [];
      for (const name of names) {
        await store.putRow(resultPartition(runId), clusterKey(clusterId(name)), {
          result: 'complete',
        });
        if (await storage.isComplete(runId, clusterId(name))) complete.push(name);
      }
      expect(complete).toEqual(names.slice(-1));
      expect(rows / count).toBeLessThan(36);
    },
  );

  test('sealed at its deadline says who is missing', async () => {
    const storage = await fresh();
    await storage.createPlan(plan(['a', 'b']));
    await storage.putResult(runId, result('b'));
    let missing: readonly string[] = [];
    await storage.sealRun(runId, {
      taker: 'sweeper',
      now: '2026-11-23T07:05:00Z',
      async work(inputs) {
        missing = inputs.missing.map((cluster) => cluster.name);
        return { report: await reportOf(inputs) };
      },
    });
    expect(missing).toEqual(['a']);
    expect(await storage.sealedRuns(1)).toMatchObject([{ hasState: false }]);
  });

  test('drops and counts what comes after the seal', async () => {
    const storage = await fresh();
    await storage.createPlan(plan(['a', 'b']));
    await storage.putResult(runId, result('a'));
    await seal(storage);
    expect(await storage.putResult(runId, result('b'))).toBe('late');
    expect(await storage.putResult(runId, result('b'))).toBe('late');
    expect(await storage.putResult(runId, result('a'))).toBe('stored');
    expect(await storage.progress(runId)).toMatchObject({ done: 1, late: 1, sealing: true });
    expect((await storage.readReport(runId))?.clusters).toHaveLength(1);
  });

  test('planned again after its seal is closed again by the sweeper, and stays as it was', async () => {
    const storage = await fresh();
    await storage.createPlan(plan(['a']));
    await storage.putResult(runId, result('a'));
    await seal(storage);
    await storage.createPlan(plan(['a', 'b']));
    expect(await storage.openRuns()).toHaveLength(1);
    expect(await seal(storage, runId, { taker: 'sweeper' })).toEqual({ kind: 'done' });
    expect(await storage.openRuns()).toEqual([]);
    expect((await storage.readReport(runId))?.clusters).toHaveLength(1);
  });

  test('without a plan cannot be sealed, and is found by the sweeper', async () => {
    const storage = await fresh();
    expect(await seal(storage)).toEqual({ kind: 'unplanned' });
    expect(await storage.progress(runId)).toBeUndefined();
  });
});

describe('sealing', () => {
  test('is done by one of many', async () => {
    const storage = await fresh();
    await storage.createPlan(plan(['a']));
    await storage.putResult(runId, result('a'));
    const sealers = Array.from({ length: 8 }, (_, at) =>
      seal(storage, runId, { taker: `worker-${at}` }),
    );
    const kinds = (await Promise.all(sealers)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'sealed')).toHaveLength(1);
    expect(await seal(storage, runId, { taker: 'again' })).toEqual({ kind: 'done' });
  });

  test('is taken over from one that fell silent, with the results that it had fixed', async () => {
    const storage = await fresh();
    await storage.createPlan(plan(['a', 'b']));
    await storage.putResult(runId, result('a'));
    const crash = storage.sealRun(runId, {
      taker: 'first',
      now: '2026-11-23T06:10:00Z',
      work: () => Promise.reject(new Error('killed')),
    });
    await expect(crash).rejects.toThrow('killed');
    expect(await seal(storage, runId, { taker: 'second', now: '2026-11-23T06:14:59Z' })).toEqual({
      kind: 'taken',
    });
    const taken = await seal(storage, runId, { taker: 'second', now: '2026-11-23T06:15:00Z' });
    expect(taken).toMatchObject({ kind: 'sealed', report: { clusters: [{ name: 'a' }] } });
  });

  test('goes on at once where the same taker comes again after a crash', async () => {
    const storage = await fresh();
    await storage.createPlan(plan(['a']));
    await storage.putResult(runId, result('a'));
    const crash = storage.sealRun(runId, {
      taker: 'one',
      now: '2026-11-23T06:10:00Z',
      work: () => Promise.reject(new Error('killed')),
    });
    await expect(crash).rejects.toThrow('killed');
    expect(await seal(storage, runId, { now: '2026-11-23T06:10:01Z' })).toMatchObject({
      kind: 'sealed',
    });
  });

  test('hands on the lives of findings from run to run', async () => {
    const storage = await fresh();
    const seen: unknown[] = [];
    for (const id of ['2026-11-23T06:00:00Z', '2026-11-23T12:00:00Z', '2026-11-23T18:00:00Z']) {
      await storage.createPlan(plan(['a'], { runId: id }));
      await storage.sealRun(id, {
        taker: 'one',
        now: id,
        async work(inputs) {
          seen.push(inputs.previous);
          // The second run does not write any: a newer build had written what it could not read.
          const state = id.includes('T12') ? {} : { state: `lives after ${id}` };
          return { report: await reportOf(inputs), ...state };
        },
      });
    }
    const first = { runId: '2026-11-23T06:00:00Z', text: 'lives after 2026-11-23T06:00:00Z' };
    expect(seen).toEqual([undefined, first, first]);
    expect((await storage.sealedRuns(5)).map((run) => run.runId.slice(11, 13))).toEqual([
      '18',
      '12',
      '06',
    ]);
  });

  test('of a run that a newer one overtook changes nothing but its own report', async () => {
    const storage = await fresh();
    const [early, late] = ['2026-11-23T06:00:00Z', '2026-11-23T12:00:00Z'];
    await storage.createPlan(plan(['a'], { runId: early }));
    await storage.createPlan(plan(['a'], { runId: late }));
    await seal(storage, late);
    const overtaken: unknown[] = [];
    await storage.sealRun(early, {
      taker: 'one',
      now: '2026-11-23T12:30:00Z',
      async work(inputs) {
        overtaken.push(inputs.closing.overtaken, inputs.previous);
        return { report: await reportOf(inputs), state: 'of the past' };
      },
    });
    expect(overtaken).toEqual([true, undefined]);
    expect(await storage.sealedRuns(2)).toMatchObject([
      { runId: late, hasState: true },
      { runId: early, hasState: false },
    ]);
  });

  test('of a host whose clock was days ahead overtakes no run, and none is compared with it', async () => {
    const storage = await fresh();
    const [before, ahead, after] = [
      '2026-11-23T06:00:00Z',
      '2026-11-27T06:00:00Z',
      '2026-11-23T12:00:00Z',
    ];
    const compared: unknown[] = [];
    for (const id of [before, ahead, after]) {
      await storage.createPlan(plan(['a'], { runId: id }));
      await storage.sealRun(id, {
        taker: 'one',
        now: id,
        async work(inputs) {
          compared.push([inputs.closing.overtaken, inputs.previous?.runId]);
          return { report: await reportOf(inputs), state: `lives after ${id}` };
        },
      });
    }
    expect(compared).toEqual([
      [false, undefined],
      [false, before],
      [false, before],
    ]);
  });

  test('of two runs that started at the same moment overtakes neither', async () => {
    const storage = await fresh();
    await storage.createPlan(plan(['a']));
    await storage.createPlan(plan(['a'], { runId: 'od-all', startedAt: runId }));
    await seal(storage);
    const compared: unknown[] = [];
    await storage.sealRun('od-all', {
      taker: 'one',
      now: '2026-11-23T06:20:00Z',
      async work(inputs) {
        compared.push(inputs.closing.overtaken, inputs.previous?.runId);
        return { report: await reportOf(inputs), state: 'of the second' };
      },
    });
    expect(compared).toEqual([false, runId]);
    expect(await storage.sealedRuns(5)).toMatchObject([{ hasState: true }, { hasState: true }]);
  });

  test('of an audit of a part is not a run of the fleet', async () => {
    const storage = await fresh();
    await storage.createPlan(plan(['a'], { runId: 'od-1', fleet: false, startedAt: runId }));
    await seal(storage, 'od-1');
    expect(await storage.sealedRuns(5)).toEqual([]);
    expect(await storage.readReport('od-1')).toBeDefined();
  });
});

describe('names out of Azure', () => {
  test.each(['../../runs/x', '%2f..%2f', 'a\\b#c?d', '\u{1F600}', 'x'.repeat(1024), '__proto__'])(
    '%j is no part of a path',
    async (name) => {
      const store = await azurite.freshStore();
      const storage = storageOver<ClusterFindings, TestReport>(store, shapes);
      await storage.createPlan(plan([name]));
      await storage.putResult(runId, result(name));
      await storage.putAccess(clusterId(name), {
        server: 'https://x',
        certificateAuthority: 'pem',
      });
      expect(await storage.readResult(runId, clusterId(name))).toMatchObject({ name });
      expect(await storage.readAccess(clusterId(name))).toEqual({
        server: 'https://x',
        certificateAuthority: 'pem',
      });
      expect(await collect(store.listBlobs(''))).toEqual([
        `runs/${runId}/plan`,
        expect.stringMatching(/^runs\/[^/]+\/results\/[0-9a-f]{64}$/u),
      ]);
    },
  );

  test.each(['../x', '', 'a/b', 'x'.repeat(65), '%2e', 'a b', '.hidden'])(
    '%j is no id of a run',
    async (id) => {
      const storage = await fresh();
      expect(await storage.readReport(id)).toBeUndefined();
      expect(await storage.readPlan(id)).toBeUndefined();
      expect(await storage.progress(id)).toBeUndefined();
      await expect(storage.putResult(id, result('a'))).rejects.toThrow('not the id of a run');
    },
  );
});

describe('what else is kept', () => {
  test('data that clusters of a run share: the first writer’s stays', async () => {
    const storage = await fresh();
    await storage.putData(runId, 'network-s1', 'first');
    await storage.putData(runId, 'network-s1', 'second');
    expect(await storage.readData(runId, 'network-s1')).toBe('first');
    expect(await storage.readData(runId, 'network-s2')).toBeUndefined();
    await expect(storage.putData(runId, '../x', '')).rejects.toThrow('not the name');
  });

  test('what was observed of a cluster, for its next audit', async () => {
    const storage = await fresh();
    const observed = {
      verified: ['shop/web'],
      idle: { 'shop/api': '2026-11-23T06:00:00Z' },
      disagrees: {},
      leftovers: { kubernetes: ['a3-TCP-443'] },
      bad: { 'shop/web': ['80/TCP/IPv4'] },
      compared: ['f1'],
    };
    expect(await storage.readObserved('id')).toBeUndefined();
    await storage.putObserved('ID', observed);
    expect(await storage.readObserved('id')).toEqual(observed);
    await storage.putObserved('large', { ...observed, verified: ['x'.repeat(40_000)] });
    expect(await storage.readObserved('large')).toBeUndefined();
    const { compared: _compared, ...judging } = observed;
    await storage.putObserved('more', { ...observed, compared: ['x'.repeat(40_000)] });
    expect(await storage.readObserved('more')).toEqual(judging);
    const { bad: _bad, ...rest } = judging;
    await storage.putObserved('many', { ...observed, bad: { 'shop/web': ['x'.repeat(40_000)] } });
    expect(await storage.readObserved('many')).toEqual(rest);
  });

  test('where a cluster’s API server is', async () => {
    const storage = await fresh();
    await storage.putAccess('ID', { server: 's', certificateAuthority: 'c' });
    expect(await storage.readAccess('id')).toEqual({ server: 's', certificateAuthority: 'c' });
    await storage.putAccess('large', { server: 's', certificateAuthority: 'c'.repeat(40_000) });
    expect(await storage.readAccess('large')).toBeUndefined();
  });

  test('the last good text of a policy', async () => {
    const storage = await fresh();
    expect(await storage.lastPolicyText()).toBeUndefined();
    for (const text of ['first', 'second', 'first']) await storage.putPolicyText(text);
    expect(await storage.lastPolicyText()).toBe('first');
  });

  test('lines that hold every kind of line end', async () => {
    const storage = await fresh();
    const reason = 'a\nb\r\nc\u{2028}d\u{2029}e\u{85}f';
    await storage.createPlan(plan(['a', 'b']));
    await storage.putResult(runId, result('a', { reason }));
    await storage.putResult(runId, result('b', { reason }));
    await seal(storage);
    expect((await storage.readReport(runId))?.clusters.map((each) => each.reason)).toEqual([
      reason,
      reason,
    ]);
  });

  test('old runs are pruned, except the newest with a readable history', async () => {
    const store = await azurite.freshStore();
    const storage = storageOver<ClusterFindings, TestReport>(store, shapes);
    const ids = Array.from({ length: 63 }, (_, at) =>
      new Date(Date.UTC(2026, 0, 1, at)).toISOString(),
    );
    for (const [at, id] of ids.entries()) {
      await storage.createPlan(plan(['a'], { runId: id }));
      await storage.putResult(id, result('a'));
      await storage.sealRun(id, {
        taker: 'one',
        now: id,
        work: async (inputs) => ({
          report: await reportOf(inputs),
          ...(at === 1 && { state: 'lives' }),
        }),
      });
    }
    await storage.createPlan(plan(['a'], { runId: 'od-1', fleet: false, startedAt: runId }));
    await seal(storage, 'od-1', { now: '2026-01-03T00:00:00Z' });
    await storage.prune('2026-01-09T23:00:00Z');
    expect((await storage.sealedRuns(100)).map(({ runId: id }) => id)).toEqual(
      [...ids.slice(3), ids[1]].toReversed().toSorted((a = '', b = '') => (a < b ? 1 : -1)),
    );
    expect(await storage.readReport(ids[0] ?? '')).toBeUndefined();
    expect(await storage.readReport(ids[1] ?? '')).toBeDefined();
    expect(await storage.readReport('od-1')).toBeDefined();
    const results = (await collect(store.listBlobs('runs/'))).filter((name) =>
      name.includes('/results/'),
    );
    expect(results).toHaveLength(2);
    await storage.prune('2026-01-10T00:00:01Z');
    expect(await storage.readReport('od-1')).toBeUndefined();
  }, 60_000);
});

describe('storage that cannot be used', () => {
  test('a host without https is refused before anything is sent', async () => {
    const connectionString =
      'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;BlobEndpoint=http://storage.example/a;TableEndpoint=http://storage.example/a;';
    await expect(openStore({ connectionString })).rejects.toThrow('without https');
  });

  test('a wrong key is one line without the key', async () => {
    const connectionString = azurite
      .connectionString()
      .replace(/AccountKey=[^;]+/u, 'AccountKey=c2VjcmV0');
    await expect(openStore({ connectionString })).rejects.toThrow(
      /^storage, container evenkeel: 403 \w+$/u,
    );
  });
});

const asked = (id: number): string => `20261123T060000Z-${id}`;

describe('places for runs that people ask for', () => {
  const until = '2026-11-23T08:00:00Z';
  const take = (storage: TestStorage, id: number, now = '2026-11-23T06:00:00Z') =>
    storage.takeSlot({ runId: asked(id), now, until });

  test('ten at a time; the same run has one, and one that is over leaves it', async () => {
    const storage = await fresh();
    const ten = Array.from({ length: 10 }, (_, at) => at);
    expect(await Promise.all(ten.map((id) => take(storage, id)))).not.toContain(false);
    expect(await take(storage, 3)).toBe(true);
    expect(await take(storage, 10)).toBe(false);
    await storage.closeRun(asked(3));
    expect(await take(storage, 10)).toBe(true);
    expect(await take(storage, 11)).toBe(false);
  });

  test('one whose run was lost is free after the time that a run may take', async () => {
    const storage = await fresh();
    for (let id = 0; id < 10; id++) await take(storage, id);
    expect(await take(storage, 10, '2026-11-23T07:59:59Z')).toBe(false);
    expect(await take(storage, 10, '2026-11-23T08:00:01Z')).toBe(true);
  });

  test('the very same clusters belong to the run that claimed them first, until it is over', async () => {
    const storage = await fresh();
    const open = (id: number) =>
      storage.openRun({ runId: asked(id), startedAt: '2026-11-23T06:00:00Z', deadline: until });
    await open(1);
    expect(await storage.claimClusters(asked(1), 'clusters')).toBe(asked(1));
    expect(await storage.claimClusters(asked(2), 'clusters')).toBe(asked(1));
    expect(await storage.claimClusters(asked(2), 'others')).toBe(asked(2));
    await storage.closeRun(asked(1));
    await open(2);
    expect(await storage.claimClusters(asked(2), 'clusters')).toBe(asked(2));
    expect(await storage.claimClusters(asked(3), 'clusters')).toBe(asked(2));
  });

  test('what a run claimed that is no longer open, and did not leave it, is free', async () => {
    const storage = await fresh();
    expect(await storage.claimClusters(asked(1), 'clusters')).toBe(asked(1));
    expect(await storage.claimClusters(asked(2), 'clusters')).toBe(asked(2));
  });
});
