import { describe, expect, test } from '@jest/globals';
import { cluster } from '../report/builders.ts';
import { fault, faults, fleet } from './fleet.ts';
import { messageProblems } from './inert.ts';
import { hourMs, simulatedNotifier, type SimulatedNotifier } from './simulated-notifier.ts';
import type { Posted } from './workspace.ts';

const dayMs = 24 * hourMs;

function texts(messages: readonly Posted[]): readonly string[] {
  return messages.map(({ text }) => text);
}

async function settledIn(it: SimulatedNotifier): Promise<void> {
  await it.run(fleet(fault('old')));
  it.time.nowMs += 6 * hourMs;
}

describe('a life of a fleet in Slack', () => {
  test('baseline, silence, a new critical, its end, and open again', async () => {
    const it = simulatedNotifier();
    await it.run(fleet(fault('a')));
    expect(texts(it.messages())).toEqual([
      'Evenkeel: first scan, 1 open finding. 1 of 1 cluster scanned. Worst: fault a on aks-app.',
    ]);

    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('a')));
    expect(texts(it.messages())).toEqual([
      'Evenkeel: nothing changed. 1 of 1 cluster scanned, 1 still open.',
    ]);
    expect(it.messages()[0]?.edits).toBe(1);

    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('a'), fault('b', { state: 'new' })));
    expect(texts(it.topLevel()).slice(1)).toEqual([
      'CRITICAL fault b on aks-app.',
      'Evenkeel: 1 new, 2 open. 1 of 1 cluster scanned.',
    ]);
    expect(texts(it.replies())).toEqual([]);

    it.time.nowMs += 30 * hourMs;
    await it.run(fleet(fault('a'), fault('b', { state: 'resolved', closed: 'fixed' })));
    expect(texts(it.topLevel()).slice(1)).toEqual([
      'RESOLVED fault b on aks-app. Open for 1 day 18 h.',
      expect.stringContaining('1 new, 2 open'),
      'Evenkeel: 1 resolved, 1 open. 1 of 1 cluster scanned.',
    ]);
    expect(texts(it.replies()).at(-1)).toBe(
      'Resolved after 1 day 18 h: fault b on aks-app. Shares now 100.',
    );

    it.time.nowMs += 2 * dayMs;
    await it.run(fleet(fault('a'), fault('b', { state: 'reopened' })));
    const again = it.replies().find(({ text }) => text === 'REOPENED CRITICAL fault b on aks-app.');
    expect(again?.threadTs).toBe(it.topLevel()[1]?.ts);
    expect(again?.sent.get('reply_broadcast')).toBe('true');
    expect(it.messages().flatMap(messageProblems)).toEqual([]);
  });

  test.each([
    { unreadable: 0, weekly: 0 },
    { unreadable: 3, weekly: 4 },
  ])(
    'thirty days, four runs a day, nothing changes, $unreadable clusters are never readable: $weekly messages after the first',
    async ({ unreadable, weekly }) => {
      const it = simulatedNotifier({ config: { channel: 'C0FLEET0001' } });
      const off = Array.from({ length: unreadable }, (_, at) =>
        cluster({ name: `aks-off-${at}`, result: at === 0 ? 'denied' : 'unreachable' }),
      );
      const same = [...fleet(...faults(30)), ...off];
      for (let run = 0; run < 120; run += 1) {
        await it.run(same);
        for (let tick = 0; tick < 3; tick += 1) {
          it.time.nowMs += 2 * hourMs;
          await it.tick();
        }
      }
      expect(texts(it.messages())).toEqual([
        `Evenkeel: nothing changed. 1 of ${unreadable === 0 ? '1 cluster' : '4 clusters'} scanned, 30 still open.`,
        ...Array.from(
          { length: weekly },
          () => 'Not scanned: 3 of 4 clusters. None of their findings counts as resolved.',
        ),
      ]);
      const stamps = it.messages().map(({ ts }) => Number(ts));
      const weekSeconds = 7 * 24 * 3600;
      for (const [at, ts] of stamps.slice(1).entries())
        expect(ts - (stamps[at] ?? 0)).toBeGreaterThanOrEqual(weekSeconds - 60);
      expect(it.topLevel()[0]?.edits).toBe(119);
    },
  );
});

