import { describe, expect, test } from '@jest/globals';
import type { Fleet, SubscriptionData } from '../../../shared/audit/fleet.ts';
import type { Store } from '../../../shared/history/index.ts';
import { listedPartition } from '../../../shared/history/storage/keys.ts';
import { memoryStore } from '../../../shared/history/storage/memory-store.ts';
import { read, unread, type Read } from '../../../shared/model/index.ts';
import { auditQueued, startQueued } from '../../../shared/service/engine/queue-run.ts';
import { runInline } from '../../../shared/service/engine/inline.ts';
import { planRun } from '../../../shared/service/engine/plan-run.ts';
import { fleetNamed } from '../../../simulator/fleets/named.ts';
import { runsOf } from '../../support/long.ts';
import { driveQueue, request, runDeps, slot, timeless } from './driver.ts';
import { once, simulatedFleet } from './simulated-fleet.ts';

const start = (): { now: number } => ({ now: Date.parse(slot) });
const many = once(simulatedFleet(fleetNamed({ kind: 'many', subscriptions: 6, clusters: 12 })));
const byMessage = { inOneStep: 0 } as const;

/** The ids that were listed, in order. */
function counted(fleet: Fleet): { readonly fleet: Fleet; readonly listed: string[] } {
  const listed: string[] = [];
  return {
    listed,
    fleet: {
      ...fleet,
      readSubscription(id, signal) {
        listed.push(id);
        return fleet.readSubscription(id, signal);
      },
    },
  };
}

async function atOnce(): Promise<unknown> {
  return timeless(await runInline(runDeps(memoryStore(), many), request));
}

