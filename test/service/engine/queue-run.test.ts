import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '../../../shared/audit/fleet.ts';
import { ThrottledError } from '../../../shared/collect/live/index.ts';
import type { Report } from '../../../shared/report/index.ts';
import { finishInline, runInline } from '../../../shared/service/engine/inline.ts';
import { encodeRows } from '../../../shared/service/codec.ts';
import {
  auditQueued,
  giveUpQueued,
  startQueued,
  sweep,
} from '../../../shared/service/engine/queue-run.ts';
import { dataNameOf } from '../../../shared/service/engine/list-subscription.ts';
import { auditOne } from '../../../shared/service/engine/audit-one.ts';
import { seal } from '../../../shared/service/engine/seal.ts';
import { planRun } from '../../../shared/service/engine/plan-run.ts';
import { cluster, deployment, fleet, service, subscription } from '../../../simulator/build.ts';
import { clusterKey, resultPartition } from '../../../shared/history/storage/keys.ts';
import { notObserved } from '../../../shared/collect/index.ts';
import { unread } from '../../../shared/model/index.ts';
import { faultyStore, type FaultMode } from '../../support/faulty-store.ts';
import { memoryStore } from '../../../shared/history/storage/memory-store.ts';
import { driveQueue, request, runDeps, runStorage, slot, timeless } from './driver.ts';
import { sampled } from '../../support/long.ts';
import { once, simulatedFleet } from './simulated-fleet.ts';

const small = simulatedFleet(
  fleet({
    subscriptions: [
      subscription('00000000-0000-0000-0000-0000000000a1', 'One', [
        cluster('a', {
          services: [service('shop/web')],
          workloads: [deployment('shop/web', ['user-0', 'user-0', 'user-1'], { spread: false })],
        }),
        cluster('b'),
      ]),
      subscription('00000000-0000-0000-0000-0000000000a2', 'Two', [
        cluster('c'),
        cluster('d', { access: { reachable: 'no' } }),
      ]),
    ],
  }),
);

const noQueue = () => Promise.reject(new Error('nothing is sent'));
const start = (): { now: number } => ({ now: Date.parse(slot) });

async function faultFree(): Promise<Report> {
  const deps = runDeps(memoryStore(), small);
  const report = await runInline(deps, request);
  if (report === undefined) throw new Error('no report');
  return report;
}

