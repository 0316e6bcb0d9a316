import { describe, expect, test } from '@jest/globals';
import { readIngress } from '../../shared/collect/ingress-objects.ts';
import type { KubernetesList } from '../../shared/collect/kubernetes-reader.ts';
import { readList } from '../../shared/collect/kubernetes-reader.ts';
import { Problems } from '../../shared/input/index.ts';
import { read, type Read } from '../../shared/model/index.ts';
import { answeringWith, kindOfPath } from './transport.ts';

const metadata = { namespace: 'shop', name: 'web' };
const apiServer = { metadata: { namespace: 'default', name: 'kubernetes' }, spec: {} };
const lists = [
  'ingresses',
  'ingressclasses',
  'gatewayclasses',
  'gateways',
  'httproutes',
  'grpcroutes',
  'referencegrants',
] as const;
type ListName = (typeof lists)[number];

/** The slices of a cluster with these objects, or these answers in place of lists. */
async function slicesOf(
  items: Partial<Record<ListName, readonly object[]>>,
  statuses: Partial<Record<ListName, number>> = {},
) {
  const transport = answeringWith(({ path }) => {
    const name = path.split('/').at(-1) as ListName;
    const status = statuses[name];
    if (status !== undefined) return { status, body: { kind: 'Status', code: status } };
    const found = path.endsWith('/services') ? [apiServer] : (items[name] ?? []);
    return { body: { kind: kindOfPath(path), metadata: {}, items: found } };
  });
  const list = async <T>(wanted: KubernetesList<T>): Promise<Read<readonly T[]>> =>
    await readList(transport, wanted, new Problems());
  return await readIngress(read([]), list);
}

describe('what decides where a request goes is kept', () => {
  test('of a route: its version, what is said of which version, filters that may answer', async () => {
    const condition = { type: 'Accepted', status: 'False', reason: 'No', observedGeneration: 2 };
    const { httpRoutes } = await slicesOf({
      httproutes: [
        {
          metadata: { ...metadata, generation: 3 },
          spec: {
            rules: [
              { filters: [{ type: 'ExtensionRef' }] },
              { filters: [{ type: 'RequestRedirect' }] },
              { filters: [{ type: 'RequestMirror' }], backendRefs: [{ name: 'app', port: 80 }] },
            ],
          },
          status: { parents: [{ parentRef: { name: 'web' }, conditions: [condition] }] },
        },
      ],
    });
    expect(httpRoutes).toMatchObject({
      kind: 'read',
      value: [
        {
          generation: 3,
          rules: [
            { backends: [], redirects: false, mayAnswer: true },
            { backends: [], redirects: true },
            { backends: [{ name: 'app', weight: 1 }], redirects: false },
          ],
          parentStatuses: [{ conditions: [condition] }],
        },
      ],
    });
  });

  test('of an Ingress: the annotations of NGINX that route, not its snippets', async () => {
    const prefix = 'nginx.ingress.kubernetes.io/';
    const kept = {
      [`${prefix}canary`]: 'true',
      [`${prefix}canary-weight-total`]: '1000',
      [`${prefix}from-to-www-redirect`]: 'true',
      [`${prefix}server-alias`]: 'a.example.com',
    };
    const { ingresses } = await slicesOf({
      ingresses: [
        {
          metadata: {
            ...metadata,
            annotations: { ...kept, [`${prefix}configuration-snippet`]: 'x' },
          },
          spec: {},
        },
      ],
    });
    const [found] = ingresses.kind === 'read' ? ingresses.value : [];
    expect(Object.fromEntries(found?.annotations ?? [])).toEqual(kept);
  });
});

describe('a list that is refused is not one that is not installed', () => {
  test.each(lists)('%s', async (name) => {
    const slices = await slicesOf({}, { [name]: 403 });
    expect(Object.values(slices).filter(({ kind }) => kind === 'unread')).toHaveLength(1);
  });

  test('without the Gateway API there is none of it', async () => {
    const missing = Object.fromEntries(lists.slice(2).map((name) => [name, 404]));
    const slices = await slicesOf({}, missing);
    expect(Object.values(slices).every(({ kind }) => kind === 'read')).toBe(true);
  });

  test.each(['ingresses', 'ingressclasses'] as const)('%s are always there', async (name) => {
    const slices = await slicesOf({}, { [name]: 404 });
    expect(Object.values(slices).filter(({ kind }) => kind === 'unread')).toHaveLength(1);
  });
});
