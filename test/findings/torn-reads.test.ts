import { describe, expect, test } from '@jest/globals';
import { withoutContradictions } from '../../shared/collect/contradictions.ts';
import { findFaults } from '../../shared/findings/index.ts';
import type { ClusterSnapshot } from '../../shared/model/index.ts';
import { allRules } from '../../shared/rules/index.ts';
import {
  cluster,
  endpoint,
  loadBalancer,
  nicMember,
  node,
  service,
  slice,
  type SnapshotChanges,
} from '../builders/index.ts';

/** A few seconds before the lists were read. */
const moment = '2026-11-23T05:59:55Z';
const pool = ['user-0', 'user-1', 'user-2'].map((name) => node(name));
const added = node('user-3', { createdAt: moment, readyChangedAt: moment });

/** A cluster with a pod on each of these nodes. */
function state(
  nodes: readonly ReturnType<typeof node>[],
  pods: readonly (readonly [pod: string, on: string])[],
  changedAt?: string,
): SnapshotChanges {
  const endpoints = pods.map(([pod, on]) => endpoint(pod, on));
  return {
    nodes,
    services: [service()],
    endpointSlices: [
      slice(endpoints, { ...(changedAt !== undefined && { lastChangeAt: changedAt }) }),
    ],
    loadBalancers: [loadBalancer({ members: nodes.map((each) => nicMember(each)) })],
  };
}

const calm = state(pool, [
  ['a', 'user-0'],
  ['b', 'user-1'],
  ['c', 'user-2'],
]);

const changes: Readonly<Record<string, SnapshotChanges>> = {
  'a pod moves': state(
    pool,
    [
      ['a', 'user-0'],
      ['b', 'user-1'],
      ['d', 'user-1'],
    ],
    moment,
  ),
  'all pods are replaced': state(
    pool,
    [
      ['x', 'user-2'],
      ['y', 'user-0'],
      ['z', 'user-1'],
    ],
    moment,
  ),
  'a node comes, with a pod': state(
    [...pool, added],
    [
      ['a', 'user-0'],
      ['b', 'user-1'],
      ['c', 'user-2'],
      ['d', 'user-3'],
    ],
    moment,
  ),
  'a node goes': state(
    pool.slice(0, 2),
    [
      ['a', 'user-0'],
      ['b', 'user-1'],
    ],
    moment,
  ),
  'a node goes, its pod moves': state(
    pool.slice(0, 2),
    [
      ['a', 'user-0'],
      ['b', 'user-1'],
      ['c', 'user-1'],
    ],
    moment,
  ),
  'a node is replaced': state(
    [...pool.slice(0, 2), added],
    [
      ['a', 'user-0'],
      ['b', 'user-1'],
      ['d', 'user-3'],
    ],
    moment,
  ),
};

const slices = ['nodes', 'services', 'endpointSlices', 'loadBalancers'] as const;

function loud(snapshot: ClusterSnapshot): readonly string[] {
  return findFaults(withoutContradictions(snapshot), allRules)
    .findings.filter(({ severity }) => severity === 'critical' || severity === 'high')
    .map(({ rule, title }) => `${rule}: ${title}`);
}

describe.each(Object.entries(changes))('lists that are read while %s', (_, after) => {
  const known = new Set([...loud(cluster(calm)), ...loud(cluster(after))]);

  // ARM is read before the cluster: what it shows later the cluster shows, too.
  const masks = Array.from({ length: 2 ** slices.length }, (__, mask) => mask).filter(
    (mask) => mask < 8 || mask === 15,
  );

  test.each(masks)('raise nothing loud that is not true before or after it: %i', (mask) => {
    const torn = Object.fromEntries(
      slices.map((name, at) => [name, (((mask >> at) & 1) === 0 ? calm : after)[name]]),
    );
    expect(loud(cluster(torn as SnapshotChanges)).filter((each) => !known.has(each))).toEqual([]);
  });
});
