import { expect, test } from '@jest/globals';
import { nodeList, readList } from '../../shared/collect/index.ts';
import { readKubernetes } from '../../shared/collect/cluster-objects.ts';
import { podsOfNode } from '../../shared/collect/kubernetes-lists.ts';
import type { KubernetesTransport } from '../../shared/collect/kubernetes-transport.ts';
import { compareText, unread } from '../../shared/model/index.ts';
import fc from 'fast-check';
import {
  BodyError,
  parseJson,
  parseList,
  Problems,
  TooLargeError,
} from '../../shared/input/index.ts';
import { runsOf } from '../support/long.ts';
import { Cursor } from '../../shared/input/cursor.ts';
import { answeringWith } from './transport.ts';

function node(name: string, fields = 0): object {
  const status = Object.fromEntries(Array.from({ length: fields }, (_, at) => [`f${at}`, at]));
  return { metadata: { name }, spec: {}, status };
}

test('a page that holds too much is asked for again in smaller ones', async () => {
  const all = Array.from({ length: 60 }, (_, at) => node(`n${at}`, 5000));
  const transport = answeringWith(({ continue: token, limit }) => {
    const from = Number(token);
    const items = all.slice(from, from + limit);
    const next = from + limit < all.length ? { continue: String(from + limit) } : {};
    return { body: { kind: 'NodeList', metadata: next, items } };
  });
  const rows = await readList(transport, nodeList, new Problems());
  expect(rows).toMatchObject({ kind: 'read', value: { length: 60 } });
  expect(transport.asked.map(({ continue: token, limit }) => [token, limit])).toEqual([
    ['', 500],
    ['', 50],
    ['', 5],
    ...Array.from({ length: 11 }, (_, at) => [String(5 * (at + 1)), 5]),
  ]);
});

test('one object that holds too much is no list', async () => {
  const transport = answeringWith(() => ({
    body: { kind: 'NodeList', items: [node('a', 300_000)] },
  }));
  expect(await readList(transport, nodeList, new Problems())).toMatchObject({
    kind: 'unread',
    why: expect.stringMatching(
      /^\/api\/v1\/nodes: 3\d{5} objects, lists and fields, more than 250000$/u,
    ),
  });
});

test('of a live cluster no more is kept than the largest has', async () => {
  const labels = Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`l${at}`, 'x']));
  const items = Array.from({ length: 500 }, (_, at) => ({
    metadata: { name: `n${at}`, labels },
    spec: {},
  }));
  const endless = answeringWith((_, call) => ({
    body: { kind: 'NodeList', metadata: { continue: `c${call}` }, items },
  }));
  const taken = { parts: 0 };
  const why = /the list holds more than the largest cluster has/u;
  for (const expected of [why, /all lists together hold more/u])
    expect(await readList({ ...endless, taken }, nodeList, new Problems())).toMatchObject({
      kind: 'unread',
      why: expect.stringMatching(expected),
    });
});

test('pods of a node come from memory, their next page from where the first one was', async () => {
  const transport = answeringWith((_, call) => ({
    body: { kind: 'PodList', metadata: call === 1 ? { continue: 'next' } : {}, items: [] },
  }));
  await readList(transport, podsOfNode('n'), new Problems());
  expect(transport.asked.map(({ resourceVersion }) => resourceVersion)).toEqual(['0', '']);
});

test('of pods only those of system nodes come from memory, and those Pending by both fields', async () => {
  const asked: string[] = [];
  const labels = { 'kubernetes.azure.com/mode': 'system' };
  const nodes = { kind: 'NodeList', items: [{ metadata: { name: 'n', labels }, spec: {} }] };
  const transport: KubernetesTransport = {
    get: (path, query) => {
      asked.push(`${path}?${decodeURIComponent(query.toString())}`);
      const body = JSON.stringify(path === '/api/v1/nodes' ? nodes : {});
      return Promise.resolve({ status: 200, source: path, body });
    },
  };
  const managedCluster = unread('not read');
  await readKubernetes({ transport, managedCluster, problems: new Problems() });
  expect(asked.filter((each) => each.startsWith('/api/v1/pods')).toSorted(compareText)).toEqual([
    '/api/v1/pods?fieldSelector=spec.nodeName=n&resourceVersion=0&limit=500',
    '/api/v1/pods?fieldSelector=status.phase=Pending,spec.nodeName=&limit=500',
  ]);
  expect(asked.filter((each) => each.includes('resourceVersion'))).toHaveLength(1);
});

test.each([
  { text: '{"a":"\\\\"}', values: 1 },
  { text: '{"a":"\\\\\\"[[[,,,"}', values: 1 },
  { text: '["",",","\\"",[]]', values: 5 },
  { text: '[{},{},{}]', values: 6 },
])('$text has $values objects, lists and commas', ({ text, values }) => {
  expect(parseJson(text, values)).toEqual(JSON.parse(text));
  expect(() => parseJson(text, values - 1)).toThrow(TooLargeError);
});

test.each(['"', '{"a', '["\\"]', '["\\\\\\"]'])('%s is no JSON', (text) => {
  expect(() => parseJson(text)).toThrow('not valid JSON');
});