describe('criticals', () => {
  test('are named once: in their own message, and not in the digest, its thread or later ones', async () => {
    const it = simulatedNotifier();
    await it.run(fleet(fault('old')));
    it.time.nowMs += 6 * hourMs;
    const after = [
      fault('old'),
      fault('fresh', { state: 'new' }),
      fault('minor', { state: 'new', severity: 'high' }),
    ];
    await it.run(fleet(...after));
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(...after, fault('later', { state: 'new', severity: 'medium' })));
    const shown = it
      .messages()
      .map(({ blocks, attachments }) => JSON.stringify([blocks, attachments]));
    const naming = (name: string): number =>
      shown.filter((each) => each.includes(`fault ${name}`)).length;
    expect({ old: naming('old'), fresh: naming('fresh') }).toEqual({ old: 1, fresh: 1 });
    expect(naming('minor')).toBeGreaterThan(0);
    expect(shown.join(' ')).toContain('1 critical finding, posted separately');
    // What a screen reader reads of the digest names it neither.
    expect(texts(it.topLevel()).filter((each) => each.includes('fault fresh'))).toHaveLength(1);
  });

  test('ten at most in one run, and the digest says how many more', async () => {
    const it = simulatedNotifier();
    await settledIn(it);
    await it.run(fleet(fault('old'), ...faults(23, 'n', { state: 'new' })));
    expect(it.topLevel().filter(({ text }) => text.startsWith('CRITICAL'))).toHaveLength(10);
    expect(texts(it.replies())).toContain('Also new: 13 critical findings, not posted separately.');
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('old'), ...faults(23, 'n')));
    expect(it.topLevel().filter(({ text }) => text.startsWith('CRITICAL'))).toHaveLength(10);
  });

  test('that get graver are told like new ones', async () => {
    const it = simulatedNotifier();
    await it.run(fleet(fault('a', { severity: 'high' })));
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('a', { changed: true })));
    expect(texts(it.topLevel()).slice(1)).toEqual([
      'CRITICAL fault a on aks-app.',
      'Evenkeel: 1 changed, 1 open. 1 of 1 cluster scanned.',
    ]);
  });

  test.each([
    [
      'its cluster is deleted',
      { state: 'resolved', closed: 'cluster-deleted' },
      'DELETED WITH ITS CLUSTER OR SERVICE',
    ],
    ['it is exempt', { state: 'exempt' }, 'EXEMPT OR SWITCHED OFF BY POLICY'],
    ['it is only high now', { severity: 'high' }, 'NO LONGER CRITICAL'],
  ] as const)('end silently when %s', async (_name, changes, words) => {
    const it = simulatedNotifier();
    await settledIn(it);
    await it.run(fleet(fault('old'), fault('b', { state: 'new' })));
    it.time.nowMs += 6 * hourMs;
    const before = it.messages().length;
    await it.run(fleet(fault('old'), fault('b', changes)));
    expect(it.messages()).toHaveLength(before);
    expect(it.topLevel()[1]?.text).toBe(`${words} fault b on aks-app. Open for 12 h.`);
  });

  test('a cluster that cannot be read resolves nothing', async () => {
    const it = simulatedNotifier();
    await settledIn(it);
    await it.run(fleet(fault('old'), fault('b', { state: 'new' })));
    for (const state of ['stale', 'stale'] as const) {
      it.time.nowMs += 6 * hourMs;
      const findings = [fault('old', { state }), fault('b', { state })];
      await it.run([cluster({ result: 'unreachable', reason: 'connect timed out', findings })]);
    }
    expect(it.topLevel()[1]?.text).toBe('CRITICAL fault b on aks-app.');
    expect(JSON.stringify(it.messages())).not.toContain('esolved fault');
    // Nor does a report that has lost them.
    it.time.nowMs += 6 * hourMs;
    await it.run([cluster({ result: 'partial' })]);
    expect(it.topLevel()[1]?.text).toBe('CRITICAL fault b on aks-app.');
  });

  test('that flap are told in digests only', async () => {
    const it = simulatedNotifier();
    await settledIn(it);
    for (let turn = 0; turn < 6; turn += 1) {
      const state = turn % 2 === 0 ? 'new' : 'resolved';
      await it.run(fleet(fault('old'), fault('b', { state, ...(turn > 2 && { flapping: true }) })));
      it.time.nowMs += hourMs;
    }
    expect(it.messages().filter(({ text }) => text.includes('CRITICAL fault b'))).toHaveLength(0);
    expect(it.messages().filter(({ text }) => text.startsWith('RESOLVED fault b'))).toHaveLength(2);
  });

  test('untouched ones are called to mind on day 1, 3, 7, then weekly, in their thread', async () => {
    const it = simulatedNotifier();
    await settledIn(it);
    await it.run(fleet(fault('old'), fault('b', { state: 'new' })));
    for (let run = 0; run < 4 * 23; run += 1) {
      it.time.nowMs += 6 * hourMs;
      await it.run(fleet(fault('old'), fault('b')));
    }
    expect(texts(it.replies()).filter((text) => text.startsWith('Still open'))).toEqual(
      ['1 day', '3 days', '7 days', '14 days', '21 days'].map(
        (age) => `Still open after ${age}: fault b on aks-app.`,
      ),
    );
  });

  test('what ended before it could be sent is never announced', async () => {
    const it = simulatedNotifier();
    await settledIn(it);
    it.simulator.faults.set([
      { host: 'slack.com', action: { kind: 'throttle', retryAfter: '3600' } },
    ]);
    await it.run(fleet(fault('old'), fault('b', { state: 'new' })));
    it.time.nowMs += 2 * hourMs;
    it.simulator.faults.set([]);
    await it.run(fleet(fault('old'), fault('b', { state: 'resolved' })));
    expect(JSON.stringify(it.messages())).not.toContain('fault b');
    expect(await it.store.work()).toEqual([]);
  });
});

