import { describe, expect, test } from '@jest/globals';
import { compareText } from '../../shared/model/index.ts';
import { memoryOutbox } from '../../shared/notify/outbox/memory-store.ts';
import { newRow, type OutboxRow } from '../../shared/notify/outbox/row.ts';
import { modify, type OutboxStore } from '../../shared/notify/outbox/store.ts';
import { tableOutbox } from '../../shared/notify/outbox/table-store.ts';
import type { Finding } from '../../shared/findings/finding.ts';
import { useAzurite } from '../support/storage.ts';
import { fault, fleet } from './fleet.ts';
import { hourMs, simulatedNotifier } from './simulated-notifier.ts';

const azurite = useAzurite();

function row(key: string, changes: Partial<OutboxRow> = {}): OutboxRow {
  return newRow({
    route: 'fleet',
    key,
    kind: 'digest',
    channel: 'C0FLEET0001',
    runId: 'r',
    createdMs: 1000,
    ...changes,
  });
}

async function keys(found: ReturnType<OutboxStore['list']>): Promise<readonly string[]> {
  return (await found).map((each) => each.row.key);
}

const dead = { kind: 'dead', why: 'x', atMs: 1 } as const;

describe.each([
  ['in memory', async (): Promise<OutboxStore> => memoryOutbox()],
  ['in a table', async () => tableOutbox(await azurite.freshStore())],
])('rows %s', (_name, open) => {
  test('are inserted once, and read as they were written', async () => {
    const store = await open();
    const first = row('digest|a', { content: '\u{1F600} "<!channel>"', failing: { a: 1 } });
    expect(await store.insert(first)).toBe(true);
    expect(await store.insert(row('digest|a', { channel: 'C0OTHER0001' }))).toBe(false);
    expect((await store.read('fleet', 'digest|a'))?.row).toEqual(first);
    expect(await store.read('fleet', 'digest|b')).toBeUndefined();
    expect(await store.read('other', 'digest|a')).toBeUndefined();
  });

  test('are changed only by who has seen the last change', async () => {
    const store = await open();
    await store.insert(row('digest|a'));
    const seen = await store.read('fleet', 'digest|a');
    const etag = seen?.etag ?? '';
    const changed = await store.replace(row('digest|a', { attempts: 1 }), etag);
    expect(changed?.row.attempts).toBe(1);
    expect(await store.replace(row('digest|a', { attempts: 2 }), etag)).toBeUndefined();
    expect(
      (await store.replace(row('digest|a', { attempts: 3 }), changed?.etag ?? ''))?.row.attempts,
    ).toBe(3);
    expect(await store.replace(row('digest|none'), etag)).toBeUndefined();
  });

  test('are listed by route and the beginning of their key, and by what is left to do', async () => {
    const store = await open();
    for (const key of ['digest|a', 'critical|b|1', 'critical|b|1|resolved', 'digest|0'])
      await store.insert(row(key));
    await store.insert(row('critical|z', { route: 'fleet.shop' }));
    await store.insert(row('critical|a', { state: dead }));
    await store.insert(row('plan', { kind: 'plan' }));
    expect(await keys(store.list('fleet', 'critical|'))).toEqual([
      'critical|a',
      'critical|b|1',
      'critical|b|1|resolved',
    ]);
    expect(await keys(store.list('fleet', 'digest|'))).toEqual(['digest|0', 'digest|a']);
    expect(await keys(store.work())).toEqual([
      'critical|b|1',
      'critical|b|1|resolved',
      'digest|0',
      'digest|a',
      'critical|z',
    ]);
  });

  test('are removed unless they have changed', async () => {
    const store = await open();
    await store.insert(row('digest|a'));
    const [old] = await store.list('fleet', '');
    const changed = old && (await store.replace(row('digest|a', { attempts: 1 }), old.etag));
    if (old === undefined || changed === undefined) throw new Error('not written');
    await store.remove(old);
    expect(await store.list('fleet', '')).toHaveLength(1);
    await store.remove(changed);
    expect(await store.list('fleet', '')).toHaveLength(0);
  });

  test('with a key of any characters', async () => {
    const store = await open();
    const odd = row('not-scanned|a/b\\c#d?e%f\n\u0085');
    expect(await store.insert(odd)).toBe(true);
    expect((await store.read(odd.route, odd.key))?.row).toEqual(odd);
  });

  test('ten writers at once lose none of their changes', async () => {
    const store = await open();
    await store.insert(row('digest|a'));
    await Promise.all(
      Array.from({ length: 10 }, () =>
        modify(store, { route: 'fleet', key: 'digest|a' }, (each) => ({
          ...each,
          attempts: each.attempts + 1,
        })),
      ),
    );
    expect((await store.read('fleet', 'digest|a'))?.row.attempts).toBe(10);
  });
});

test('what is no row, or one of a later version, is left alone', async () => {
  const store = await azurite.freshStore();
  const outbox = tableOutbox(store);
  for (const [at, data] of [
    'no json',
    '[]',
    '{"route":"fleet"}',
    JSON.stringify({ ...row('digest|4'), kind: 'telepathy' }),
    JSON.stringify({ ...row('digest|5'), state: { kind: 'sent', sentMs: 1 } }),
    JSON.stringify({ ...row('digest|6'), state: { kind: 'constructor' } }),
  ].entries())
    await store.createRow('outbox', `fleet digest|${at}`, { data });
  expect(await outbox.work()).toEqual([]);
  expect(await outbox.read('fleet', 'digest|0')).toBeUndefined();
  expect(await outbox.insert(row('digest|0'))).toBe(false);
});

test('a life of a fleet, its rows in a table, two hosts at once', async () => {
  const it = simulatedNotifier({ store: tableOutbox(await azurite.freshStore()) });
  const both = async (...findings: readonly Finding[]): Promise<void> => {
    it.seal(fleet(...findings));
    await Promise.all([it.tick(), it.tick()]);
    await it.tick();
    it.time.nowMs += 6 * hourMs;
  };
  await both(fault('a'));
  await both(fault('a'), fault('b', { state: 'new' }));
  await both(fault('a'), fault('b', { state: 'resolved' }));
  expect(
    it
      .topLevel()
      .map(({ text }) => text.split('.')[0] ?? '')
      .toSorted(compareText),
  ).toEqual([
    'Evenkeel: 1 new, 2 open',
    'Evenkeel: 1 resolved, 1 open',
    'Evenkeel: first scan, 1 open finding',
    'RESOLVED fault b on aks-app',
  ]);
  // The end of the critical; what is new has a message of its own.
  expect(it.replies()).toHaveLength(1);
  expect(await it.store.work()).toEqual([]);
}, 20_000);
