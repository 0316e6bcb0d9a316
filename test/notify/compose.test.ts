import { describe, expect, test } from '@jest/globals';
import { indexed } from '../../shared/notify/changes.ts';
import { compose } from '../../shared/notify/compose/compose.ts';
import type { Composed, Materials } from '../../shared/notify/compose/materials.ts';
import { previewText } from '../../shared/notify/index.ts';
import { newRow, type OutboxRow } from '../../shared/notify/outbox/row.ts';
import { routing } from '../../shared/notify/routing/routing.ts';
import { report } from '../report/builders.ts';
import { fault, fleet } from './fleet.ts';
import { runAt, start } from './simulated-notifier.ts';
import { channel } from './workspace.ts';

const hourMs = 3_600_000;
const [target] = routing({ channel }).targets;
const at = { nowMs: start, failing: undefined };

const first = indexed({ ...report(fleet(fault('a'))), run: runAt(start) });
const second = indexed({
  ...report(fleet(fault('a'), fault('b', { state: 'new' }))),
  run: runAt(start + 18 * hourMs),
  history: [0, 6, 12].map((hours) => ({
    runId: runAt(start + hours * hourMs).id,
    startedAt: runAt(start + hours * hourMs).startedAt,
    findings: { critical: 1, high: 0, medium: 0, low: 0, info: 0 },
  })),
});

function row(kind: OutboxRow['kind'], key: string, changes: Partial<OutboxRow> = {}): OutboxRow {
  return newRow({
    route: 'fleet',
    key,
    kind,
    channel,
    runId: 'r1',
    createdMs: start,
    ...changes,
  });
}

function digest(name: string, changes: Partial<OutboxRow> = {}): OutboxRow {
  return row('digest', `digest|${name}`, changes);
}

function materials(changes: Partial<Materials> = {}): Materials {
  return {
    interactive: false,
    now: second,
    target,
    hears: () => true,
    hasCluster: undefined,
    parent: undefined,
    digests: [],
    told: first,
    from: first,
    to: second,
    messaged: new Set(),
    apart: new Set(),
    hasMore: false,
    ...changes,
  };
}

const sent: OutboxRow['state'] = { kind: 'sent', ts: '1.0', threadTs: '1.0', sentMs: start };
const sending: OutboxRow['state'] = { kind: 'sending', startedMs: start, leaseUntilMs: start };
const unknown: OutboxRow['state'] = {
  kind: 'unknown',
  startedMs: start,
  looks: 0,
  notBeforeMs: start,
  why: '',
};
const dead: OutboxRow['state'] = { kind: 'dead', why: '', atMs: start };

function kindOf(composed: Composed): string {
  return composed.kind === 'drop' ? composed.why : composed.kind;
}

describe('a digest', () => {
  const mine = digest('mine', { runId: 'r2' });

  test.each<[string, readonly OutboxRow[], string]>([
    ['alone is sent', [mine], 'message'],
    ['waits while another is being sent', [mine, digest('x', { state: sending })], 'wait'],
    ['waits while the fate of another is unknown', [mine, digest('x', { state: unknown })], 'wait'],
    ['leaves it to a later one', [mine, digest('x', { runId: 'r3' })], 'a later digest tells it'],
    [
      'leaves it to a later one of the same run',
      [mine, digest('x', { runId: 'r2', createdMs: start + 1 })],
      'a later digest tells it',
    ],
    [
      'tells what an earlier one would have',
      [mine, digest('x', { createdMs: start + 1 })],
      'message',
    ],
    [
      'does not mind those that were sent or died',
      [mine, digest('x', { state: sent }), digest('y', { state: dead })],
      'message',
    ],
  ])('%s', (_name, digests, kind) => {
    expect(kindOf(compose(mine, materials({ digests }), at))).toBe(kind);
  });

  test('remembers between which runs it tells, and says how many these are', () => {
    const composed = compose(mine, materials(), at);
    if (composed.kind !== 'message') throw new Error('no message');
    expect(composed.row).toMatchObject({
      baseRun: first.report.run.id,
      shownRun: second.report.run.id,
      count: 0,
    });
    expect(previewText(composed.message)).toContain('Route fleet. Covers 3 runs.');
  });

  test('of a run right after the last one says nothing of that', () => {
    const next = indexed({ ...second.report, history: [] });
    const composed = compose(mine, materials({ now: next }), at);
    expect(composed.kind === 'message' && previewText(composed.message)).not.toContain('Covers');
  });

  test('is dropped when nothing is left to tell, or its route is gone', () => {
    expect(kindOf(compose(mine, materials({ told: second }), at))).toBe('nothing is left to tell');
    expect(kindOf(compose(mine, materials({ target: undefined }), at))).toBe('the route is gone');
  });
});

