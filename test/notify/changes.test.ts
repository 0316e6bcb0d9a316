import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../shared/findings/finding.ts';
import {
  changesBetween,
  currentStatus,
  indexed,
  isNews,
  type Changes,
} from '../../shared/notify/changes.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import { cluster, report } from '../report/builders.ts';
import { fault, fleet } from './fleet.ts';

const everybody = (): boolean => true;

function between(before: readonly ClusterReport[], now: readonly ClusterReport[]): Changes {
  return changesBetween(indexed(report(before)), indexed(report(now)), everybody);
}

function titles(list: Changes['fresh']): readonly string[] {
  return list.map(({ finding }) => finding.title);
}

function named(changes: Changes): object {
  return {
    fresh: titles(changes.fresh),
    changed: titles(changes.changed),
    raised: titles(changes.raised),
    resolved: titles(changes.resolved),
    gone: changes.gone,
    withoutFix: changes.withoutFix,
    lost: changes.lost.map(({ name }) => name),
  };
}

const nothing = {
  fresh: [],
  changed: [],
  raised: [],
  resolved: [],
  gone: 0,
  withoutFix: 0,
  lost: [],
};
const ports = (numbers: object): Partial<Finding> => ({ evidence: { ports: [{ ...numbers }] } });

describe('between two runs', () => {
  test.each<[string, readonly ClusterReport[], readonly ClusterReport[], object]>([
    ['the same is nothing', fleet(fault('a')), fleet(fault('a')), {}],
    ['one more', fleet(), fleet(fault('a')), { fresh: ['fault a'] }],
    ['one more that is exempt', fleet(), fleet(fault('a', { state: 'exempt' })), {}],
    ['one more that is held', fleet(), fleet(fault('a', { held: true })), {}],
    [
      'an exemption that is over',
      fleet(fault('a', { state: 'exempt' })),
      fleet(fault('a')),
      { fresh: ['fault a'] },
    ],
    [
      'resolved',
      fleet(fault('a')),
      fleet(fault('a', { state: 'resolved' })),
      { resolved: ['fault a'] },
    ],
    [
      'superseded by the finding that gives the cause',
      fleet(fault('a')),
      fleet(fault('a', { state: 'resolved', closed: 'superseded' }), fault('b')),
      { fresh: ['fault b'], withoutFix: 1 },
    ],
    [
      'not found any more with more data read',
      fleet(fault('a')),
      fleet(fault('a', { state: 'resolved', closed: 'reassessed' })),
      { withoutFix: 1 },
    ],
    [
      'resolved in a run that nobody was told of',
      fleet(fault('a')),
      fleet(),
      { resolved: ['fault a'] },
    ],
    ['resolved, but never open before', fleet(), fleet(fault('a', { state: 'resolved' })), {}],
    ['exempt now', fleet(fault('a')), fleet(fault('a', { state: 'exempt' })), {}],
    [
      'stale',
      fleet(fault('a')),
      [cluster({ result: 'denied', findings: [fault('a', { state: 'stale' })] })],
      { lost: ['aks-app'] },
    ],
    ['not seen', fleet(fault('a')), [cluster({ result: 'unreachable' })], { lost: ['aks-app'] }],
    ['not seen in a part', fleet(fault('a')), [cluster({ result: 'partial' })], {}],
    ['stopped', fleet(fault('a')), [cluster({ result: 'skipped' })], {}],
    [
      'its cluster deleted',
      fleet(fault('a')),
      [
        cluster({
          result: 'gone',
          findings: [fault('a', { state: 'resolved', closed: 'cluster-deleted' })],
        }),
      ],
      { gone: 1 },
    ],
    [
      'its Service deleted',
      fleet(fault('a')),
      fleet(fault('a', { state: 'resolved', closed: 'subject-gone' })),
      { gone: 1 },
    ],
    [
      'its cluster no longer audited',
      fleet(fault('a')),
      [cluster({ name: 'aks-other' })],
      { gone: 1 },
    ],
    ['switched off', fleet(fault('a')), [cluster({ switchedOff: [fault('a').fingerprint] })], {}],
    [
      'graver',
      fleet(fault('a', { severity: 'high' })),
      fleet(fault('a')),
      { changed: ['fault a'], raised: ['fault a'] },
    ],
    ['less grave', fleet(fault('a')), fleet(fault('a', { severity: 'high' })), {}],
    [
      '19 points more lost',
      fleet(fault('a', ports({ lost: 0.1 }))),
      fleet(fault('a', ports({ lost: 0.29 }))),
      {},
    ],
    [
      '21 points more lost',
      fleet(fault('a', ports({ lost: 0.1 }))),
      fleet(fault('a', ports({ lost: 0.31 }))),
      { changed: ['fault a'] },
    ],
    [
      'more pods starved',
      fleet(fault('a', ports({ starvedPods: 1 }))),
      fleet(fault('a', ports({ starvedPods: 2 }))),
      { changed: ['fault a'] },
    ],
    [
      'worse little by little, as state says',
      fleet(fault('a')),
      fleet(fault('a', { changed: true })),
      { changed: ['fault a'] },
    ],
    [
      'a cluster that was never scanned',
      fleet(),
      [...fleet(), cluster({ name: 'aks-new', result: 'failed' })],
      { lost: ['aks-new'] },
    ],
    [
      'a cluster that still is not',
      [cluster({ result: 'denied' })],
      [cluster({ result: 'failed' })],
      {},
    ],
    ['no cluster at all', fleet(fault('a')), [], {}],
  ])('%s', (_name, before, now, expected) => {
    expect(named(between(before, now))).toEqual({ ...nothing, ...expected });
  });

  test('only what somebody hears of', () => {
    const both = changesBetween(
      indexed(report(fleet(fault('a')))),
      indexed(report(fleet(fault('b')))),
      ({ finding }) => finding.title === 'fault b',
    );
    expect(named(both)).toEqual({ ...nothing, fresh: ['fault b'] });
  });

  test('what is gone is no news, what is lost is for those who have the cluster', () => {
    const gone = between(fleet(fault('a')), [cluster({ name: 'aks-other' })]);
    expect(isNews(gone, everybody)).toBe(false);
    const lost = between(fleet(), [cluster({ result: 'denied' })]);
    expect([isNews(lost, everybody), isNews(lost, () => false)]).toEqual([true, false]);
  });
});

test('a report without clusters closes nothing', () => {
  const about = { fingerprint: fault('a').fingerprint, clusterId: cluster().id };
  expect(currentStatus(about, indexed(report([])))).toBe('unseen');
});