describe('a plan made by a message for each subscription', () => {
  test('is the plan made at once; each subscription is listed once', async () => {
    const clock = start();
    const { fleet, listed } = counted(many);
    const deps = runDeps(memoryStore(), fleet, clock);
    await driveQueue(deps, clock, byMessage);
    expect(timeless(await deps.storage.readReport(slot))).toEqual(await atOnce());
    expect(new Set(listed).size).toBe(6);
    expect(listed).toHaveLength(6);
    const plan = await deps.storage.readPlan(slot);
    const alone = await planRun(runDeps(memoryStore(), many), request);
    expect(plan).toEqual(alone);
  });

  test('doubled messages change nothing, and clusters are asked for once', async () => {
    const clock = start();
    const { fleet, listed } = counted(many);
    const deps = runDeps(memoryStore(), fleet, clock);
    let sent = 0;
    await driveQueue(deps, clock, {
      ...byMessage,
      copies(index) {
        sent = Math.max(sent, index + 1);
        return 3;
      },
    });
    expect(timeless(await deps.storage.readReport(slot))).toEqual(await atOnce());
    expect(listed).toHaveLength(6);
    expect(sent).toBe(6 + 12);
  });

  test('a subscription whose message always fails is not listed, and the run says so', async () => {
    const clock = start();
    const bad = (await many.subscriptions())[2]?.id ?? '';
    const deps = runDeps(
      memoryStore(),
      {
        ...many,
        readSubscription: (id, signal) =>
          id === bad
            ? Promise.reject(new Error('this one is cursed'))
            : many.readSubscription(id, signal),
      },
      clock,
    );
    await driveQueue(deps, clock, byMessage);
    const plan = await deps.storage.readPlan(slot);
    expect(plan?.subscriptions.filter(({ listed }) => !listed)).toEqual([
      { id: bad, listed: false, why: expect.stringMatching(/^poison: /u) },
    ]);
    const report = await deps.storage.readReport(slot);
    expect(report?.clusters).toHaveLength(10);
    expect(report?.run.notes?.join()).toContain(bad);
  });

  test('messages that are lost: the sweeper closes the run at its deadline and names what was not listed', async () => {
    const clock = start();
    const deps = runDeps(memoryStore(), many, clock);
    await driveQueue(deps, clock, { ...byMessage, copies: (index) => (index === 0 ? 0 : 1) });
    const plan = await deps.storage.readPlan(slot);
    expect(plan?.subscriptions.filter(({ listed }) => !listed)).toEqual([
      expect.objectContaining({ why: 'not listed before the run was closed' }),
    ]);
    expect((await deps.storage.readReport(slot))?.clusters).toHaveLength(10);
    expect(await deps.storage.openRuns()).toEqual([]);
  });

  test('a planner that dies before its messages: the sweeper sends them', async () => {
    const clock = start();
    const deps = runDeps(memoryStore(), many, clock);
    const dies = {
      ...deps,
      ...byMessage,
      queue: {
        send: () => Promise.reject(new Error('killed')),
      },
    };
    await expect(startQueued(dies, request)).rejects.toThrow('killed');
    await driveQueue(deps, clock, { ...byMessage, timer: false });
    expect(timeless(await deps.storage.readReport(slot))).toEqual(await atOnce());
  });

  test('two planners that see other subscriptions send the messages of one outline', async () => {
    const ids = (await many.subscriptions()).map(({ id }) => id);
    const sent: string[] = [];
    const queue = {
      send(texts: readonly string[]) {
        sent.push(...texts);
        return Promise.resolve();
      },
    };
    const deps = { ...runDeps(memoryStore(), many), ...byMessage, queue };
    const late = {
      ...deps,
      fleet: {
        ...many,
        async subscriptions() {
          // The other planner comes in between.
          await startQueued(deps, request);
          return ids.slice(0, 2).map((id) => ({ id }));
        },
      },
    };
    await startQueued(late, request);
    expect(sent).toHaveLength(12);
    expect(sent.slice(6)).toEqual(sent.slice(0, 6));
  });

  test('of many workers that list the last ones together, one makes the plan', async () => {
    const clock = start();
    const inner = memoryStore();
    let plans = 0;
    let marks = 0;
    const { promise: allMarked, resolve } = Promise.withResolvers<void>();
    const store: Store = {
      ...inner,
      createBlob(name, bytes) {
        if (name.endsWith('/plan')) plans += 1;
        return inner.createBlob(name, bytes);
      },
      async putRow(partition, ...row) {
        await inner.putRow(partition, ...row);
        if (partition === listedPartition(slot) && (marks += 1) === 6) resolve();
      },
      // Each of them looks once all are listed.
      async *listRows(partition, ...range) {
        if (partition === listedPartition(slot)) await allMarked;
        yield* inner.listRows(partition, ...range);
      },
    };
    const sent: string[] = [];
    const queue = {
      send(texts: readonly string[]) {
        sent.push(...texts);
        return Promise.resolve();
      },
    };
    const deps = { ...runDeps(store, many, clock), ...byMessage, queue };
    expect(await startQueued(deps, request)).toBeUndefined();
    const messages = { ...deps, openQueue: () => Promise.resolve(queue) };
    await Promise.all(sent.splice(0).map((text) => auditQueued(messages, JSON.parse(text))));
    expect(plans).toBe(1);
    expect(sent).toHaveLength(12);
  });

  const large = runsOf(3000, 300);

  test(
    `${large} subscriptions are counted in parts`,
    async () => {
      const clock = start();
      const ids = Array.from({ length: large }, (_, at) => ({ id: `s${at}` }));
      const sample = await many.readSubscription((await many.subscriptions())[0]?.id ?? '');
      const { fleet, listed } = counted({
        ...many,
        subscriptions: () => Promise.resolve(ids),
        readSubscription: () => Promise.resolve({ ...sample, clusters: read([]) }),
      });
      const deps = runDeps(memoryStore(), fleet, clock);
      await driveQueue(deps, clock, byMessage);
      expect(listed).toHaveLength(large);
      expect((await deps.storage.readPlan(slot))?.subscriptions).toHaveLength(large);
      expect(await deps.storage.openRuns()).toEqual([]);
    },
    runsOf(300_000, 60_000),
  );
});