describe('replies', () => {
  const parent = digest('p', { state: sent });
  const critical = row('critical', 'critical|x|1', {
    state: sent,
    about: {
      fingerprint: fault('b').fingerprint,
      rule: 'r',
      title: 'fault b',
      cluster: 'aks-app',
      clusterId: second.report.clusters[0]?.id ?? '',
      firstSeen: '2026-11-23T06:00:00Z',
    },
  });
  const about = critical.about === undefined ? {} : { about: critical.about };
  const closed = { how: 'resolved', runId: second.report.run.id, atMs: start } as const;

  test.each<[string, OutboxRow, Partial<Materials>, string]>([
    [
      'detail',
      row('detail', 'd', { parent: parent.key, note: about.about?.clusterId ?? '' }),
      { parent },
      'message',
    ],
    [
      'detail of another cluster',
      row('detail', 'd', { parent: parent.key, note: 'x' }),
      { parent },
      'nothing is left to tell',
    ],
    [
      'detail before its digest',
      row('detail', 'd', { parent: 'p' }),
      { parent: digest('p') },
      'wait',
    ],
    [
      'detail of a digest that died',
      row('detail', 'd', { parent: 'p' }),
      { parent: digest('p', { state: dead }) },
      'its digest tells nothing of it',
    ],
    [
      'detail of a baseline',
      row('detail', 'd', { parent: 'p' }),
      { parent, from: undefined },
      'its digest tells nothing of it',
    ],
    ['more', row('more', 'm', { parent: 'p' }), { parent }, 'message'],
    [
      'more, all of which have a message',
      row('more', 'm', { parent: 'p' }),
      { parent, messaged: new Set([fault('b').fingerprint]) },
      'nothing is left to tell',
    ],
    [
      'reminder',
      row('reminder', 'r', { parent: 'c', count: 3, ...about }),
      { parent: critical },
      'message',
    ],
    [
      'reminder of what is over',
      row('reminder', 'r', { parent: 'c', ...about }),
      { parent: { ...critical, closed } },
      'no reminder is needed',
    ],
    [
      'reminder of what somebody has',
      row('reminder', 'r', { parent: 'c', ...about }),
      { parent: { ...critical, handled: { acknowledgedBy: 'U0APPROVER1' } } },
      'no reminder is needed',
    ],
    [
      'reminder of what is snoozed',
      row('reminder', 'r', { parent: 'c', ...about }),
      { parent: { ...critical, handled: { snoozedUntilMs: start + 1 } } },
      'no reminder is needed',
    ],
    [
      'reminder of what was snoozed',
      row('reminder', 'r', { parent: 'c', ...about }),
      { parent: { ...critical, handled: { snoozedUntilMs: start } } },
      'message',
    ],
    [
      'reminder of what is not open',
      row('reminder', 'r', { parent: 'c', ...about }),
      { parent: critical, now: first },
      'it is not open',
    ],
    [
      'resolved',
      row('resolved', 's', { parent: 'c', ...about }),
      { parent: { ...critical, closed } },
      'message',
    ],
    [
      'resolved before it was told',
      row('resolved', 's', { parent: 'c', ...about }),
      { parent: { ...critical, closed, state: dead } },
      'it was never told',
    ],
    [
      'resolved while it is being told',
      row('resolved', 's', { parent: 'c', ...about }),
      { parent: { ...critical, closed, state: unknown } },
      'wait',
    ],
    [
      'resolved, and yet open',
      row('resolved', 's', { parent: 'c', ...about }),
      { parent: critical },
      'it is open',
    ],
    ['not scanned, and all were', row('not-scanned', 'n'), {}, 'all were scanned again'],
    [
      'not scanned, under a digest that waits',
      row('not-scanned', 'n', { parent: 'p' }),
      { parent: digest('p') },
      'wait',
    ],
    [
      'not scanned, under a digest that died',
      row('not-scanned', 'n', { parent: 'p' }),
      { parent: digest('p', { state: dead }) },
      'its digest was never sent',
    ],
    ['a critical that is closed', { ...critical, closed }, {}, 'it ended before it was told'],
    ['a critical that is not open', critical, { now: first }, 'it ended before it was told'],
    ['a critical', critical, {}, 'message'],
    ['no message at all', row('plan', 'plan'), {}, 'no message'],
  ])('%s', (_name, given, changes, kind) => {
    expect(kindOf(compose(given, materials(changes), at))).toBe(kind);
  });
});

describe('the week', () => {
  const told = (name: string, changes: Partial<OutboxRow>): OutboxRow =>
    digest(name, { state: sent, baseRun: 'x', ...changes });

  test('counts what its digests told as resolved', () => {
    const digests = [told('a', { count: 2 }), told('b', { count: 3 }), told('c', {})];
    const composed = compose(row('weekly', 'w'), materials({ digests }), at);
    expect(composed.kind === 'message' && composed.message.text).toContain(
      '2 opened, 5 resolved, 2 open',
    );
  });

  test.each<[string, OutboxRow]>([
    [
      'the digest of the week before',
      told('a', { state: { ...sent, sentMs: start - 8 * 24 * hourMs } }),
    ],
    ['a baseline', digest('a', { state: sent })],
    ['a digest that died', told('a', { state: dead })],
  ])('is not told of %s', (_name, only) => {
    expect(kindOf(compose(row('weekly', 'w'), materials({ digests: [only] }), at))).toBe(
      'nothing changed in the week',
    );
  });
});
