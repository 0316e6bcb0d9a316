import fc from 'fast-check';
import { runsOf } from '../support/long.ts';
import { describe, expect, test } from '@jest/globals';
import { trafficOfServices, type PortTraffic } from '../../shared/traffic/index.ts';
import type { ClusterSnapshot } from '../../shared/model/index.ts';
import { deal, type OracleCase } from './oracle.ts';
import { snapshotOf, smallClusters } from './small-clusters.ts';

const runs = { seed: 20_190_601, numRuns: runsOf(2500, 300) };

function portOf(snapshot: ClusterSnapshot): PortTraffic {
  const port = trafficOfServices(snapshot)[0]?.ports[0];
  if (port === undefined) throw new Error('no port');
  return port;
}

function sharesOf(port: PortTraffic): Record<string, number> {
  return Object.fromEntries(port.endpoints.map(({ pod, share }) => [pod, share]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

describe('the share model, in any small cluster', () => {
  test('gives the shares and the loss that dealing connections one by one gives', () => {
    fc.assert(
      fc.property(smallClusters, (given) => {
        const dealt = deal(given);
        const port = portOf(snapshotOf(given));
        const near = Object.entries(dealt.shares).map(([pod, share]) => [
          pod,
          expect.closeTo(share, 9),
        ]);
        expect(sharesOf(port)).toEqual(Object.fromEntries(near));
        expect(port.lost).toBeCloseTo(dealt.lost, 9);
      }),
      runs,
    );
  });

  test('deals out all there is: shares, losses by cause and backends add up', () => {
    fc.assert(
      fc.property(smallClusters, (given) => {
        const port = portOf(snapshotOf(given));
        expect(sum(Object.values(sharesOf(port))) + port.lost).toBeCloseTo(1, 9);
        expect(sum(port.backends.map(({ share }) => share))).toBeCloseTo(
          port.backendTotals.up > 0 ? 1 : 0,
          9,
        );
        expect(sum(port.losses.map(({ share }) => share))).toBeCloseTo(
          port.backendTotals.up > 0 ? port.lost : 0,
          9,
        );
      }),
      runs,
    );
  });

  test('says why for each endpoint at 0, and for no other', () => {
    fc.assert(
      fc.property(smallClusters, (given) => {
        const { endpoints } = portOf(snapshotOf(given));
        for (const { share, because } of endpoints) expect(because === undefined).toBe(share > 0);
        const unready = endpoints.filter(({ ready, share }) => !ready && share === 0);
        expect(unready.map(({ because }) => because)).toEqual(unready.map(() => 'not-ready'));
      }),
      runs,
    );
  });

  test('gives the verdict of the first that applies', () => {
    fc.assert(
      fc.property(smallClusters, (given) => {
        expect(portOf(snapshotOf(given)).verdict).toBe(verdictOf(given));
      }),
      runs,
    );
  });

  test('does not depend on the order of anything, to the last digit', () => {
    const shuffled = fc.tuple(smallClusters, fc.infiniteStream(fc.nat({ max: 1000 })));
    fc.assert(
      fc.property(shuffled, ([given, keys]) => {
        const snapshot = snapshotOf(given);
        const shuffle = <T>(items: readonly T[]): readonly T[] =>
          items
            .map((item) => ({ item, key: keys.next().value }))
            .toSorted((a, b) => a.key - b.key)
            .map(({ item }) => item);
        expect(trafficOfServices(reordered(snapshot, shuffle))).toEqual(
          trafficOfServices(snapshot),
        );
      }),
      runs,
    );
  });
});

function verdictOf(given: OracleCase): string {
  const { lost, shares } = deal(given);
  const some = Object.values(shares).filter((share) => share > 0);
  if (some.length === 0) return 'none';
  if (lost > 1e-9) return 'lost';
  if (given.endpoints.some(({ pod, ready }) => ready && shares[pod] === 0)) return 'starved';
  return Math.max(...some) / Math.min(...some) >= 2 - 1e-9 ? 'uneven' : 'even';
}

type Shuffle = <T>(items: readonly T[]) => readonly T[];

function reordered(snapshot: ClusterSnapshot, shuffle: Shuffle): ClusterSnapshot {
  const { nodes, endpointSlices, loadBalancers } = snapshot;
  if (
    nodes.kind === 'unread' ||
    endpointSlices.kind === 'unread' ||
    loadBalancers.kind === 'unread'
  )
    throw new Error('a cluster is read');
  return {
    ...snapshot,
    nodes: { kind: 'read', value: shuffle(nodes.value) },
    endpointSlices: {
      kind: 'read',
      value: endpointSlices.value.map((slice) => ({
        ...slice,
        endpoints: shuffle(slice.endpoints),
      })),
    },
    loadBalancers: {
      kind: 'read',
      value: loadBalancers.value.map((each) => ({
        ...each,
        backendPools: each.backendPools.map((pool) => ({
          ...pool,
          members: shuffle(pool.members),
        })),
      })),
    },
  };
}
