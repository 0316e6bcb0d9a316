import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spreadByHost } from '../../shared/placement/index.ts';
import { isLong } from '../support/long.ts';
import { admits, canShare, newPods } from './scheduler.ts';
import { spreadCases } from './spread-cases.ts';

const runs = { seed: 20_261_129, numRuns: isLong ? 20_000 : 1_500 };

test('what is said of two pods on one node is what trying every order of the scheduler shows', () => {
  fc.assert(
    fc.property(spreadCases, ({ nodes, own, foreign, namespaces }) => {
      const spread = spreadByHost(own, { nodes, namespaces, others: [own, foreign] });
      fc.pre(spread !== 'unknown');
      // Where nodes are fewer than pods some have to share.
      const places = nodes.filter((node) =>
        admits({ nodes, own, foreign, namespaces }, [], newPods(own, true)[0]!, node),
      );
      // Whether pods of others that a spread counts fill a place is not known: that is luck as well.
      const isHard = own.podSpec.topologySpread.some(
        ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
      );
      if (spread === 'hoped-for') fc.pre(!isHard || foreign.replicas === 0);
      if (spread === 'bounded') fc.pre(places.length >= (own.replicas ?? 0));
      expect(canShare({ nodes, own, foreign, namespaces })).toBe(spread === 'hoped-for');
    }),
    runs,
  );
});

test('few answers are unknown where everything was read', () => {
  const answers = fc
    .sample(spreadCases, { seed: 7, numRuns: 500 })
    .map(({ nodes, own, foreign, namespaces }) =>
      spreadByHost(own, { nodes, namespaces, others: [own, foreign] }),
    );
  expect(answers.filter((each) => each === 'unknown').length).toBeLessThan(200);
  for (const each of ['guaranteed', 'bounded', 'hoped-for'] as const)
    expect(answers.filter((answer) => answer === each).length).toBeGreaterThan(10);
});
