import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from '../../shared/policy/index.ts';
import { planRunFailed } from '../../shared/notify/index.ts';
import type { SlackConfig } from '../../shared/notify/routing/routing.ts';
import { memoryOutbox } from '../../shared/notify/outbox/memory-store.ts';
import type { FaultRule } from '../../simulator/faults.ts';
import { cluster, finding } from '../report/builders.ts';
import { fault, faults, fleet } from './fleet.ts';
import { hourMs, simulatedNotifier } from './simulated-notifier.ts';
import type { Posted } from './workspace.ts';

const channels = ['C0FLEET0001', 'C0OPS000001', 'C0SHOPTEAM1', 'C0PAYTEAM01', 'C0NIGHTS001'];

function policy(slack: string): SlackConfig {
  const parsed = parsePolicy(
    `version: 1\nowners:\n  shop: { channel: C0SHOPTEAM1, mention: S0SHOPONCALL }\n  pay: { channel: C0PAYTEAM01 }\n${slack}`,
    [],
  );
  if (parsed.kind !== 'policy') throw new Error(JSON.stringify(parsed));
  const { slack: found, owners } = parsed.policy;
  return { owners, ...(found !== undefined && { slack: found }) };
}

function ok(error: string): FaultRule['action'] {
  return { kind: 'status', status: 200, body: JSON.stringify({ ok: false, error }) };
}

function where(messages: readonly Posted[]): readonly string[] {
  return messages.map(({ channel, text }) => `${channel} ${text.split(/[:.]/u)[0] ?? ''}`);
}

describe('owners', () => {
  test('each team has its own digest and its criticals, with a mention for these', async () => {
    const it = simulatedNotifier({
      slack: { slack: { channels } },
      config: policy(
        'slack:\n  routes:\n    - { name: teams, match: { owner: [shop, pay] }, to: owner, continue: true }\n    - { name: all, to: C0FLEET0001 }',
      ),
    });
    const shop = cluster({ name: 'aks-shop', owner: 'shop' });
    const pay = cluster({
      name: 'aks-pay',
      owner: 'pay',
      findings: [fault('p', { severity: 'high' })],
    });
    await it.run([shop, pay]);
    it.time.nowMs += 6 * hourMs;
    await it.run([{ ...shop, findings: [fault('s', { state: 'new' })] }, pay]);
    const told = where(it.topLevel());
    expect(told.filter((each) => each.includes('CRITICAL'))).toEqual([
      'C0FLEET0001 CRITICAL fault s on aks-shop',
      'C0SHOPTEAM1 CRITICAL fault s on aks-shop',
    ]);
    const texts = it
      .topLevel()
      .filter(({ channel }) => channel === 'C0PAYTEAM01')
      .map(({ text }) => text);
    expect(texts).toEqual(['Evenkeel: nothing changed. 2 of 2 clusters scanned, 1 still open.']);
    const critical = it
      .topLevel()
      .find(({ channel, text }) => channel === 'C0SHOPTEAM1' && text.startsWith('CRITICAL'));
    expect(JSON.stringify(critical?.blocks)).toContain(
      '{"type":"usergroup","usergroup_id":"S0SHOPONCALL"}',
    );
    const other = it
      .topLevel()
      .find(({ channel, text }) => channel === 'C0FLEET0001' && text.startsWith('CRITICAL'));
    expect(JSON.stringify(other)).not.toContain('usergroup');
  });
});

