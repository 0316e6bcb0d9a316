import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { nodeList, readList } from '../../shared/collect/index.ts';
import { kubernetesLists } from '../../shared/collect/kubernetes-lists.ts';
import { Cursor, Problems } from '../../shared/input/index.ts';
import { throughProxy } from '../live/plain-server.ts';
import { answeringWith } from './transport.ts';

test.each([
  { levels: 60, says: 'read' },
  { levels: 70, says: 'nested 70 levels deep' },
])('a live list of $levels levels: $says', async ({ levels, says }) => {
  const deep = `${'['.repeat(levels - 3)}${']'.repeat(levels - 3)}`;
  const transport = await throughProxy((_request, response) => {
    response.end(
      `{"kind":"NodeList","items":[{"metadata":{"name":"a"},"spec":{},"deep":${deep}}]}`,
    );
  });
  const rows = await readList(transport, nodeList, new Problems());
  expect(rows.kind === 'unread' ? rows.why : rows.kind).toContain(says);
});

test('fields that every object inherits are absent, and no fault', () => {
  const problems = new Problems();
  const cursor = new Cursor({}, 'body', { source: 'here', problems });
  for (const key of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    expect(cursor.at(key).absent).toBe(true);
    expect([cursor.text(key), cursor.flag(key), cursor.count(key)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([cursor.list(key), cursor.texts(key), cursor.map(key).size]).toEqual([[], [], 0]);
  }
  expect(problems.lines).toEqual([]);
});

test('a text that is cut does not keep the rest, and long ones count', () => {
  const taken = { parts: 0 };
  const cursor = new Cursor({ a: 'é\uD800'.repeat(1000) }, 'body', {
    source: 'here',
    problems: new Problems(),
    taken,
  });
  expect(cursor.text('a', 128)).toBe('é\uD800'.repeat(64));
  expect(taken.parts).toBe(8);
});

function startOfLongText(index: number): string | undefined {
  const body: unknown = JSON.parse(`{"a":"${index}${'x'.repeat(1_000_000)}"}`);
  return new Cursor(body, 'body', { source: 'here', problems: new Problems() }).text('a', 128);
}

test('of long texts no more is kept than is read', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  if (typeof collectGarbage !== 'function') throw new Error('there is no gc');
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 20 }, (_, index) => startOfLongText(index));
  collectGarbage();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(5_000_000);
  expect(kept.map((text) => text?.length)).toEqual(kept.map(() => 128));
});

test('a long name of a map counts for what it costs', () => {
  const taken = { parts: 0 };
  const labels = { [`${'k'.repeat(250)}/${'k'.repeat(60)}`]: 'v' };
  const cursor = new Cursor({ labels }, 'body', {
    source: 'here',
    problems: new Problems(),
    taken,
  });
  expect(cursor.map('labels').size).toBe(1);
  // An entry, its name three times in parts of 64 characters, and a short text.
  expect(taken.parts).toBe(2 + 9 + 9 + 0.25);
});

test('of the annotations of a Service those of the cloud provider are kept, and no other', async () => {
  const ours = { 'service.beta.kubernetes.io/azure-load-balancer-internal': 'true' };
  const annotations = { ...ours, 'kubectl.kubernetes.io/last-applied-configuration': 'secret' };
  const transport = answeringWith(() => ({
    body: {
      kind: 'ServiceList',
      items: [
        { metadata: { namespace: 'a', name: 'b', annotations }, spec: { ports: [{ port: 80 }] } },
      ],
    },
  }));
  const rows = await readList(transport, kubernetesLists.services, new Problems());
  const [row] = rows.kind === 'read' ? rows.value : [];
  expect(Object.fromEntries(row?.annotations ?? [])).toEqual(ours);
});
