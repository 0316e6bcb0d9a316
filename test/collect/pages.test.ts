import { expect, test } from '@jest/globals';
import { nodeList, readList } from '../../shared/collect/index.ts';
import { podsOfNode } from '../../shared/collect/kubernetes-lists.ts';
import { parseJson, Problems, TooLargeError } from '../../shared/input/index.ts';
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