describe('a run by queue', () => {
  test('is the run in one process, and tells of it once', async () => {
    const clock = start();
    const deps = runDeps(memoryStore(), small, clock);
    await driveQueue(deps, clock);
    const report = await deps.storage.readReport(slot);
    expect(timeless(report)).toEqual(timeless(await faultFree()));
    expect(report?.clusters.map(({ name, result }) => `${name} ${result}`)).toEqual([
      'a complete',
      'b complete',
      'c complete',
      'd unreachable',
    ]);
    expect(deps.announced).toEqual([slot]);
  });

  test('reads its plan once in a process, however many messages come', async () => {
    const clock = start();
    const inner = memoryStore();
    let reads = 0;
    const store = {
      ...inner,
      readBlob(name: string, maxBytes: number) {
        if (name.endsWith('/plan')) reads += 1;
        return inner.readBlob(name, maxBytes);
      },
    };
    const deps = runDeps(store, small, clock);
    const plan = await planRun(deps, request);
    reads = 0;
    for (const { id } of plan.clusters.slice(1))
      await auditQueued({ ...deps, openQueue: noQueue }, { runId: plan.runId, clusterId: id });
    expect(reads).toBe(1);
  });

  test('is sealed by one call in a process, however many are made at once', async () => {
    const inner = memoryStore();
    let reads = 0;
    const store = {
      ...inner,
      readBlob(name: string, maxBytes: number) {
        if (name.includes('/results/')) reads += 1;
        return inner.readBlob(name, maxBytes);
      },
    };
    const deps = runDeps(store, small);
    const plan = await planRun(deps, request);
    for (const { id } of plan.clusters) await auditOne(deps, plan, id);
    reads = 0;
    const sealed = await Promise.all(Array.from({ length: 12 }, () => seal(deps, plan.runId)));
    expect(sealed.filter((report) => report !== undefined)).toHaveLength(1);
    expect(reads).toBe(plan.clusters.length);
    expect(deps.announced).toEqual([slot]);
  });

  test('a cluster that is throttled ten times is audited all the same, and no try is used', async () => {
    const clock = start();
    let refused = 0;
    const throttled: Fleet = {
      ...small,
      auditCluster(each, ...rest) {
        if (each.name !== 'a' || refused >= 10) return small.auditCluster(each, ...rest);
        refused += 1;
        return Promise.reject(new ThrottledError('listClusterUserCredential: 429', 30_000));
      },
    };
    const deps = runDeps(memoryStore(), throttled, clock);
    await driveQueue(deps, clock);
    expect(refused).toBe(10);
    expect(timeless(await deps.storage.readReport(slot))).toEqual(timeless(await faultFree()));
  });

  test('a throttled cluster comes back after what the service asks for, and a little more', async () => {
    const throttled: Fleet = {
      ...small,
      auditCluster: () =>
        Promise.reject(new ThrottledError('listClusterUserCredential: 429', 30_000)),
    };
    const delays: number[] = [];
    const queue = {
      send(_texts: readonly string[], delaySeconds: (index: number) => number = () => 0) {
        delays.push(delaySeconds(0));
        return Promise.resolve();
      },
    };
    const deps = { ...runDeps(memoryStore(), throttled), openQueue: () => Promise.resolve(queue) };
    const { clusters } = await planRun(deps, request);
    for (const { id } of clusters) await auditQueued(deps, { runId: slot, clusterId: id });
    expect(delays.length).toBeGreaterThan(1);
    expect(delays.filter((delay) => !(delay >= 30 && delay < 60))).toEqual([]);
    // Those that were throttled together do not come back together.
    expect(new Set(delays).size).toBeGreaterThan(1);
  });

  test('only clusters whose kubeconfig has to be asked for wait for the pace of AKS', async () => {
    const seventy = simulatedFleet(
      fleet({
        subscriptions: [
          subscription(
            '00000000-0000-0000-0000-0000000000b1',
            'Seventy',
            Array.from({ length: 70 }, (_, at) => cluster(`p${at}`)),
          ),
        ],
      }),
    );
    const delays: number[] = [];
    const queue = {
      send(texts: readonly string[], delaySeconds: (index: number) => number = () => 0) {
        delays.push(...texts.map((_, at) => delaySeconds(at)));
        return Promise.resolve();
      },
    };
    const deps = { ...runDeps(memoryStore(), seventy), queue };
    const plan = await startQueued(deps, request);
    expect(delays.filter((delay) => delay > 0)).toHaveLength(20);
    const access = { server: 'https://a', certificateAuthority: 'b' };
    for (const { id } of plan?.clusters ?? []) await deps.storage.putAccess(id, access);
    delays.length = 0;
    await startQueued(deps, { ...request, runId: '2026-11-23T12:00:00Z' });
    expect(delays).toEqual(Array.from({ length: 70 }, () => 0));
  });

  test('each run goes by its own policy, however many a process works on', async () => {
    // One, as a process has it.
    const storage = runStorage(memoryStore());
    const seen = new Map<string, unknown>();
    const watched: Fleet = {
      ...small,
      auditCluster: (each, data, options) => {
        seen.set(options.takenAt, options.policy.scan);
        return small.auditCluster(each, data, options);
      },
    };
    const texts: string[] = [];
    const runs = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, at) => ({
      text: `version: 1\nscan:\n  exclude:\n    - cluster: not-${name}\n`,
      runId: `2026-11-2${at}T06:00:00Z`,
    }));
    const messages: (() => Promise<void>)[] = [];
    for (const { text, runId } of runs) {
      const deps = {
        ...runDeps(memoryStore(), watched, { now: Date.parse(runId) }),
        storage,
        policySource: {
          name: 'policy.yaml',
          read: () => {
            texts.push(text);
            return Promise.resolve(text);
          },
        },
      };
      const plan = await planRun(deps, { ...request, runId });
      const message = { runId, clusterId: plan.clusters[0]?.id };
      messages.push(() => auditQueued({ ...deps, openQueue: noQueue }, message));
    }
    for (const step of messages) await step();
    expect(texts).toHaveLength(runs.length);
    expect([...seen.values()].map((scan) => JSON.stringify(scan))).toEqual(
      runs.map(({ text }) => expect.stringContaining(text.trim().split(' ').at(-1) ?? '')),
    );
  });

  test('each run goes by its own lists', async () => {
    // One, as a process has it.
    const storage = runStorage(memoryStore());
    const times: string[] = [];
    for (const runId of [slot, '2026-11-23T12:00:00Z']) {
      const dated: Fleet = {
        ...small,
        readSubscription: async (id) => ({
          ...(await small.readSubscription(id)),
          observations: { ...notObserved, resourceChanges: unread(`of ${runId}`) },
        }),
        auditCluster: (each, data, options) => {
          const { resourceChanges } = data.observations;
          times.push(resourceChanges.kind === 'unread' ? resourceChanges.why : 'read');
          return small.auditCluster(each, data, options);
        },
      };
      const deps = { ...runDeps(memoryStore(), dated, { now: Date.parse(runId) }), storage };
      const plan = await planRun(deps, { ...request, runId });
      await auditOne(deps, plan, plan.clusters[0]?.id ?? '');
    }
    expect(times).toEqual([`of ${slot}`, 'of 2026-11-23T12:00:00Z']);
  });

  test('the last message seals it: one that was counted late, and one that is given up', async () => {
    const deps = { ...runDeps(memoryStore(), small), openQueue: noQueue };
    const store = memoryStore();
    const counted = { ...deps, storage: runStorage(store) };
    const plan = await planRun(counted, request);
    const [first, ...others] = plan.clusters.map(({ id }) => ({ runId: slot, clusterId: id }));
    await auditQueued(counted, first);
    // Its worker was killed before it was counted.
    await store.deleteRow(resultPartition(slot), clusterKey(first?.clusterId ?? ''));
    for (const message of others.slice(1)) await auditQueued(counted, message);
    await giveUpQueued(counted, others[0]);
    expect(await counted.storage.readReport(slot)).toBeUndefined();
    await auditQueued(counted, first);
    expect((await counted.storage.readReport(slot))?.clusters).toHaveLength(4);
    const other = await planRun(deps, request);
    for (const { id } of other.clusters.slice(1))
      await auditQueued(deps, { runId: slot, clusterId: id });
    await giveUpQueued(deps, { runId: slot, clusterId: other.clusters[0]?.id });
    expect((await deps.storage.readReport(slot))?.clusters[0]?.reason).toContain('poison');
  });

  test('in one process a cluster that stays throttled costs itself, not the run', async () => {
    let tries = 0;
    const throttled: Fleet = {
      ...small,
      auditCluster: (each, ...rest) => {
        if (each.name !== 'a') return small.auditCluster(each, ...rest);
        tries += 1;
        return Promise.reject(new ThrottledError('listClusterUserCredential: 429', 1));
      },
    };
    const report = await runInline(runDeps(memoryStore(), throttled), request);
    expect(report?.clusters.map(({ name, result }) => `${name} ${result}`)).toEqual([
      'a failed',
      'b complete',
      'c complete',
      'd unreachable',
    ]);
    expect(report?.clusters[0]?.reason).toMatch(/^throttled: [^\n]*429/u);
    expect(tries).toBe(3);
  });

  test('doubled messages and two planners change nothing', async () => {
    const clock = start();
    const store = memoryStore();
    const deps = runDeps(store, small, clock);
    await planRun(runDeps(store, small, clock), request);
    await driveQueue(deps, clock, { copies: (index) => 1 + (index % 3) });
    expect(timeless(await deps.storage.readReport(slot))).toEqual(timeless(await faultFree()));
    expect((await deps.storage.sealedRuns(10)).map(({ runId }) => runId)).toEqual([slot]);
  });

  test('a cluster whose audit always breaks storage is given up, and the run seals without it', async () => {
    const clock = start();
    const inner = memoryStore();
    const deps = runDeps(inner, small, clock);
    const poisoned = {
      ...deps,
      storage: {
        ...deps.storage,
        readResult: (runId: string, id: string) =>
          id.endsWith('/b')
            ? Promise.reject(new Error('this one is cursed'))
            : deps.storage.readResult(runId, id),
      },
    };
    await driveQueue(poisoned, clock);
    const report = await deps.storage.readReport(slot);
    expect(report?.clusters.find(({ name }) => name === 'b')).toMatchObject({
      result: 'failed',
      reason: expect.stringContaining('poison'),
    });
    expect(report?.summary.clusters).toMatchObject({ planned: 4, complete: 2, failed: 2 });
  });

  test('messages that are lost: the sweeper closes the run at its deadline, and names who is missing', async () => {
    const clock = start();
    const deps = runDeps(memoryStore(), small, clock);
    await driveQueue(deps, clock, { copies: (index) => (index === 0 ? 0 : 1) });
    const report = await deps.storage.readReport(slot);
    expect(report?.clusters.find(({ name }) => name === 'a')).toMatchObject({
      result: 'failed',
      reason: expect.stringContaining('before the run was closed'),
    });
  });

  test('an inline run that is killed goes on where it was', async () => {
    const store = memoryStore();
    const deps = runDeps(store, small);
    const plan = await planRun(deps, request);
    const report = await finishInline({ ...deps, storage: runStorage(store) }, plan);
    expect(timeless(report)).toEqual(timeless(await faultFree()));
    expect(await runInline(deps, request)).toEqual(report);
  });
});

