import { describe, expect, test } from '@jest/globals';
import { nodeList, readList } from '../../shared/collect/index.ts';
import { Problems } from '../../shared/input/index.ts';
import { answeringWith } from './transport.ts';

function node(name: string, more: object = {}): object {
  return { metadata: { name, ...more }, spec: {} };
}

function nodes(items: readonly unknown[], metadata: object = {}): object {
  return { kind: 'NodeList', metadata, items };
}

/** Names of the rows, or why there are none. */
async function readNodes(answer: Parameters<typeof answeringWith>[0]) {
  const problems = new Problems();
  const transport = answeringWith(answer);
  const found = await readList(transport, nodeList, problems);
  const result = found.kind === 'read' ? found.value.map(({ name }) => name) : found.why;
  return { result, lines: problems.lines, asked: transport.asked };
}

describe('a list is read whole or not at all', () => {
  test('page by page, by the token of the page before', async () => {
    const pages = [
      nodes([node('a')], { continue: 'x' }),
      nodes([node('b')], { continue: 'y' }),
      nodes([node('c')]),
    ];
    const { result, asked } = await readNodes((_, call) => ({ body: pages[call - 1] }));
    expect(result).toEqual(['a', 'b', 'c']);
    expect(asked.map((each) => each.continue)).toEqual(['', 'x', 'y']);
  });

  test('a token that expired starts it once more, and no more than once', async () => {
    const once = await readNodes(({ continue: token }, call) =>
      token === 'old'
        ? { status: 410, body: {} }
        : {
            body:
              call === 1 ? nodes([node('a')], { continue: 'old' }) : nodes([node('a'), node('b')]),
          },
    );
    expect(once.result).toEqual(['a', 'b']);
    const always = await readNodes(() => ({ status: 410, body: {} }));
    expect(always.result).toBe('the list changed faster than it could be read (410 Gone twice)');
  });

  test.each([
    {
      name: 'a token that comes back',
      body: nodes([], { continue: 'same' }),
      why: 'the list repeats its continue token',
    },
    {
      name: 'a token as long as a page',
      body: nodes([], { continue: 'x'.repeat(8_193) }),
      why: 'its continue token has 8193 characters',
    },
    {
      name: 'items that are missing at the end',
      body: nodes([], { remainingItemCount: 3 }),
      why: '3 items are missing at the end of the list',
    },
    {
      name: 'another kind',
      body: { kind: 'PodList', items: [] },
      why: 'kind is "PodList", not NodeList',
    },
    { name: 'no kind', body: { items: [] }, why: 'kind is absent, not NodeList' },
    { name: 'no items', body: { kind: 'NodeList' }, why: 'items is not a list' },
    {
      name: 'an item of another kind',
      body: nodes([{ kind: 'Pod', ...node('a') }]),
      why: 'items[0] is a Pod, not a Node',
    },
    {
      name: 'an item without a name',
      body: nodes([node('a'), { spec: {} }]),
      why: 'items[1] has no metadata.name, so the list is not whole',
    },
    {
      name: 'an item without a spec',
      body: nodes([{ metadata: { name: 'a' } }]),
      why: 'items[0] has no spec, so the list is not whole',
    },
    {
      name: 'null for an item',
      body: nodes([null]),
      why: 'items[0] has no metadata.name, so the list is not whole',
    },
    { name: 'no object', body: [], why: 'not an object with a list of items' },
  ])('$name: unread', async ({ body, why }) => {
    const { result } = await readNodes(() => ({ body }));
    expect(result).toBe(`/api/v1/nodes: ${why}`);
  });

  test('a refusal in the words of the API, cut short', async () => {
    const message = `nodes is forbidden: ${'x'.repeat(1000)}`;
    const { result } = await readNodes(() => ({ status: 403, body: { kind: 'Status', message } }));
    expect(result).toMatch(
      /^\/api\/v1\/nodes: 403 nodes is forbidden: x+… \(missing: list nodes\)$/u,
    );
    expect(result.length).toBeLessThan(400);
  });

  test.each([
    { status: 401, code: 'forbidden' },
    { status: 403, code: 'forbidden' },
    { status: 429, code: 'throttled' },
    { status: 500, code: undefined },
  ])('a refusal with $status has the code $code', async ({ status, code }) => {
    const transport = answeringWith(() => ({ status, body: {} }));
    const found = await readList(transport, nodeList, new Problems());
    expect(found).toMatchObject({ kind: 'unread', ...(code !== undefined && { code }) });
    expect('code' in found).toBe(code !== undefined);
  });

  test('a List of kubectl may hold other kinds', async () => {
    const items = [
      { kind: 'Node', ...node('a') },
      { kind: 'Pod', ...node('b') },
    ];
    const { result } = await readNodes(() => ({ body: { kind: 'List', items } }));
    expect(result).toEqual(['a']);
  });

  test('what is there twice counts once, the same one in any order', async () => {
    const ready = { status: { conditions: [{ type: 'Ready', status: 'True' }] } };
    const twins = [{ ...node('a'), ...ready }, node('a')];
    const rows = await Promise.all(
      [twins, twins.toReversed()].map(async (items) => {
        const transport = answeringWith(() => ({ body: nodes(items) }));
        return await readList(transport, nodeList, new Problems());
      }),
    );
    expect(rows[0]).toEqual(rows[1]);
    const { result, lines } = await readNodes(() => ({ body: nodes(twins) }));
    expect(result).toEqual(['a']);
    expect(lines).toEqual(['/api/v1/nodes: items[1] is duplicated (a); counted once']);
  });
});
