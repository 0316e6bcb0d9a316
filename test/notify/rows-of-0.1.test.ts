import { describe, expect, test } from '@jest/globals';
import { memoryStore } from '../../shared/history/storage/memory-store.ts';
import type { Store } from '../../shared/history/index.ts';
import { tableOutbox } from '../../shared/notify/outbox/table-store.ts';
import { fault, fleet } from './fleet.ts';
import { hourMs, simulatedNotifier } from './simulated-notifier.ts';

/**
 * Rows of the outbox as version 0.1 wrote them, byte for byte: a fleet's first digest, then a new
 * critical with its digest. They are never made anew from today's code.
 */
const clusterId =
  '/subscriptions/00000000-0000-0000-0000-00000000e001/resourcegroups/rg-app/providers/microsoft.containerservice/managedclusters/aks-app';
const critical = `{"createdMs":1795435200000,"state":{"kind":"sent","ts":"1795435200.000000","threadTs":"1795435200.000000","sentMs":1795435200000},"attempts":1,"level":"full","route":"fleet","kind":"critical","key":"critical|0000000000000062|1","channel":"C0FLEET0001","runId":"2026-11-23T12:00:00Z","count":1,"about":{"fingerprint":"0000000000000062","rule":"traffic/starved-endpoints","title":"fault b","cluster":"aks-app","clusterId":"${clusterId}","firstSeen":"2026-11-23T06:00:00Z"}}`;
const rows: Readonly<Record<string, string>> = {
  'critical|0000000000000062|1': critical,
  'digest|4f6c9b3043478aae':
    '{"createdMs":1795435200000,"state":{"kind":"sent","ts":"1795435201.100000","threadTs":"1795435201.100000","sentMs":1795435201100},"attempts":1,"level":"full","route":"fleet","channel":"C0FLEET0001","runId":"2026-11-23T12:00:00Z","kind":"digest","key":"digest|4f6c9b3043478aae","shownRun":"2026-11-23T12:00:00Z","count":0,"baseRun":"2026-11-23T06:00:00Z","content":"{\\"text\\":\\"Evenkeel: 1 new, 2 open.\\",\\"blocks\\":[]}"}',
  'digest|4f6c9b3043478aae|detail|09ccbb4096b8b02d': `{"createdMs":1795435200000,"state":{"kind":"dead","why":"nothing is left to tell","atMs":1795435202200},"attempts":0,"level":"full","route":"fleet","channel":"C0FLEET0001","runId":"2026-11-23T12:00:00Z","kind":"detail","key":"digest|4f6c9b3043478aae|detail|09ccbb4096b8b02d","parent":"digest|4f6c9b3043478aae","note":"${clusterId}"}`,
  'digest|a8fa4ed7919994ee':
    '{"createdMs":1795413600000,"state":{"kind":"sent","ts":"1795413600.000000","threadTs":"1795413600.000000","sentMs":1795413600000},"attempts":1,"level":"full","route":"fleet","channel":"C0FLEET0001","runId":"2026-11-23T06:00:00Z","kind":"digest","key":"digest|a8fa4ed7919994ee","shownRun":"2026-11-23T06:00:00Z","count":0,"content":"{\\"text\\":\\"Evenkeel: first scan, 1 open finding.\\",\\"blocks\\":[]}"}',
  plan: '{"createdMs":1795435200000,"state":{"kind":"pending","notBeforeMs":1795435200000},"attempts":0,"level":"full","route":"fleet","key":"plan","kind":"plan","channel":"C0FLEET0001","runId":"2026-11-23T12:00:00Z","shownRun":"2026-11-23T12:00:00Z","failing":{}}',
};

/** Slack and the reports as 0.1 left them at noon, and its rows. */
async function updated(): Promise<{
  readonly it: ReturnType<typeof simulatedNotifier>;
  readonly store: Store;
}> {
  const store = memoryStore();
  const it = simulatedNotifier({ store: tableOutbox(store) });
  await it.run(fleet(fault('old')));
  it.time.nowMs += 6 * hourMs;
  await it.run(fleet(fault('old'), fault('b', { state: 'new' })));
  for await (const { key } of store.listRows('outbox')) await store.deleteRow('outbox', key);
  for (const [key, data] of Object.entries(rows))
    await store.putRow('outbox', `fleet ${key}`, { data });
  it.time.nowMs += 6 * hourMs;
  return { it, store };
}

describe('an outbox that version 0.1 wrote', () => {
  test('is read as it was written', async () => {
    const { it } = await updated();
    for (const [key, data] of Object.entries(rows))
      expect((await it.store.read('fleet', key))?.row).toEqual(JSON.parse(data));
  });

  test('nothing of it is told again while nothing changes', async () => {
    const { it } = await updated();
    const before = it.messages().length;
    await it.run(fleet(fault('old'), fault('b')));
    expect(it.messages()).toHaveLength(before);
  });

  test('its critical is closed where it stands, when the finding is resolved', async () => {
    const { it } = await updated();
    const before = it.messages().length;
    await it.run(fleet(fault('old'), fault('b', { state: 'resolved' })));
    const told = it.messages().slice(before);
    expect(told.filter(({ text }) => text.startsWith('Resolved after'))).toEqual([
      expect.objectContaining({ threadTs: '1795435200.000000' }),
    ]);
    expect(it.messages().find(({ ts }) => ts === '1795435200.000000')?.text).toMatch(/resolved/iu);
    expect(told.filter(({ text }) => text.includes('first scan'))).toEqual([]);
  });

  test.each([
    [
      'was claimed by a host that is gone',
      '"sending","startedMs":1795435200000,"leaseUntilMs":1795435260000',
    ],
    [
      'may or may not have arrived',
      '"unknown","startedMs":1795435200000,"looks":0,"notBeforeMs":1795435200000,"why":"timeout"',
    ],
  ])('a message that %s is looked up, and not sent twice', async (_, state) => {
    const { it, store } = await updated();
    const before = it.messages().length;
    const open = critical.replace(/"sent","ts":"[\d.]+","threadTs":"[\d.]+","sentMs":\d+/u, state);
    expect(open).not.toBe(critical);
    await store.putRow('outbox', 'fleet critical|0000000000000062|1', { data: open });
    await it.run(fleet(fault('old'), fault('b')));
    await it.tick();
    expect(it.messages()).toHaveLength(before);
    expect((await it.store.read('fleet', 'critical|0000000000000062|1'))?.row.state).toMatchObject({
      kind: 'sent',
      ts: '1795435200.000000',
    });
  });
});