describe('a run always ends', () => {
  test('a result that is spoilt: the run seals, and says so of its cluster', async () => {
    const clock = start();
    const store = memoryStore();
    const deps = runDeps(store, small, clock);
    const plan = await planRun(deps, request);
    const [first] = plan.clusters;
    const key = `runs/${slot}/results/${clusterKey(first?.id ?? '')}`;
    await store.createBlob(key, gzipSync('{"id":"half'));
    await driveQueue(deps, clock);
    const report = await deps.storage.readReport(slot);
    expect(report?.clusters.map(({ name, result }) => `${name} ${result}`)).toEqual([
      'a failed',
      'b complete',
      'c complete',
      'd unreachable',
    ]);
    expect(report?.clusters[0]?.reason).toContain('cannot be read');
    expect(await deps.storage.openRuns()).toEqual([]);
  });

  test('a result too large to be read back costs its own cluster', async () => {
    const clock = start();
    const hostile: Fleet = {
      ...small,
      auditCluster: async (each, ...rest) => {
        const report = await small.auditCluster(each, ...rest);
        return each.name === 'a' ? { ...report, reason: 'x'.repeat(50 * 1024 * 1024) } : report;
      },
    };
    const deps = runDeps(memoryStore(), hostile, clock);
    await driveQueue(deps, clock);
    const report = await deps.storage.readReport(slot);
    expect(report?.clusters.map(({ name, result }) => `${name} ${result}`)).toEqual([
      'a failed',
      'b complete',
      'c complete',
      'd unreachable',
    ]);
    expect(report?.clusters[0]?.reason).toMatch(/^too-large: [^\n]{1,100}$/u);
  });

  test('a planner that is killed while it reads the lists: the sweeper plans the slot', async () => {
    const clock = start();
    const deps = runDeps(memoryStore(), small, clock);
    const killed = { ...small, readSubscription: () => Promise.reject(new Error('killed')) };
    await expect(planRun({ ...deps, fleet: killed }, request)).rejects.toThrow('killed');
    await driveQueue(deps, clock, { timer: false });
    expect(timeless(await deps.storage.readReport(slot))).toEqual(timeless(await faultFree()));
    expect(deps.announced).toEqual([slot]);
  });

  test.each([
    { what: 'a plan without messages', planned: true },
    { what: 'no plan', planned: false },
  ])('$what: the planner is at it for ten minutes, then it is lost', async ({ planned }) => {
    const clock = start();
    let sent = 0;
    const queue = {
      send(texts: readonly string[]) {
        sent += texts.length;
        return Promise.resolve();
      },
    };
    const deps = { ...runDeps(memoryStore(), small, clock), queue };
    if (planned) await planRun(deps, request);
    else
      await deps.storage.openRun({
        runId: slot,
        startedAt: slot,
        deadline: '2026-11-23T08:00:00Z',
      });
    clock.now += 599_999;
    await sweep(deps);
    expect(sent).toBe(0);
    clock.now += 1;
    await sweep(deps);
    expect(sent).toBe(4);
    await sweep(deps);
    expect(sent).toBe(4);
  });

  test('one that somebody asked for is forgotten, and asked for again', async () => {
    const clock = start();
    const store = memoryStore();
    const deps = runDeps(store, small, clock);
    const runId = '20261123T060000Z-0123456789abcdef';
    await store.createRow('open', runId, {
      startedAt: slot,
      deadline: '2026-11-23T08:00:00Z',
    });
    await driveQueue(deps, clock, { timer: false });
    expect(await deps.storage.openRuns()).toEqual([]);
    expect(clock.now - Date.parse(slot)).toBeLessThan(3_600_000);
    expect(await deps.storage.readPlan(runId)).toBeUndefined();
  });

  test('a plan that is spoilt is given up after a day, and holds nobody up', async () => {
    const clock = start();
    const store = memoryStore();
    const deps = runDeps(store, small, clock);
    await store.createRow('open', slot, { startedAt: slot, deadline: '2026-11-23T08:00:00Z' });
    await store.createBlob(`runs/${slot}/plan`, gzipSync('[]'));
    await driveQueue(deps, clock, { timer: false });
    expect(await deps.storage.openRuns()).toHaveLength(1);
    clock.now += 24 * 3_600_000;
    await driveQueue(deps, clock, { timer: false });
    expect(await deps.storage.openRuns()).toEqual([]);
  });

  test.each([
    ['9.0.0', 'failed'],
    ['0.9.0', 'failed'],
    ['0.1.99', 'complete'],
  ])('planned by version %s: its clusters are %s', async (engineVersion, result) => {
    const clock = start();
    const deps = runDeps(memoryStore(), small, clock);
    const plan = await planRun({ ...deps, storage: runStorage(memoryStore()) }, request);
    await deps.storage.createPlan({ ...plan, engineVersion });
    for (const { id } of plan.subscriptions)
      await deps.storage.putData(
        slot,
        dataNameOf(id),
        encodeRows(await small.readSubscription(id)),
      );
    await driveQueue(deps, clock);
    const report = await deps.storage.readReport(slot);
    expect(report?.clusters.find(({ name }) => name === 'b')?.result).toBe(result);
    expect(report?.clusters).toHaveLength(4);
  });
});