describe('digests', () => {
  test('after Slack was away, one digest tells of all runs', async () => {
    const it = simulatedNotifier();
    await settledIn(it);
    it.simulator.faults.set([
      { host: 'slack.com', action: { kind: 'throttle', retryAfter: '600' } },
    ]);
    for (const name of ['b', 'c', 'd']) {
      await it.run(
        fleet(
          fault('old'),
          ...['b', 'c', 'd']
            .filter((each) => each <= name)
            .map((each) => fault(each, { severity: 'high' })),
        ),
      );
      it.time.nowMs += hourMs;
    }
    it.simulator.faults.set([]);
    await it.tick();
    expect(texts(it.topLevel()).slice(1)).toEqual([
      'Evenkeel: 3 new, 4 open. 1 of 1 cluster scanned. Worst: fault b on aks-app.',
    ]);
    expect(await it.store.work()).toEqual([]);
  });

  test('of a run that the reports no longer have: a baseline, and no storm', async () => {
    const it = simulatedNotifier();
    const first = await it.run(fleet(...faults(41)));
    expect(first.sent).toBe(1);
    it.forget('2026-11-23T06:00:00Z');
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(...faults(41, 'other')));
    expect(texts(it.messages())).toHaveLength(2);
    expect(it.messages()[1]?.text).toContain('first scan, 41 open findings');
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(...faults(41, 'other')));
    expect(it.messages()).toHaveLength(2);
  });

  test('held findings wait for the next run', async () => {
    const it = simulatedNotifier();
    await settledIn(it);
    await it.run(fleet(fault('old'), fault('b', { state: 'open', held: true })));
    expect(it.messages()).toHaveLength(1);
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('old'), fault('b', { state: 'new' })));
    expect(texts(it.topLevel())[1]).toBe('CRITICAL fault b on aks-app.');
  });

  test('a payload that Slack refuses becomes shorter, then one line', async () => {
    const it = simulatedNotifier();
    it.simulator.faults.set([
      {
        path: 'chat.postMessage',
        nth: [1, 2],
        action: { kind: 'status', status: 200, body: '{"ok":false,"error":"invalid_blocks"}' },
      },
    ]);
    await it.run(fleet(fault('a')));
    expect(it.messages()).toMatchObject([{ blocks: [], text: expect.stringContaining('1 open') }]);
    expect(it.messages()[0]?.text).toContain('|Report>');
  });

  test('what is gone with its cluster is one line of the next, and none by itself', async () => {
    const it = simulatedNotifier();
    const gone = cluster({ name: 'aks-gone', findings: [fault('b', { severity: 'high' })] });
    await it.run([...fleet(fault('a')), gone]);
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('a')));
    expect(it.messages()).toHaveLength(1);
    expect(JSON.stringify(it.messages())).not.toContain('esolved*\\n1');
  });
});