describe('quiet hours', () => {
  const config = policy(
    'slack:\n  quietHours: { zone: UTC, from: "18:00", to: "07:00" }\n  routes: [{ name: all, to: C0NIGHTS001 }]',
  );

  test('hold a digest until they end, and it tells what is true then', async () => {
    const it = simulatedNotifier({ slack: { slack: { channels } }, config });
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('a', { severity: 'high' })));
    it.time.nowMs += 7 * hourMs;
    await it.run(
      fleet(fault('a', { severity: 'high' }), fault('b', { severity: 'high', state: 'new' })),
    );
    await it.run(
      fleet(
        fault('a', { severity: 'high' }),
        fault('b', { severity: 'high' }),
        fault('c', { severity: 'high', state: 'new' }),
      ),
    );
    expect(it.messages()).toHaveLength(1);
    it.time.nowMs += 6 * hourMs;
    await it.run(
      fleet(
        fault('a', { severity: 'high' }),
        fault('b', { severity: 'high', state: 'resolved' }),
        fault('c', { severity: 'high' }),
      ),
    );
    expect(it.messages()).toHaveLength(1);
    it.time.nowMs += 6 * hourMs;
    await it.tick();
    expect(
      it
        .topLevel()
        .map(({ text }) => text)
        .slice(1),
    ).toEqual([
      'Evenkeel: 1 new, 2 open. 1 of 1 cluster scanned. Worst: fault a on aks-app.'.replace(
        'fault a',
        'fault c',
      ),
    ]);
  });

  test('let a critical through', async () => {
    const it = simulatedNotifier({ slack: { slack: { channels } }, config });
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('a')));
    it.time.nowMs += 10 * hourMs;
    await it.run(fleet(fault('a'), fault('b', { state: 'new' })));
    expect(where(it.messages()).slice(1)).toEqual(['C0NIGHTS001 CRITICAL fault b on aks-app']);
  });
});

describe('what Slack refuses', () => {
  const routes = policy(
    'slack:\n  fallback: C0OPS000001\n  routes: [{ name: all, to: C0GONE00001 }]',
  );

  test('a channel that is gone: the fallback hears, and is told for whom it was meant', async () => {
    const it = simulatedNotifier({ slack: { slack: { channels } }, config: routes });
    const drained = await it.run(fleet(fault('a')));
    expect(where(it.messages())).toEqual(['C0OPS000001 Evenkeel']);
    expect(JSON.stringify(it.messages()[0]?.blocks)).toContain('Meant for channel C0GONE00001');
    expect([...drained.brokenChannels]).toEqual([['C0GONE00001', 'channel_not_found']]);
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('a'), fault('b', { state: 'new' })));
    expect(where(it.messages()).slice(1)).toEqual([
      'C0OPS000001 CRITICAL fault b on aks-app',
      'C0OPS000001 Evenkeel',
    ]);
  });

  test('a fallback that is gone too: dead, tried again with the next run, and no critical is lost', async () => {
    const it = simulatedNotifier({ slack: { slack: { channels: [] } }, config: routes });
    await it.run(fleet(fault('old')));
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('old'), fault('b', { state: 'new' })));
    await it.tick();
    expect(await it.store.work()).toEqual([]);
    const later = simulatedNotifier({
      slack: { slack: { channels } },
      config: routes,
      store: it.store,
    });
    later.time.nowMs = it.time.nowMs;
    later.seal(fleet(fault('old')));
    later.time.nowMs += 6 * hourMs;
    await later.run(fleet(fault('old'), fault('b')));
    expect(where(later.topLevel())).toContain('C0OPS000001 CRITICAL fault b on aks-app');
  });

  test('the app: nothing more is sent in this drain, and all of it later', async () => {
    const it = simulatedNotifier();
    await it.run(fleet(fault('old')));
    it.time.nowMs += 6 * hourMs;
    it.simulator.log.clear();
    it.simulator.faults.set([{ path: 'chat.', action: ok('token_revoked') }]);
    const drained = await it.run(fleet(fault('old'), ...faults(5, 'n', { state: 'new' })));
    expect(drained.appBroken).toBe('token_revoked');
    expect(it.simulator.log.entries()).toHaveLength(1);
    expect(it.messages()).toHaveLength(1);
    it.simulator.faults.set([]);
    it.time.nowMs += hourMs;
    await it.tick();
    expect(it.topLevel()).toHaveLength(7);
  });

  test.each(['message_not_found', 'cant_update_message', 'edit_window_closed'])(
    'an edit (%s): the message is let go',
    async (error) => {
      const it = simulatedNotifier();
      await it.run(fleet(fault('old')));
      it.time.nowMs += 6 * hourMs;
      await it.run(fleet(fault('old'), fault('b', { state: 'new' })));
      it.simulator.faults.set([{ path: 'chat.update', action: ok(error) }]);
      it.time.nowMs += 6 * hourMs;
      await it.run(fleet(fault('old'), fault('b', { state: 'resolved' })));
      expect(it.replies().at(-1)?.text).toContain('Resolved after 12 h: fault b');
      expect(await it.store.work()).toEqual([]);
    },
  );

  test('a thread that is gone: that it is resolved is told in the channel', async () => {
    const it = simulatedNotifier();
    await it.run(fleet(fault('old')));
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('old'), fault('b', { state: 'new' })));
    it.time.nowMs += 6 * hourMs;
    // After the digest, which comes first.
    it.simulator.faults.set([
      { path: 'chat.postMessage', nth: [2], action: ok('thread_not_found') },
    ]);
    await it.run(fleet(fault('old'), fault('b', { state: 'resolved' })));
    const told = it.messages().filter(({ text }) => text.startsWith('Resolved after'));
    // What the fault answered was done all the same by the simulator, in the thread.
    expect(told.map(({ threadTs }) => threadTs === undefined)).toEqual([true]);
  });
});