/** Read once: these runs are about storage. */
const known = once(small);

/** Writes that fail, one at a time: in the short form one in three, others before than after. */
function tried(writes: number, mode: FaultMode): readonly number[] {
  return sampled([...Array.from({ length: writes }).keys()], 3, mode === 'before' ? 0 : 1);
}

describe('storage fails at any one write of a run in one process', () => {
  test.each<FaultMode>(['before', 'after'])('%s it: the same end', async (mode) => {
    const expected = timeless(await faultFree());
    const counting = faultyStore(memoryStore());
    await runInline(runDeps(counting.store, known, start()), request);
    const writes = counting.writes.length;
    expect(writes).toBeGreaterThan(15);
    for (const at of tried(writes, mode)) {
      const { store } = faultyStore(memoryStore(), new Map([[at, mode]]));
      const clock = start();
      const deps = runDeps(store, known, clock);
      // At the very first write nothing is known of the run: only the timer's retry makes it.
      await runInline(deps, request).catch(() => (at === 0 ? runInline(deps, request) : undefined));
      await driveQueue(deps, clock, { timer: false });
      const report = await deps.storage.readReport(slot);
      expect({ at, what: counting.writes[at], report: timeless(report) }).toEqual({
        at,
        what: counting.writes[at],
        report: expected,
      });
      expect({ at, open: await deps.storage.openRuns() }).toEqual({ at, open: [] });
      expect({ at, announced: deps.announced.length > 0 }).toEqual({ at, announced: true });
    }
  });
});

describe.each([
  ['in one step', 20],
  ['by a message for each subscription', 0],
])('storage fails at any one write of a run that is planned %s', (_, inOneStep) => {
  test.each<FaultMode>(['before', 'after'])('%s it: the same end', async (mode) => {
    const expected = timeless(await faultFree());
    const counting = faultyStore(memoryStore());
    const clock = start();
    await driveQueue(runDeps(counting.store, known, clock), clock, { inOneStep });
    const writes = counting.writes.length;
    expect(writes).toBeGreaterThan(20);
    for (const at of tried(writes, mode)) {
      const { store } = faultyStore(memoryStore(), new Map([[at, mode]]));
      const time = start();
      const deps = runDeps(store, known, time);
      await driveQueue(deps, time, { inOneStep });
      const report = await deps.storage.readReport(slot);
      expect({ at, report: timeless(report) }).toEqual({ at, report: expected });
      expect({ at, open: await deps.storage.openRuns() }).toEqual({ at, open: [] });
      expect({ at, announced: deps.announced.length > 0 }).toEqual({ at, announced: true });
    }
  });
});
