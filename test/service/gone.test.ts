import { describe, expect, test } from '@jest/globals';
import { memoryStore } from '../../shared/history/storage/memory-store.ts';
import { armId, read, unread, type ManagedCluster, type Read } from '../../shared/model/index.ts';
import type { UnseenCluster } from '../../shared/history/index.ts';
import { confirmDeleted } from '../../shared/service/engine/confirm-deleted.ts';
import { runInline } from '../../shared/service/engine/inline.ts';
import { demoFleet } from '../../simulator/fleets/demo.ts';
import { goneBy } from '../../shared/audit/azure.ts';
import { managedCluster } from '../builders/index.ts';
import { request, runDeps } from './engine/driver.ts';
import { once, simulatedFleet } from './engine/simulated-fleet.ts';

const named = (name: string): ManagedCluster =>
  managedCluster({ id: armId(`/subscriptions/s/managedClusters/${name}`), subscriptionId: 's' });

/** A question at a time, and the lists that ARM would give. */
function world(...lists: readonly Read<readonly ManagedCluster[]>[]) {
  let asked = 0;
  const clock = { ms: 0 };
  const isGone = goneBy(
    () => Promise.resolve(lists[Math.min(asked++, lists.length - 1)] ?? unread('none')),
    { elapsed: () => clock.ms },
  );
  return { isGone, clock, asked: () => asked };
}

describe('whether a cluster is gone', () => {
  test('it is where its subscription was listed without it, and only there', async () => {
    expect(await world(read([named('b')])).isGone(named('a'))).toBe(true);
    expect(await world(read([named('a')])).isGone(named('a'))).toBe(false);
    expect(await world(unread('403')).isGone(named('a'))).toBe(false);
  });

  test('clusters that vanish together cost one list', async () => {
    const { isGone, asked } = world(read([]));
    expect(await Promise.all([isGone(named('a')), isGone(named('b'))])).toEqual([true, true]);
    expect(asked()).toBe(1);
  });

  test('a list of an earlier run says nothing of a cluster that was made since', async () => {
    const { isGone, clock } = world(read([named('a')]), read([named('a'), named('new')]));
    expect(await isGone(named('a'))).toBe(false);
    clock.ms = 24 * 3_600_000;
    expect(await isGone(named('new'))).toBe(false);
  });

  test('a list that failed is not remembered for good', async () => {
    const { isGone, clock } = world(unread('throttled'), read([]));
    expect(await isGone(named('a'))).toBe(false);
    clock.ms = 60_000;
    expect(await isGone(named('a'))).toBe(true);
  });
});

describe('a cluster that the list of its subscription lacks', () => {
  const demo = demoFleet(0);
  const whole = once(simulatedFleet({ ...demo, subscriptions: demo.subscriptions.slice(2) }));

  test.each<readonly [string, Read<boolean>, string, readonly string[]]>([
    ['is gone where Azure knows none of its id', read(true), 'gone', ['resolved']],
    [
      'is hidden where the identity may not read it',
      unread('managedClusters: 403 AuthorizationFailed'),
      'denied',
      ['stale'],
    ],
    ['is there where Azure has it', read(false), 'denied', ['stale']],
  ])('%s', async (_what, deleted, result, states) => {
    const store = memoryStore();
    const first = await runInline(runDeps(store, whole), request);
    const lost = first?.clusters.find(({ findings }) => findings.length > 0);
    expect(lost).toBeDefined();
    const fleet = {
      ...whole,
      isDeleted: () => Promise.resolve(deleted),
      async readSubscription(id: string) {
        const data = await whole.readSubscription(id);
        return data.clusters.kind === 'unread'
          ? data
          : { ...data, clusters: read(data.clusters.value.filter((each) => each.id !== lost?.id)) };
      },
    };
    const runId = '2026-11-23T12:00:00Z';
    const clock = { now: Date.parse(runId) };
    const report = await runInline(runDeps(store, fleet, clock), { ...request, runId });
    const now = report?.clusters.find(({ id }) => id === lost?.id);
    expect(now?.result).toBe(result);
    expect([...new Set(now?.findings.map(({ state }) => state))]).toEqual(states);
  });
});

/** So many clusters that seem to be gone. */
function vanished(count: number): readonly UnseenCluster[] {
  return Array.from({ length: count }, (_, at) => {
    const id = armId(`/subscriptions/s/managedClusters/c${at}`);
    const lives = { kind: 'plain', open: [], closed: [] } as const;
    const cluster = { id, name: `c${at}`, subscriptionId: 's', unreadRuns: 0, held: false, lives };
    return { cluster, result: 'gone', reason: 'deleted' };
  });
}

describe('many clusters that their list lacks', () => {
  const hidden = unread('403');

  /** Questions of each run and clusters that it confirms, until none is left. */
  async function runsUntilKnown(
    all: readonly UnseenCluster[],
    answer: (id: string) => Read<boolean>,
    limits?: Parameters<typeof confirmDeleted>[3],
  ): Promise<readonly (readonly [calls: number, gone: number])[]> {
    const runs: [number, number][] = [];
    let left = all;
    for (let run = 0; run < 40 && left.length > 0; run++) {
      let calls = 0;
      const isDeleted = ({ id }: { readonly id: string }): Promise<Read<boolean>> => {
        calls += 1;
        return Promise.resolve(answer(id));
      };
      const fleet = { ...demo, isDeleted };
      const found = await confirmDeleted({ fleet }, `run ${run}`, left, limits);
      expect(found.map(({ cluster }) => cluster)).toEqual(left.map(({ cluster }) => cluster));
      left = found.flatMap((each, at) => (each.result === 'gone' ? [] : (left[at] ?? [])));
      runs.push([calls, found.length - left.length]);
    }
    return runs;
  }

  const demo = once(simulatedFleet(demoFleet(0)));

  test('two thousand are known after four runs of 500 questions', async () => {
    const runs = await runsUntilKnown(vanished(2000), () => read(true));
    expect(runs).toEqual(Array.from({ length: 4 }, () => [500, 500]));
  });

  test('each is asked for, though most can never be read', async () => {
    const runs = await runsUntilKnown(
      vanished(200),
      (id) => (id.endsWith('7') ? read(true) : hidden),
      { count: 50, atOnce: 4, ms: 60_000 },
    );
    expect(new Set(runs.map(([calls]) => calls))).toEqual(new Set([50]));
    expect(runs.reduce((sum, [, gone]) => sum + gone, 0)).toBe(20);
  });

  test('they hold the seal up for no longer than their time', async () => {
    const fleet = { ...demo, isDeleted: () => new Promise<Read<boolean>>(() => undefined) };
    const limits = { count: 500, atOnce: 4, ms: 20 };
    const found = await confirmDeleted({ fleet }, 'run', vanished(600), limits);
    expect([...new Set(found.map(({ result, reason }) => `${result}: ${reason}`))]).toEqual([
      'denied: its subscription no longer lists it; too many clusters vanished to ask whether each is deleted; the next run asks again',
    ]);
  });
});
