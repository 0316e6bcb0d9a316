import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '../../../shared/audit/fleet.ts';
import { ThrottledError } from '../../../shared/collect/live/index.ts';
import { memoryStore } from '../../../shared/history/storage/memory-store.ts';
import { read } from '../../../shared/model/index.ts';
import { auditQueued, startQueued } from '../../../shared/service/engine/queue-run.ts';
import { fleetNamed } from '../../../simulator/fleets/named.ts';
import { rateLimiter } from '../../../simulator/throttle.ts';
import { driveFleet } from '../../support/drive-fleet.ts';
import { isLong } from '../../support/long.ts';
import { request, runDeps, slot } from './driver.ts';
import { simulatedFleet } from './simulated-fleet.ts';

/** What AKS allows a subscription, for all that ask. */
const credentials = { size: 60, refillPerSecond: 1 } as const;

/** What the host works on at once, by `host.json`. */
const auditsAtOnce = 12;
const auditSeconds = 3;

interface Outcome {
  readonly words: readonly string[];
  readonly calls: number;
  readonly seconds: number;
}

/** A run of so many workers, second by second, on one subscription whose bucket all of them share. */
async function play(workers: number, clusters: number): Promise<Outcome> {
  const clock = { now: Date.parse(slot) };
  const pass = rateLimiter(() => clock.now);
  const one = simulatedFleet(fleetNamed({ kind: 'many', subscriptions: 1, clusters: 1 }));
  const id = (await one.subscriptions())[0]?.id ?? '';
  const lists = await one.readSubscription(id);
  const [sample] = lists.clusters.kind === 'read' ? lists.clusters.value : [];
  if (sample === undefined) throw new Error('there is no cluster');
  const all = Array.from({ length: clusters }, (_, at) => ({
    ...sample,
    id: `${sample.id}-${at}` as typeof sample.id,
    name: `${sample.name}-${at}`,
  }));
  let calls = 0;
  const fleet: Fleet = {
    ...one,
    readSubscription: () => Promise.resolve({ ...lists, clusters: read(all) }),
    auditCluster: ({ id: cluster, name, subscriptionId }) => {
      calls += 1;
      if (pass('subscription', credentials) !== undefined)
        return Promise.reject(new ThrottledError('listClusterUserCredential: 429', 30_000));
      const nothing = { coverage: [], services: [], findings: [], unknown: [] };
      return Promise.resolve({ id: cluster, name, subscriptionId, result: 'complete', ...nothing });
    },
  };
  const waiting: { readonly text: string; readonly atMs: number }[] = [];
  const queue = {
    send(texts: readonly string[], delaySeconds: (index: number) => number = () => 0) {
      for (const [index, text] of texts.entries())
        waiting.push({ text, atMs: clock.now + 1000 * delaySeconds(index) });
      return Promise.resolve();
    },
  };
  const deps = { ...runDeps(memoryStore(), fleet, clock), queue };
  await startQueued(deps, request);
  let delivered = 0;
  let auditors = Array.from({ length: workers * auditsAtOnce }, () => 0);
  while ((await deps.storage.openRuns()).length > 0 && clock.now < Date.parse(slot) + 3_600_000) {
    auditors = auditors.toSorted((a, b) => a - b);
    for (const [auditor, freeAt] of auditors.entries()) {
      const due = waiting.findIndex(({ atMs }) => atMs <= clock.now);
      if (freeAt > clock.now || due === -1) break;
      const [message] = waiting.splice(due, 1);
      if (delivered++ > 2 * clusters)
        throw new Error(`${delivered} messages, and it is still open`);
      const openQueue = () => Promise.resolve(queue);
      await auditQueued({ ...deps, openQueue }, JSON.parse(message?.text ?? ''));
      auditors[auditor] = clock.now + 1000 * auditSeconds;
    }
    clock.now += 1000;
  }
  const report = await deps.storage.readReport(slot);
  return {
    words: (report?.clusters ?? []).map(({ result }) => result),
    calls,
    seconds: (clock.now - Date.parse(slot)) / 1000,
  };
}

describe('one subscription of 300 clusters, whose kubeconfigs AKS gives at a pace', () => {
  test.each([1, 3, 6])(
    '%d workers: none is lost, hardly a call is refused, in the time that the pace allows',
    async (workers) => {
      const { words, calls, seconds } = await play(workers, 300);
      expect(words).toEqual(Array.from({ length: 300 }, () => 'complete'));
      expect(calls).toBeLessThanOrEqual(330);
      expect(seconds).toBeLessThanOrEqual(1.2 * (300 - credentials.size));
    },
  );
});

describe('the same with real workers, real queues and the real pace', () => {
  const clusters = 300;
  // Five minutes, most of which is AKS's pace.
  const inLong = isLong ? test : test.skip;

  inLong(
    `3 processes, ${clusters} clusters`,
    async () => {
      const { report, calls } = await driveFleet({
        clusters,
        subscriptions: 1,
        latencyMs: 5,
        workers: 3,
        kills: 0,
        seed: 1,
        speed: 1,
        throttle: { credentials },
      });
      const words = report?.clusters.map(({ result }) => result) ?? [];
      expect(words).toHaveLength(clusters);
      expect(words.filter((word) => word === 'unreachable' || word === 'failed')).toEqual([]);
      const asked = Object.entries(calls).flatMap(([operation, count]) =>
        operation.includes('listClusterUserCredential') ? [count] : [],
      );
      expect(asked).toHaveLength(1);
      expect(asked[0]).toBeLessThanOrEqual(1.1 * clusters);
    },
    620_000,
  );
});