describe('clusters that cannot be scanned', () => {
  const many = Array.from({ length: 30 }, (_, at) => cluster({ name: `aks-${at}` }));
  const failing = (...names: readonly string[]) =>
    many.map((each) =>
      names.includes(each.name)
        ? { ...each, result: 'denied' as const, reason: '403: identity lacks list pods' }
        : each,
    );

  test('are told in the thread of a digest, for the third time in the channel, and then no more', async () => {
    const it = simulatedNotifier();
    await it.run(many);
    for (let run = 0; run < 6; run += 1) {
      it.time.nowMs += 6 * hourMs;
      await it.run(failing('aks-4'));
    }
    expect(texts(it.topLevel())).toEqual([
      expect.stringContaining('first scan'),
      'Evenkeel: nothing changed. 29 of 30 clusters scanned, 0 still open.',
      'Not scanned: 1 of 30 clusters. None of its findings counts as resolved.',
    ]);
    expect(texts(it.replies())).toEqual([
      'Not scanned: 1 of 30 clusters. None of its findings counts as resolved.',
    ]);
    expect(JSON.stringify(it.topLevel()[2]?.blocks)).toContain('3rd run in a row');
  });

  test('a tenth of the fleet at once is told in the channel', async () => {
    const it = simulatedNotifier();
    await it.run(many);
    it.time.nowMs += 6 * hourMs;
    await it.run(failing('aks-1', 'aks-2', 'aks-3'));
    expect(texts(it.topLevel())).toContain(
      'Not scanned: 3 of 30 clusters. None of their findings counts as resolved.',
    );
  });
});

test('rows do not grow for ever, and what is kept is not told again', async () => {
  const it = simulatedNotifier();
  for (let day = 0; day < 200; day += 1) {
    const state = day % 4 === 1 ? 'new' : day % 4 === 2 ? 'open' : 'resolved';
    const other = fault('b', { state, fingerprint: String(Math.floor(day / 4)).padStart(16, '1') });
    await it.run(
      fleet(fault('old'), ...(day < 3 ? [] : [fault('stays')]), ...(day % 4 > 0 ? [other] : [])),
    );
    it.time.nowMs += dayMs;
  }
  const rows = await it.store.list('fleet', '');
  expect(rows.length).toBeLessThan(150);
  expect(it.topLevel().filter(({ text }) => text.includes('CRITICAL fault stays'))).toHaveLength(1);
  const reminders = it.replies().filter(({ text }) => text.includes('days: fault stays'));
  expect(new Set(texts(reminders)).size).toBe(reminders.length);
}, 20_000);