/** The whole list, as JSON has it, and whether its items come one by one; `undefined` = it is refused. */
function wholeOf(text: string): { readonly whole: unknown; readonly apart: boolean } {
  try {
    const { body, items } = parseList(text);
    return items === undefined
      ? { whole: body, apart: false }
      : { whole: Object.assign(body ?? {}, { items: [...items] }), apart: true };
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return { whole: undefined, apart: false };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

test.each([
  ['{"kind":"L","items":[{"a":[1,2]},3,"x,]",[]],"metadata":{}}', true],
  ['{ "items" : [ ] }', true],
  ['{"items":[{}],"metadata":{"items":[1]}}', true],
  ['{"metadata":{"items":[1]}}', false],
  ['{"items":[1],"items":[2]}', false],
  ['{"items":[1],"items":5}', false],
  ['{"items":5,"items":[1]}', true],
  [String.raw`{"items":[1],"\u0069tems":[]}`, false],
  ['{"a":"items","b":[1]}', false],
  ['["items",[1]]', false],
  ['[[1],[2]]', false],
  ['{"items":[1,]}', false],
  ['{"items":[,1]}', false],
  ['{"items":[{} {}]}', false],
  ['{"items":[{]}]}', false],
  ['{"items":[1}}', false],
  ['{"items":[1]', false],
  ['{"items":[1]}]', false],
  ['{"items":[1]},{"a":1}', false],
  ['{"items":["]}', false],
])('%s is what JSON makes of it, its items apart: %s', (text, apart) => {
  expect(wholeOf(text)).toEqual({ whole: jsonOf(text), apart });
});

test('a list parsed item by item is the one that JSON has, spoilt texts too', () => {
  const list = fc.record(
    { kind: fc.string(), items: fc.array(fc.jsonValue({ maxDepth: 3 })), metadata: fc.jsonValue() },
    { requiredKeys: [] },
  );
  const spoil = fc.record({
    at: fc.nat(),
    gone: fc.nat(3),
    put: fc.constantFrom('', ',', '[', ']', '{', '}', '"', ':', ' ', '\\', '"items":[', '1'),
  });
  const space = fc.constantFrom(undefined, 1, '\t');
  fc.assert(
    fc.property(list, fc.array(spoil, { maxLength: 3 }), space, (value, spoils, indent) => {
      let text = JSON.stringify(value, undefined, indent);
      for (const { at, gone, put } of spoils) {
        const from = at % (text.length + 1);
        text = text.slice(0, from) + put + text.slice(from + gone);
      }
      expect(wholeOf(text).whole).toEqual(jsonOf(text));
    }),
    { numRuns: runsOf(50_000, 1000), seed: 1 },
  );
});

test('a body of bytes is the list that its text is', () => {
  fc.assert(
    fc.property(fc.array(fc.json({ stringUnit: 'binary' }), { maxLength: 5 }), (items) => {
      const text = `{"kind":"NodeList","items":[${items.join(',')}],"é":"中"}`;
      const bytes = Buffer.from(text).toString('latin1');
      const { body, items: apart = [] } = parseList(bytes, undefined, 'utf8');
      const expected: { items: unknown[] } = JSON.parse(Buffer.from(text).toString());
      const given = items.length === 0 ? body : Object.assign(body ?? {}, { items: [...apart] });
      expect(given).toEqual(expected);
    }),
    { numRuns: runsOf(2000, 200) },
  );
});

/** Of a list with one object that has two texts of this length. */
function itemsOf(length: number): readonly unknown[] {
  const text = `"${'x'.repeat(length)}"`;
  return [...(parseList(`{"items":[{"a":[${text},${text}]},{}]}`).items ?? [])];
}

test('an object longer than etcd takes is refused', () => {
  expect(itemsOf(2_000_000)).toHaveLength(2);
  expect(() => itemsOf(2_200_000)).toThrow('an object of 4400013 bytes, more than 4194304');
});

test('of a text longer than all annotations the beginning is parsed, wherever it is cut', () => {
  const most = 256 * 1024 + 1;
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('\\\\', '\\"', '\\u00e9', '\\n', 'x', ',', '{', '\\ud83d\\ude00'), {
        maxLength: 12,
      }),
      fc.nat(40),
      (units, before) => {
        const long = `${'y'.repeat(most - before)}${units.join('')}${'z'.repeat(100)}`;
        const text = `{"items":[{"a":"${long}","b":["${long}",2]},{"c":"d"}]}`;
        const [first, second] = [...(parseList(text).items ?? [])];
        const { a, b } = first as { readonly a: string; readonly b: readonly unknown[] };
        const whole: string = JSON.parse(`"${long}"`);
        expect(whole.startsWith(a)).toBe(true);
        expect(a.length).toBeGreaterThan(most - 50);
        expect(b).toEqual([a, 2]);
        expect(second).toEqual({ c: 'd' });
      },
    ),
    { numRuns: runsOf(500, 50) },
  );
});

test('a long text counts by its bytes, two for each character where one needs them', () => {
  const taken = { parts: 0 };
  const item = { a: 'x'.repeat(640), b: 'ā'.repeat(320), c: 'x'.repeat(63), d: 'ā'.repeat(31) };
  const cursor = new Cursor(item, 'item', { source: 'test', problems: new Problems(), taken });
  const counted = ['a', 'b', 'c', 'd'].map((key) => {
    const before = taken.parts;
    cursor.text(key);
    return taken.parts - before;
  });
  expect(counted).toEqual([20, 20, 0.25, 0.25]);
});