describe('rates', () => {
  test('one message a second in a channel, as Slack asks', async () => {
    const it = simulatedNotifier({ slack: { slack: { posts: { size: 1, refillPerSecond: 1 } } } });
    await it.run(fleet(fault('old')));
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('old'), ...faults(12, 'n', { state: 'new' })));
    const times = it
      .messages()
      .map(({ ts }) => Number(ts))
      .toSorted((a, b) => a - b);
    expect(times.slice(1).every((ts, at) => ts - (times[at] ?? 0) >= 1)).toBe(true);
    expect(it.simulator.log.entries().filter(({ outcome }) => outcome === 429)).toEqual([]);
    // One digest, ten criticals, their number; nothing else is new.
    expect(it.messages()).toHaveLength(1 + 12);
  });

  test('a long Retry-After is waited for in storage, not in the drain', async () => {
    const it = simulatedNotifier();
    it.simulator.faults.set([
      { path: 'chat.', nth: [1], action: { kind: 'throttle', retryAfter: '3600' } },
    ]);
    const before = it.time.nowMs;
    const drained = await it.run(fleet(fault('a')));
    expect(drained).toMatchObject({ sent: 0, left: 1 });
    expect(it.time.nowMs - before).toBeLessThan(60_000);
    it.time.nowMs += 30 * 60_000;
    await it.tick();
    expect(it.messages()).toEqual([]);
    it.time.nowMs += 31 * 60_000;
    await it.tick();
    expect(it.messages()).toHaveLength(1);
  });
});

describe('the order in a channel', () => {
  test('a new critical, the edit of one that is over, the digest, and the end in its thread', async () => {
    const it = simulatedNotifier();
    await it.run(fleet(fault('old')));
    it.time.nowMs += 6 * hourMs;
    await it.run(fleet(fault('old'), fault('b', { state: 'new' })));
    it.time.nowMs += 6 * hourMs;
    it.simulator.log.clear();
    await it.run(
      fleet(fault('old'), fault('b', { state: 'resolved' }), fault('c', { state: 'new' })),
    );
    const calls = it.simulator.log.entries().map(({ path }) => path.replace('/api/', ''));
    expect(calls.slice(0, 2)).toEqual(['chat.postMessage', 'chat.update']);
    const posted = it.messages().slice(-(calls.length - 1));
    expect(where(posted).map((each) => each.slice(12, 26))).toEqual([
      'CRITICAL fault',
      'Evenkeel',
      'Resolved after',
    ]);
  });
});

describe('a host that is slow between its claim and its call', () => {
  test.each([
    { afterMs: 30_000, posts: 1 },
    { afterMs: 30_001, posts: 0 },
  ])('after $afterMs ms of its lease: posts $posts', async ({ afterMs, posts }) => {
    const memory = memoryOutbox();
    let slowMs = afterMs;
    const it = simulatedNotifier({
      store: {
        ...memory,
        async replace(row, etag) {
          const written = await memory.replace(row, etag);
          if (row.state.kind === 'sending') {
            it.time.nowMs += slowMs;
            slowMs = 0;
          }
          return written;
        },
      },
    });
    await it.run(fleet(fault('a')));
    expect(it.messages()).toHaveLength(posts);
    it.time.nowMs += hourMs;
    await it.tick();
    expect(it.messages()).toHaveLength(1);
  });
});

