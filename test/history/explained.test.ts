import { describe, expect, test } from '@jest/globals';
import type { ClusterFindings, Finding } from '../../shared/findings/index.ts';
import type { Diff } from '../../shared/history/diff.ts';
import { cluster, print, starved, timeline } from './timeline.ts';

/** Network security groups that keep every probe of `shop/web` out, and what they bring about. */
const cause = starved('shop/web', {
  fingerprint: print('cause'),
  rule: 'network/nsg-blocks-probe',
});
const symptom = symptomOn(80);

function symptomOn(...ports: readonly number[]): Finding {
  return starved('shop/web', {
    fingerprint: print('symptom'),
    rule: 'traffic/no-traffic',
    evidence: { ports: ports.map((port) => ({ port, protocol: 'TCP', family: 'IPv4' })) },
  });
}

const slices = ['services', 'securityGroups'];
const rules = new Map([
  [cause.rule, { needs: slices, all: slices }],
  [symptom.rule, { needs: ['services'], all: slices }],
]);

const read = { coverage: slices.map((slice) => ({ slice, state: 'read' as const })) };
const whole = (...findings: readonly Finding[]) => cluster(findings, read);
const explained = cluster([cause], {
  ...read,
  explained: [
    { fingerprint: symptom.fingerprint, rule: symptom.rule, by: [cause], ports: ['80/TCP/IPv4'] },
  ],
});
const unread = (...findings: readonly Finding[]) =>
  cluster(findings, {
    result: 'partial',
    coverage: [
      { slice: 'services', state: 'read' },
      { slice: 'securityGroups', state: 'unread' },
    ],
    unknown: [{ rule: cause.rule, why: 'securityGroups: 403', slices: ['securityGroups'] }],
  });

/** `resolved traffic/no-traffic superseded network/nsg-blocks-probe` */
function changesOf({ changes }: Diff<ClusterFindings>): readonly string[] {
  return changes.map(({ kind, finding: { rule, closed, supersededBy } }) =>
    [kind, rule, ...(kind === 'resolved' ? [closed, supersededBy?.rule] : [])]
      .filter((word) => word !== undefined)
      .join(' '),
  );
}

function story(...runs: readonly ClusterFindings[]): readonly (readonly string[])[] {
  const line = timeline();
  return runs.map((each) => changesOf(line.run([each], { rules })));
}

describe('a finding that another one explains', () => {
  test('is no news while the cause cannot be read, for however long, nor when it is read again', () => {
    expect(story(explained, unread(symptom), unread(symptom), explained)).toEqual([[], [], [], []]);
  });

  test('the report shows the cause, stale, and not the symptom', () => {
    const line = timeline();
    line.run([explained], { rules });
    const { clusters } = line.run([unread(symptom)], { rules });
    expect(clusters.flatMap(({ findings }) => findings)).toMatchObject([
      { rule: cause.rule, state: 'stale' },
    ]);
  });

  test('is news on a port that the cause did not explain', () => {
    expect(story(explained, unread(symptomOn(80, 443)))).toEqual([[], ['new traffic/no-traffic']]);
  });

  test('is news once the cause is fixed and it is still there', () => {
    expect(story(explained, unread(symptom), whole(symptom))).toEqual([
      [],
      [],
      ['resolved network/nsg-blocks-probe fixed', 'new traffic/no-traffic'],
    ]);
  });

  test('first seen without its cause gives way to it: superseded, not fixed', () => {
    expect(story(whole(), unread(symptom), explained, whole(symptom), whole())).toEqual([
      [],
      ['new traffic/no-traffic'],
      [
        'resolved traffic/no-traffic superseded network/nsg-blocks-probe',
        'new network/nsg-blocks-probe',
      ],
      ['resolved network/nsg-blocks-probe fixed', 'reopened traffic/no-traffic'],
      ['resolved traffic/no-traffic fixed'],
    ]);
  });

  test.each([
    { name: 'another port', known: [80], unreadAfter: [], readAfter: ['fixed'] },
    { name: 'one of its two ports', known: [80, 443], unreadAfter: [], readAfter: ['superseded'] },
    { name: 'its only port', known: [443], unreadAfter: ['superseded'], readAfter: undefined },
  ])(
    'gives way only as far as it is explained: $name',
    ({ known, unreadAfter, readAfter = [] }) => {
      const line = timeline();
      line.run([whole(symptomOn(...known))], { rules });
      const part = { fingerprint: symptom.fingerprint, rule: symptom.rule, by: [cause] };
      const causes = { explained: [{ ...part, ports: ['443/TCP/IPv4'] }] };
      const closed = [
        { ...unread(cause), ...causes },
        { ...whole(cause), ...causes },
      ].map((run) =>
        line
          .run([run], { rules })
          .changes.flatMap(({ kind, finding }) => (kind === 'resolved' ? finding.closed : [])),
      );
      expect(closed).toEqual([unreadAfter, readAfter]);
    },
  );

  test('that is superseded counts as neither open nor resolved', () => {
    const line = timeline();
    line.run([unread(symptom)], { rules });
    const { state } = line.run([explained], { rules });
    expect(state.history.at(-1)).toMatchObject({ changes: { new: 1, resolved: 0 } });
  });
});

describe('a finding that is not there once more was read', () => {
  test.each([
    { name: 'a list of its rule', slice: 'securityGroups', closed: 'reassessed' },
    {
      name: 'Azure’s own observations, which come and go',
      slice: 'backendHealth',
      closed: 'fixed',
    },
    { name: 'a list that its rule does not look at', slice: 'pods', closed: 'fixed' },
  ])('$name: $closed', ({ slice, closed }) => {
    const all = ['services', 'securityGroups', 'backendHealth'];
    const line = timeline();
    const own = new Map([[symptom.rule, { needs: ['services'], all }]]);
    const coverage = (...names: readonly string[]) =>
      [...all, 'pods'].map((each) => ({
        slice: each,
        state: names.includes(each) ? ('read' as const) : ('unread' as const),
      }));
    line.run([cluster([symptom], { coverage: coverage('services') })], { rules: own });
    const step = line.run([cluster([], { coverage: coverage('services', slice) })], { rules: own });
    expect(changesOf(step)).toEqual([`resolved traffic/no-traffic ${closed}`]);
  });
});
