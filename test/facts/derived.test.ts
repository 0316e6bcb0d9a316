import { expect, test } from '@jest/globals';
import { derived } from '../../shared/facts/index.ts';
import { armId, unread, type ClusterSnapshot } from '../../shared/model/index.ts';
import { cluster, service } from '../builders/index.ts';

/** A fact of nodes and, where they were read, Services; and how often it was worked out. */
function counted() {
  let computed = 0;
  const nodes = derived('nodeNames', ['nodes'], (given) => given.nodes.map(({ name }) => name));
  const fact = derived('counted', { needs: [nodes], helps: ['services'] }, (given) => {
    computed += 1;
    return [given.nodeNames.length, given.services.kind, given.cluster.takenAt];
  });
  return { fact, times: () => computed };
}

test('a fact is worked out once of the snapshots that share the slices under it', () => {
  const { fact, times } = counted();
  const base = cluster();
  const before = fact.of(base);
  expect(fact.of(base)).toBe(before);
  expect(fact.of({ ...base, daemonSets: unread('403') })).toBe(before);
  expect(times()).toBe(1);
});

const differing: readonly (readonly [string, Partial<ClusterSnapshot>])[] = [
  ['a slice that it needs by way of another fact', { nodes: { kind: 'read', value: [] } }],
  ['a slice that helps', { services: { kind: 'read', value: [service({ name: 'other' })] } }],
  ['a slice that helps, not read', { services: unread('403') }],
  ['the time', { takenAt: '2030-01-01T00:00:00Z' }],
  ['the cluster', { id: armId('/subscriptions/other') }],
];

test.each(differing)('it is worked out again of a snapshot that differs in %s', (_, change) => {
  const { fact, times } = counted();
  const base = cluster();
  const before = fact.of(base);
  const changed = fact.of({ ...base, ...change });
  expect(changed).not.toBe(before);
  expect(times()).toBe(2);
  expect(fact.of(base)).toBe(before);
});

test('slices that many clusters share hold the result of one of them', () => {
  const { fact, times } = counted();
  const base = cluster();
  fact.of(base);
  fact.of({ ...base, takenAt: '2030-01-01T00:00:00Z' });
  expect(times()).toBe(2);
  fact.of({ ...base });
  expect(times()).toBe(3);
});

test('it is unread while a slice that it needs is, and is not worked out', () => {
  const { fact, times } = counted();
  expect(fact.of({ ...cluster(), nodes: unread('403') })).toEqual({
    ...unread('nodes: 403'),
    slices: ['nodes'],
  });
  expect(times()).toBe(0);
});