describe.each([
  ['at once', 1000],
  ['by messages', 0],
])('what Resource Graph shows as empty, planned %s', (_how, inOneStep) => {
  const ids = Array.from({ length: 30 }, (_, at) => `sub-${String(at).padStart(2, '0')}`);

  let sample: SubscriptionData | undefined;

  /** Thirty subscriptions of which two have clusters, and what Resource Graph says of them. */
  async function world(
    counts: Read<ReadonlyMap<string, number>>,
    filled: readonly string[] = ['sub-03', 'sub-07'],
  ): Promise<ReturnType<typeof counted>> {
    sample ??= await many.readSubscription((await many.subscriptions())[0]?.id ?? '');
    const lists = sample;
    const clusters = lists.clusters.kind === 'read' ? lists.clusters.value : [];
    return counted({
      ...many,
      subscriptions: () => Promise.resolve(ids.map((id) => ({ id }))),
      clusterCounts: () => Promise.resolve(counts),
      readSubscription: (id) =>
        Promise.resolve({
          ...lists,
          clusters: read(
            filled.includes(id)
              ? clusters.slice(0, 1).map((each) => ({
                  ...each,
                  subscriptionId: id,
                  id: each.id.replace(
                    /^\/subscriptions\/[^/]+/u,
                    `/subscriptions/${id}`,
                  ) as typeof each.id,
                }))
              : [],
          ),
        }),
    });
  }

  const countsOf = (filled: Readonly<Record<string, number>>): Read<ReadonlyMap<string, number>> =>
    read(new Map(ids.map((id) => [id, filled[id] ?? 0])));
  const right = countsOf({ 'sub-03': 1, 'sub-07': 1 });

  /** A run at an hour of the day, over the storage of those before. */
  async function runAt(
    store: Store,
    hour: string,
    { fleet, listed }: Awaited<ReturnType<typeof world>>,
  ) {
    listed.length = 0;
    const runId = hour.includes('T') ? hour : `2026-11-23T${hour}:00:00Z`;
    const clock = { now: Date.parse(runId) };
    const deps = runDeps(store, fleet, clock);
    await driveQueue(deps, clock, { inOneStep, runId });
    return { report: await deps.storage.readReport(runId), listed: [...listed].toSorted() };
  }

  test('is not asked for where there are few subscriptions', async () => {
    let asked = 0;
    const few: Fleet = {
      ...many,
      clusterCounts: () => {
        asked += 1;
        return Promise.resolve(read(new Map()));
      },
    };
    const deps = runDeps(memoryStore(), few, start());
    await driveQueue(deps, start(), { inOneStep });
    expect((await deps.storage.readReport(slot))?.clusters).toHaveLength(12);
    expect(asked).toBe(0);
  });

  test('is listed in the first run, and not in the second', async () => {
    const store = memoryStore();
    const first = await runAt(store, '00', await world(right));
    expect(first.listed).toEqual(ids);
    const second = await runAt(store, '06', await world(right));
    expect(second.listed).toEqual(['sub-03', 'sub-07']);
    expect(second.report?.clusters).toHaveLength(2);
    expect(second.report?.run.notes).toBeUndefined();
  });

  test('is listed again after a day', async () => {
    const store = memoryStore();
    await runAt(store, '00', await world(right));
    await runAt(store, '12', await world(right));
    expect((await runAt(store, '2026-11-24T00:00:00Z', await world(right))).listed).toEqual(ids);
  });

  test.each([
    ['where a count differs elsewhere', countsOf({ 'sub-03': 2, 'sub-07': 1 })],
    ['where Resource Graph cannot be read', unread('resources: 403')],
    ['where it does not see the subscriptions', read(new Map([['sub-03', 1]]))],
  ])('is listed %s', async (_why, counts) => {
    const store = memoryStore();
    await runAt(store, '00', await world(right));
    expect((await runAt(store, '06', await world(counts))).listed).toEqual(ids);
  });

  test('is listed where it had clusters in the last run: none is gone by Resource Graph alone', async () => {
    const store = memoryStore();
    await runAt(store, '00', await world(right));
    const { listed, report } = await runAt(store, '06', await world(countsOf({ 'sub-03': 1 })));
    expect(listed).toContain('sub-07');
    expect(report?.clusters.map(({ result }) => result)).not.toContain('gone');
  });

  test('is listed where a run before could not list it', async () => {
    const store = memoryStore();
    const denied = await world(right);
    const inner = denied.fleet.readSubscription;
    await runAt(store, '00', {
      ...denied,
      fleet: {
        ...denied.fleet,
        readSubscription: async (id) => ({
          ...(await inner(id)),
          ...(id === 'sub-11' && { clusters: unread('managedClusters: 403') }),
        }),
      },
    });
    expect((await runAt(store, '06', await world(right))).listed).toEqual([
      'sub-03',
      'sub-07',
      'sub-11',
    ]);
  });
});
