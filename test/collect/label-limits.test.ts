import { describe, expect, test } from '@jest/globals';
import { kubernetesLists, nodeList } from '../../shared/collect/kubernetes-lists.ts';
import { readList } from '../../shared/collect/kubernetes-reader.ts';
import type { KubernetesTransport } from '../../shared/collect/kubernetes-transport.ts';
import { Problems } from '../../shared/input/index.ts';
import type { Node, Read } from '../../shared/model/index.ts';

/** A list of one node, as an API server or a file has it. */
async function readNode(
  metadata: object,
  given: Partial<KubernetesTransport> = { taken: { parts: 0 } },
): Promise<Read<readonly Node[]>> {
  const item = { metadata: { name: 'n', ...metadata }, spec: {}, status: {} };
  const body = JSON.stringify({ kind: 'NodeList', metadata: {}, items: [item] });
  const get = () => Promise.resolve({ status: 200, source: '/api/v1/nodes', body });
  return await readList({ get, ...given }, nodeList, new Problems());
}

const key = (length: number): string => `${'k'.repeat(length - 3)}/xy`;

describe('labels that no API server would have accepted', () => {
  test.each([
    ['a value of 63 characters', { l: 'v'.repeat(63) }],
    ['a key of 317', { [key(317)]: 'v' }],
    ['many of them', Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`l${at}`, 'v']))],
  ])('%s: read', async (_, labels) => {
    const found = await readNode({ labels });
    expect(found).toMatchObject({ kind: 'read', value: [{ name: 'n' }] });
    expect(found.kind === 'read' ? found.value[0]?.labels : undefined).toEqual(
      new Map(Object.entries(labels)),
    );
  });

  test.each([
    ['a value of 64 characters', { l: 'v'.repeat(64) }, /labels has 64 characters/u],
    ['a key of 318', { [key(318)]: 'v' }, /labels has a key of 318 characters/u],
  ])('%s: the list is unread, with one line', async (_, labels, why) => {
    const found = await readNode({ labels });
    expect(found).toMatchObject({ kind: 'unread', why: expect.stringMatching(why) });
    expect(found.kind === 'unread' ? found.why : '').toMatch(
      /^\/api\/v1\/nodes: items\[0\]\.metadata\.[^\n]{1,120}$/u,
    );
  });

  test('of a file are taken as they are', async () => {
    expect((await readNode({ labels: { l: 'v'.repeat(64) } }, {})).kind).toBe('read');
  });
});

/** So many characters of keys and values, of which none is kept. */
async function readService(length: number) {
  const annotations = { first: 'v'.repeat(1000), other: 'v'.repeat(length - 1010) };
  const item = { metadata: { namespace: 'a', name: 'b', annotations }, spec: {} };
  const body = JSON.stringify({ kind: 'ServiceList', metadata: {}, items: [item] });
  const get = () => Promise.resolve({ status: 200, source: '/api/v1/services', body });
  const transport = { get, taken: { parts: 0 } };
  return await readList(transport, kubernetesLists.services, new Problems());
}

describe('annotations of an object', () => {
  const limit = 256 * 1024;
  test('of 256 KiB together are read', async () => {
    expect(await readService(limit)).toMatchObject({ kind: 'read', value: [{ name: 'b' }] });
  });

  test('of one character more leave the list unread, with one line', async () => {
    expect(await readService(limit + 1)).toMatchObject({
      kind: 'unread',
      why: '/api/v1/services: items[0].metadata.annotations has 262145 characters, more than Kubernetes accepts (262144)',
    });
  });
});