describe('the week', () => {
  const config = policy(
    'slack:\n  weekly: { day: mon, at: "09:00", zone: UTC }\n  routes: [{ name: all, to: C0FLEET0001 }]',
  );

  test('is told once, and only if something changed in it', async () => {
    const it = simulatedNotifier({ slack: { slack: { channels } }, config });
    await it.run(fleet(fault('a')));
    for (let run = 0; run < 4 * 20; run += 1) {
      it.time.nowMs += 6 * hourMs;
      const news =
        run >= 8
          ? [fault('b', { state: run === 8 ? 'new' : 'open', firstSeen: '2026-11-25T12:00:00Z' })]
          : [];
      await it.run(fleet(fault('a'), ...news));
    }
    expect(
      it
        .topLevel()
        .map(({ text }) => text)
        .filter((text) => text.includes('weekly summary')),
    ).toEqual(['Evenkeel weekly summary: 1 opened, 0 resolved, 2 open. 1 of 1 cluster scanned.']);
  });
});

describe('a run that came to nothing', () => {
  test('is told once in six hours, and not once a later run is sealed', async () => {
    const it = simulatedNotifier();
    await it.run(fleet(fault('a')));
    it.time.nowMs += 6 * hourMs;
    for (const minute of [0, 5, 30]) {
      it.time.nowMs += minute * 60_000;
      await planRunFailed(it.deps, {
        id: '2026-11-23T12:00:00Z',
        why: 'no subscription can be read',
      });
      await it.tick();
    }
    expect(
      it
        .messages()
        .map(({ text }) => text)
        .slice(1),
    ).toEqual([
      'Evenkeel audit did not run: no subscription can be read. The last good report is from 2026-11-23T06:00:00Z.',
    ]);
    it.time.nowMs += 6 * hourMs;
    it.seal(fleet(fault('a')));
    await planRunFailed(it.deps, { id: '2026-11-23T12:00:00Z', why: 'late' });
    await it.tick();
    expect(it.messages()).toHaveLength(2);
  });

  test('is told where there is no report at all', async () => {
    const it = simulatedNotifier();
    await planRunFailed(it.deps, { id: '2026-11-23T06:00:00Z', why: 'storage is down' });
    await it.tick();
    expect(it.messages().map(({ text }) => text)).toEqual([
      'Evenkeel audit did not run: storage is down. There is no earlier report.',
    ]);
  });
});

test('a route that is no longer configured: its digest is dropped, its critical is told', async () => {
  const it = simulatedNotifier();
  await it.run(fleet(fault('old')));
  it.time.nowMs += 6 * hourMs;
  it.simulator.faults.set([{ host: 'slack.com', action: { kind: 'throttle', retryAfter: '900' } }]);
  await it.run(fleet(fault('old'), fault('b', { state: 'new' })));
  const other = simulatedNotifier({ config: {}, store: it.store });
  other.time.nowMs = it.time.nowMs + hourMs;
  await other.run(fleet(fault('old'), fault('b')));
  expect(where(other.topLevel())).toEqual(['C0FLEET0001 CRITICAL fault b on aks-app']);
  expect(await other.store.work()).toEqual([]);
});

test('no finding is told twice by two routes to one channel', async () => {
  const it = simulatedNotifier({
    slack: { slack: { channels } },
    config: policy(
      'slack:\n  routes:\n    - { name: one, match: { severity: [critical] }, to: C0FLEET0001, continue: true }\n    - { name: two, to: C0FLEET0001 }',
    ),
  });
  await it.run(fleet(finding({ state: 'open' })));
  it.time.nowMs += 6 * hourMs;
  await it.run(fleet(finding({ state: 'open' }), fault('b', { state: 'new' })));
  expect(it.topLevel().filter(({ text }) => text.startsWith('CRITICAL'))).toHaveLength(1);
});
