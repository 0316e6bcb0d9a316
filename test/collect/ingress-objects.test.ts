import { describe, expect, test } from '@jest/globals';
import { readIngress } from '../../shared/collect/ingress-objects.ts';
import type { KubernetesList } from '../../shared/collect/kubernetes-reader.ts';
import { readList } from '../../shared/collect/kubernetes-reader.ts';
import { Problems } from '../../shared/input/index.ts';
import { read, valueOr, type Read } from '../../shared/model/index.ts';
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
  statusOf: (path: string) => number | undefined = () => undefined,
  problems = new Problems(),
) {
  const transport = answeringWith(({ path }) => {
    const name = path.split('/').at(-1) as ListName;
    const status = statuses[name] ?? statusOf(path);
    if (status !== undefined) return { status, body: { kind: 'Status', code: status } };
    const found = path.endsWith('/services') ? [apiServer] : (items[name] ?? []);
    return { body: { kind: kindOfPath(path), metadata: {}, items: found } };
  });
  const list = async <T>(wanted: KubernetesList<T>): Promise<Read<readonly T[]>> =>
    await readList(transport, wanted, problems);
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

async function backendIn(backend: unknown) {
  const problems = new Problems();
  const rules = [{ backendRefs: [backend] }];
  const route = { metadata, spec: { parentRefs: [{ name: 'web' }], rules } };
  const { httpRoutes } = await slicesOf({ httproutes: [route] }, {}, undefined, problems);
  return {
    unread: valueOr(httpRoutes, [])[0]?.rules[0]?.backends[0]?.unread === true,
    lines: problems.lines,
  };
}

async function ingressBackend(service: unknown) {
  const problems = new Problems();
  const item = { metadata, spec: { defaultBackend: { service } } };
  const { ingresses } = await slicesOf({ ingresses: [item] }, {}, undefined, problems);
  return {
    unread: valueOr(ingresses, [])[0]?.defaultBackend?.kind === 'unread',
    lines: problems.lines,
  };
}

describe('a reference that cannot be read is marked, and named in one line', () => {
  test.each([
    ['no name', { port: 80 }],
    ['an empty name', { name: '', port: 80 }],
    ['a number as its name', { name: 5, port: 80 }],
    ['a number as its namespace', { name: 'app', namespace: 5, port: 80 }],
    ['a list as its kind', { name: 'app', kind: [], port: 80 }],
    ['a text as its port', { name: 'app', port: '80' }],
    ['a text as its weight', { name: 'app', port: 80, weight: '5' }],
  ])('of a route: %s', async (_name, backend) => {
    const { unread, lines } = await backendIn(backend);
    expect(unread).toBe(true);
    expect(lines).toHaveLength(1);
  });

  test.each([
    ['no name', { port: { number: 80 } }],
    ['a number as its name', { name: 5, port: { number: 80 } }],
    ['a text as the number of its port', { name: 'app', port: { number: '80' } }],
    ['a number as its port', { name: 'app', port: 80 }],
    ['a text in its place', 'app'],
  ])('of an Ingress: %s', async (_name, service) => {
    const { unread, lines } = await ingressBackend(service);
    expect(unread).toBe(true);
    expect(lines).toHaveLength(1);
  });

  test('what is whole is not', async () => {
    expect(await backendIn({ name: 'app', port: 80 })).toEqual({ unread: false, lines: [] });
    expect(await ingressBackend({ name: 'app', port: { name: 'http' } })).toEqual({
      unread: false,
      lines: [],
    });
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

  test.each([
    ['gatewayclasses', 'v1beta1'],
    ['gateways', 'v1beta1'],
    ['httproutes', 'v1beta1'],
    ['grpcroutes', 'v1alpha2'],
    ['referencegrants', 'v1'],
  ] as const)('%s are read where the server has them in %s alone', async (name, version) => {
    const slices = await slicesOf({ [name]: [{ metadata, spec: {} }] }, {}, (path) =>
      path.includes('gateway.networking') && !path.endsWith(`/${version}/${name}`)
        ? 404
        : undefined,
    );
    expect(Object.values(slices).filter(({ kind }) => kind === 'unread')).toEqual([]);
    const found = Object.values(slices).flatMap((slice) => [
      ...valueOr<readonly object[]>(slice, []),
    ]);
    expect(found).toMatchObject([{ name: 'web' }, { name: 'kubernetes' }]);
  });

  test('a version that refuses the list leaves it unread', async () => {
    const slices = await slicesOf({}, {}, (path) =>
      path.endsWith('/v1/gateways') ? 404 : path.endsWith('/gateways') ? 403 : undefined,
    );
    expect(slices.gateways).toMatchObject({ kind: 'unread' });
  });

  test.each(['ingresses', 'ingressclasses'] as const)('%s are always there', async (name) => {
    const slices = await slicesOf({}, { [name]: 404 });
    expect(Object.values(slices).filter(({ kind }) => kind === 'unread')).toHaveLength(1);
  });
});
