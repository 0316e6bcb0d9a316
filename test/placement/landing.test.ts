import { describe, expect, test } from '@jest/globals';
import { landing, mayStay, preferenceScores } from '../../shared/placement/index.ts';
import { nodeName, type Toleration } from '../../shared/model/index.ts';
import { node, pinned, podSpec, taint } from '../builders/index.ts';

const everything: Toleration = { key: '', operator: 'Exists', value: '', effect: '' };

describe('can a pod land on a live node', () => {
  test.each([
    { what: 'nothing in the way', on: {}, spec: {}, now: 'yes', ever: 'yes' },
    {
      what: 'a soft taint',
      on: { taints: [taint('a:PreferNoSchedule')] },
      spec: {},
      now: 'yes',
      ever: 'yes',
    },
    {
      what: 'a hard taint',
      on: { taints: [taint('a:NoExecute')] },
      spec: {},
      now: 'no',
      ever: 'no',
    },
    {
      what: 'an effect that is none',
      on: { taints: [taint('a:Never')] },
      spec: {},
      now: 'yes',
      ever: 'yes',
    },
    {
      what: 'a taint of a condition',
      on: { taints: [taint('node.kubernetes.io/memory-pressure:NoSchedule')] },
      spec: {},
      now: 'no',
      ever: 'yes',
    },
    { what: 'a cordon', on: { unschedulable: true }, spec: {}, now: 'no', ever: 'yes' },
    {
      what: 'a cordon, tolerated',
      on: { unschedulable: true },
      spec: { tolerations: [everything] },
      now: 'yes',
      ever: 'yes',
    },
    { what: 'not Ready', on: { ready: 'unknown' as const }, spec: {}, now: 'no', ever: 'yes' },
    { what: 'another pool asked for', on: {}, spec: pinned('gpu'), now: 'no', ever: 'no' },
    { what: 'bound to another node', on: {}, spec: { nodeName: 'user-1' }, now: 'no', ever: 'no' },
    { what: 'bound to this node', on: {}, spec: { nodeName: 'user-0' }, now: 'yes', ever: 'yes' },
  ])('$what: now $now, ever $ever', ({ on, spec, now, ever }) => {
    expect(landing(podSpec(spec), node('user-0', on))).toMatchObject({ now, ever });
  });

  test('says what is in the way, what lasts first', () => {
    const on = node('user-0', { taints: [taint('a:NoSchedule')], unschedulable: true });
    expect(landing(podSpec(pinned('gpu')), on).obstacles.map((each) => each.kind)).toEqual([
      'node-affinity',
      'taint',
      'cordoned',
    ]);
  });

  test('a node that is not Ready, and a cordoned one, take no pod now', () => {
    const notReady = landing(podSpec(), node('user-0', { ready: 'false' }));
    expect(notReady).toMatchObject({ now: 'no', ever: 'yes', obstacles: [{ kind: 'not-ready' }] });
    const cordoned = landing(podSpec(), node('user-0', { unschedulable: true }));
    expect(cordoned).toMatchObject({ now: 'no', ever: 'yes', obstacles: [{ kind: 'cordoned' }] });
  });
});

const limit = (key: string, tolerationSeconds: number | undefined): Toleration => ({
  key,
  operator: 'Exists',
  value: '',
  effect: '',
  ...(tolerationSeconds !== undefined && { tolerationSeconds }),
});

describe('may a running pod stay', () => {
  test.each([
    { what: 'NoSchedule', taints: ['a:NoSchedule'], by: [], answer: { kind: 'stays' } },
    { what: 'NoExecute', taints: ['a:NoExecute'], by: [], answer: { kind: 'at-once' } },
    {
      what: 'one of two',
      taints: ['a:NoExecute', 'b:NoExecute'],
      by: [limit('a', undefined)],
      answer: { kind: 'at-once' },
    },
    {
      what: 'tolerated for ever',
      taints: ['a:NoExecute'],
      by: [limit('a', undefined)],
      answer: { kind: 'stays' },
    },
    {
      what: 'tolerated for a time',
      taints: ['a:NoExecute'],
      by: [limit('a', 300)],
      answer: { kind: 'after', seconds: 300 },
    },
    {
      what: 'the shortest limit',
      taints: ['a:NoExecute'],
      by: [limit('a', 300), limit('', 60), limit('a', undefined)],
      answer: { kind: 'after', seconds: 60 },
    },
    {
      what: 'a limit of another taint',
      taints: ['a:NoExecute'],
      by: [limit('b', 1), limit('a', 9)],
      answer: { kind: 'after', seconds: 9 },
    },
    {
      what: 'no time at all',
      taints: ['a:NoExecute'],
      by: [limit('a', -5)],
      answer: { kind: 'at-once' },
    },
  ])('$what: $answer', ({ taints, by, answer }) => {
    const on = node('user-0', { taints: taints.map(taint) });
    expect(mayStay(podSpec({ tolerations: by }), on)).toMatchObject(answer);
  });
});

test('a soft taint is worth up to 300 points, a preference 200', () => {
  const clean = node('user-0');
  const soft = node('system-0', { taints: [taint('a:PreferNoSchedule')] });
  const softer = node('system-1', {
    taints: ['a', 'b'].map((key) => taint(`${key}:PreferNoSchedule`)),
  });
  const scores = preferenceScores(
    podSpec({
      preferredNodeAffinity: [
        {
          weight: 1,
          term: {
            matchExpressions: [
              { key: 'kubernetes.azure.com/agentpool', operator: 'In', values: ['system'] },
            ],
            matchFields: [],
          },
        },
      ],
    }),
    [clean, soft, softer],
  );
  expect([...scores]).toEqual([
    [nodeName('user-0'), 300],
    [nodeName('system-0'), 350],
    [nodeName('system-1'), 200],
  ]);
});
