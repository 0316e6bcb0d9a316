import { describe, expect, test } from '@jest/globals';
import { unseenClusters, type RunPlan } from '../../shared/history/index.ts';
import { clusterId, plan, result } from './builders.ts';
import { cluster, notified, shown, starved, timeline } from './timeline.ts';

/** What a run does with it: a result for each cluster that was not planned. */
function next(changes: Partial<RunPlan>, isWanted?: (each: { readonly name: string }) => boolean) {
  const runs = timeline();
  runs.run([cluster([starved()]), result('b')]);
  const { unseen, excluded } = unseenClusters(runs.state, plan(['b'], changes), isWanted);
  const added = unseen.map(({ cluster: { id, name }, result: word, reason }) =>
    cluster([], { id, name, result: word, reason }),
  );
  const step = runs.run([...added, result('b')], { excluded });
  return {
    added,
    shown: shown(step),
    notified: notified(step.changes),
    known: runs.state?.clusters.length,
  };
}

describe('a cluster that was known and is not planned', () => {
  test('is gone when its subscription was listed as a whole', () => {
    expect(next({})).toMatchObject({
      added: [{ result: 'gone' }],
      notified: ['resolved shop/web'],
      known: 1,
    });
  });

  test.each([
    {
      name: 'could not be listed',
      subscriptions: [{ id: 's1', listed: false, why: '403' }],
      reason: '403',
    },
    {
      name: 'is not visible any more',
      subscriptions: [{ id: 's2', listed: true }],
      reason: 'grant Reader',
    },
  ])('stays when its subscription $name', ({ subscriptions, reason }) => {
    expect(next({ subscriptions })).toMatchObject({
      added: [{ result: 'denied', reason: expect.stringContaining(reason) }],
      shown: ['stale shop/web'],
      notified: [],
      known: 2,
    });
  });

  test.each([
    { name: 'it is excluded', changes: { excluded: [clusterId('a')] } },
    {
      name: 'its subscription is not asked for',
      changes: { subscriptions: [], subscriptionsAsked: ['S2'] },
    },
  ])('is dropped without a word when $name', ({ changes }) => {
    expect(next(changes)).toMatchObject({ added: [], notified: [], known: 1 });
  });

  test('is dropped without a word when policy leaves it out', () => {
    const subscriptions = [{ id: 's1', listed: false }];
    expect(next({ subscriptions }, ({ name }) => name !== 'a')).toMatchObject({
      added: [],
      known: 1,
    });
  });

  test('a subscription id in another letter case is the same subscription', () => {
    expect(
      next({ subscriptions: [{ id: 'S1', listed: true }], subscriptionsAsked: ['S1'] }),
    ).toMatchObject({
      added: [{ result: 'gone' }],
    });
  });
});
