import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { caseKubernetes, openCases, type Case } from '../../shared/casefolder/index.ts';
import type { KubernetesAnswer } from '../../shared/collect/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = temporaryFolder();

function pod(name: string, host = '', phase = 'Running'): object {
  return {
    metadata: { name, namespace: 'shop' },
    spec: { nodeName: host },
    status: { phase },
  };
}

function node(name: string, spec: object): object {
  return { metadata: { name }, spec };
}

beforeAll(async () => {
  mkdirSync(path.join(root, 'kubernetes'));
  const save = (name: string, body: object): void =>
    writeFileSync(path.join(root, 'kubernetes', `${name}.json`), JSON.stringify(body));
  const items = [
    pod('a', 'n1'),
    pod('b', 'n2'),
    pod('c', 'n1'),
    pod('d', '', 'Pending'),
    pod('e', 'n1', 'Pending'),
  ];
  save('pods', { kind: 'PodList', items });
  save('nodes', { kind: 'NodeList', items: [node('n1', {}), node('n2', { unschedulable: true })] });
  const { sets, open } = await openCases([root]);
  const [set] = sets;
  if (set !== undefined) saved = await open(set);
});

let saved: Case;

async function ask(query: Record<string, string>, kind = 'pods'): Promise<KubernetesAnswer> {
  return caseKubernetes(saved).get(`/api/v1/${kind}`, new URLSearchParams(query));
}

interface Body {
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
  readonly metadata: { readonly continue?: string };
}

function bodyOf(answer: KubernetesAnswer): Body {
  if (typeof answer.body !== 'string') throw new TypeError('a folder answers with texts');
  return JSON.parse(answer.body) as Body;
}

async function namesOf(query: Record<string, string>, kind?: string): Promise<string> {
  return bodyOf(await ask(query, kind))
    .items.map(({ metadata }) => metadata.name)
    .join('');
}

describe('a saved list answers selectors as the API does', () => {
  test.each([
    ['spec.nodeName=n1', 'ace'],
    ['spec.nodeName==n2', 'b'],
    ['spec.nodeName!=n1', 'bd'],
    ['spec.nodeName=', 'd'],
    ['status.phase=Pending', 'de'],
    ['status.phase=Pending,spec.nodeName=n1', 'e'],
    ['metadata.name=c', 'c'],
    ['metadata.namespace=other', ''],
  ])('fieldSelector %p', async (fieldSelector, names) => {
    expect(await namesOf({ fieldSelector })).toBe(names);
  });

  test('a flag that is not there is false', async () => {
    expect(await namesOf({ fieldSelector: 'spec.unschedulable=false' }, 'nodes')).toBe('n1');
    expect(await namesOf({ fieldSelector: 'spec.unschedulable=true' }, 'nodes')).toBe('n2');
  });

  test.each([
    { fieldSelector: 'spec.host=n1' },
    { fieldSelector: 'spec.nodeName' },
    { labelSelector: 'app=web' },
    { limit: '-1' },
    { limit: 'many' },
    { continue: 'from another list' },
  ])('%p is refused', async (query) => {
    expect(await ask(query as unknown as Record<string, string>)).toMatchObject({ status: 400 });
  });
});

describe('a saved list answers in pages', () => {
  test.each([
    { name: 'the whole list', query: {}, all: 'abcde' },
    { name: 'a selection', query: { fieldSelector: 'spec.nodeName!=n2' }, all: 'acde' },
  ])('$name, cut everywhere', async ({ query, all }) => {
    for (const limit of [1, 2, 3, 4, 5, 100]) {
      const pages: string[] = [];
      let token: string | undefined = '';
      while (token !== undefined) {
        const asked = { ...query, limit: String(limit), ...(token !== '' && { continue: token }) };
        const body: Body = bodyOf(await ask(asked));
        pages.push(body.items.map(({ metadata }) => metadata.name).join(''));
        token = body.metadata.continue;
      }
      expect(pages.join('')).toBe(all);
      expect(pages.every((page) => page.length <= limit)).toBe(true);
      expect(pages).toHaveLength(Math.ceil(all.length / limit));
    }
  });

  test('no limit and limit 0 are the same', async () => {
    expect(await namesOf({ limit: '0' })).toBe('abcde');
  });

  test('a problem names the index of the item in its file', async () => {
    expect(await ask({ fieldSelector: 'spec.nodeName=n1', limit: '2' })).toMatchObject({
      itemNumbers: [0, 2],
    });
  });

  test('what a case folder does not hold is not found', async () => {
    expect(await ask({}, 'secrets')).toMatchObject({ status: 404 });
    expect(await ask({}, 'services')).toMatchObject({
      status: 404,
      source: 'kubernetes/services.json',
    });
  });
});
