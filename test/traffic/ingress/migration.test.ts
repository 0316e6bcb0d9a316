import { describe, expect, test } from '@jest/globals';
import { migration, secondHop } from '../../../shared/traffic/index.ts';
import { valueOr, type ClusterSnapshot } from '../../../shared/model/index.ts';
import {
  backend,
  canary,
  cluster,
  clusterIpService,
  gateway,
  httpRoute,
  ingress,
  ingressPath,
  nginxAnnotations,
  routed,
  routeRule,
  sliceOf,
  type SnapshotChanges,
} from '../../builders/index.ts';

function hostsOf(changes: SnapshotChanges) {
  const found = migration.of(cluster(routed(changes)));
  if (found.kind === 'unread') throw new Error(found.why);
  return found.value.hosts.map(({ host, state, missingPaths }) => ({ host, state, missingPaths }));
}

const pathsAt = (host: string, ...paths: readonly string[]) => ({
  rules: [{ host, paths: paths.map((path) => ingressPath(path)) }],
});

describe('hosts on the old and on the new side', () => {
  test.each([
    { name: 'on both', changes: {}, state: 'both', missing: [] },
    {
      name: 'nothing on the new side',
      changes: { httpRoutes: [] },
      state: 'old-only',
      missing: ['/'],
    },
    {
      name: 'nothing on the old side',
      changes: { ingresses: [ingress('x', pathsAt('x.example.com', '/'))] },
      state: 'new-only',
      missing: [],
    },
    {
      name: 'a wildcard takes it in',
      changes: { httpRoutes: [httpRoute('web', { hostnames: ['*.example.com'] })] },
      state: 'both',
      missing: [],
    },
    {
      name: 'one path was not moved',
      changes: {
        ingresses: [ingress('web', pathsAt('shop.example.com', '/api', '/admin'))],
        httpRoutes: [httpRoute('web', { rules: [routeRule('/api', backend('app'))] })],
      },
      state: 'both',
      missing: ['/admin'],
    },
    {
      name: 'a wildcard on both sides',
      changes: {
        ingresses: [ingress('web', pathsAt('*.example.com', '/'))],
        httpRoutes: [httpRoute('web', { hostnames: ['*.example.com'] })],
      },
      host: '*.example.com',
      state: 'both',
      missing: [],
    },
    {
      name: 'what a regular expression answers is not known',
      changes: {
        httpRoutes: [
          httpRoute('web', {
            rules: [
              {
                ...routeRule('/', backend('app')),
                matches: [
                  { path: { type: 'RegularExpression', value: '/' }, headers: [], queryParams: [] },
                ],
              },
            ],
          }),
        ],
      },
      state: 'both',
      missing: ['/'],
    },
    {
      name: 'a wildcard of the old side has it',
      changes: { ingresses: [ingress('web', pathsAt('*.example.com', '/'))] },
      state: 'both',
      missing: [],
    },
    {
      name: 'a wildcard of the old side, of which the new one has a single host',
      changes: { ingresses: [ingress('web', pathsAt('*.example.com', '/'))] },
      host: '*.example.com',
      state: 'old-only',
      missing: ['/'],
    },
    {
      name: 'a further name of a host',
      changes: {
        ingresses: [
          ingress('web', {
            annotations: nginxAnnotations({ 'server-alias': 'a.example.com, ~^b' }),
          }),
        ],
      },
      host: 'a.example.com',
      state: 'old-only',
      missing: ['/'],
    },
    {
      name: 'a name that NGINX redirects',
      changes: {
        ingresses: [
          ingress('web', { annotations: nginxAnnotations({ 'from-to-www-redirect': 'true' }) }),
        ],
      },
      host: 'www.shop.example.com',
      state: 'old-only',
      missing: ['/'],
    },
    {
      name: 'a prefix above answers the path',
      changes: { ingresses: [ingress('web', pathsAt('shop.example.com', '/api/v1'))] },
      state: 'both',
      missing: [],
    },
  ])('$name: $state', ({ changes, host = 'shop.example.com', state, missing }) => {
    const found = hostsOf(changes).find((each) => each.host === host);
    expect(found).toEqual({ host, state, missingPaths: missing });
  });
});

test('all hosts count, not only those that are listed', () => {
  const hosts = Array.from({ length: 1_001 }, (_, at) => `h${String(at).padStart(4, '0')}.com`);
  const found = migration.of(
    cluster(
      routed({
        ingresses: hosts.map((host, place) => ingress(`i${place}`, pathsAt(host, '/'))),
        httpRoutes: [httpRoute('web', { hostnames: hosts.slice(0, -1) })],
      }),
    ),
  );
  expect(valueOr(found, undefined)).toMatchObject({
    hostCount: 1_001,
    counts: { onOld: 1_001, toMove: 1, failing: 0, unjudged: 0 },
  });
  expect(valueOr(found, undefined)?.hosts).toHaveLength(1_000);
});

test('a further name belongs to the first host that has it', () => {
  const found = secondHop.of(
    cluster(
      routed({
        httpRoutes: [],
        ingresses: [
          ingress('web', {
            annotations: nginxAnnotations({ 'server-alias': 'a.example.com' }),
            rules: ['one', 'two'].map((name) => ({
              host: `${name}.example.com`,
              paths: [ingressPath('/', name)],
            })),
          }),
        ],
      }),
    ),
  );
  const alias = valueOr(found, undefined)?.routes.filter(({ host }) => host === 'a.example.com');
  expect(alias?.map(({ targets }) => targets[0]?.name)).toEqual(['one']);
});

function sharesOf(snapshot: ClusterSnapshot) {
  const hop = secondHop.of(snapshot);
  return valueOr(hop, undefined)?.routes.map(({ source, targets, lost }) => ({
    source: `${source.kind} ${source.name}`,
    lost,
    shares: targets.map(({ name, part, shareOfEach }) => ({ name, part, shareOfEach })),
  }));
}

describe('shares of the second hop', () => {
  test('weights, then evenly over the ready pods whatever their nodes', () => {
    const snapshot = cluster(
      routed({
        clusterIpServices: [clusterIpService('app'), clusterIpService('next')],
        endpointSlices: [
          sliceOf('app', ['a@user-0', 'b@user-0', '!c@user-1']),
          sliceOf('next', ['n@user-1']),
        ],
        httpRoutes: [
          httpRoute('web', {
            rules: [routeRule('/', backend('app', { weight: 9 }), backend('next'))],
          }),
        ],
      }),
    );
    expect(sharesOf(snapshot)).toEqual([
      { source: 'Ingress web', lost: 0, shares: [{ name: 'app', part: 1, shareOfEach: 0.5 }] },
      {
        source: 'HTTPRoute web',
        lost: 0,
        shares: [
          { name: 'app', part: 0.9, shareOfEach: 0.45 },
          { name: 'next', part: 0.1, shareOfEach: 0.1 },
        ],
      },
    ]);
  });

  test.each<[string, Readonly<Record<string, string>>, number | undefined, boolean?]>([
    ['its weight', { 'canary-weight': '20' }, 0.2],
    ['its weight of a total', { 'canary-weight': '20', 'canary-weight-total': '1000' }, 0.02],
    [
      'a total below 100 counts as 100',
      { 'canary-weight': '5', 'canary-weight-total': '10' },
      0.05,
    ],
    ['a weight over the total', { 'canary-weight': '150' }, 1],
    ['a weight of 10^12', { 'canary-weight': '1000000000000' }, 1],
    ['no weight', {}, 0],
    ['a weight that is no number', { 'canary-weight': '-5' }, 0],
    [
      'a header comes before the weight',
      { 'canary-by-header': 'x', 'canary-weight': '20' },
      undefined,
    ],
    ['a cookie too', { 'canary-by-cookie': 'x' }, undefined],
    ['without ready pods nothing', { 'canary-weight': '20' }, 0, true],
  ])('a canary takes off the Ingress beside it: %s', (_, annotations, part, isDead = false) => {
    const snapshot = cluster(
      routed({
        httpRoutes: [],
        clusterIpServices: [clusterIpService('app'), clusterIpService('next')],
        endpointSlices: [
          sliceOf('app', ['a@user-0']),
          sliceOf('next', [isDead ? '!n@user-1' : 'n@user-1']),
        ],
        // The canary joins the backend, so that another path with the same one is split too.
        ingresses: [
          ingress('web'),
          canary('next', annotations),
          ingress('api', { rules: [{ host: 'api.example.com', paths: [ingressPath('/v1')] }] }),
        ],
      }),
    );
    const split = [
      { name: 'app', part: part === undefined ? undefined : 1 - part },
      { name: 'next', part },
    ];
    const found = sharesOf(snapshot)?.filter(({ source }) => source !== 'Ingress next');
    expect(
      found?.map(({ lost, shares }) => [
        lost,
        shares.map(({ name, part: got }) => ({ name, part: got })),
      ]),
    ).toEqual([
      [0, split],
      [0, split],
    ]);
  });

  test('a route that an older one shadows has no part in what is shown of the host', () => {
    const found = migration.of(
      cluster(
        routed({
          httpRoutes: [],
          ingresses: [
            ingress('web'),
            ingress('copy', {
              createdAt: '2026-02-01T00:00:00Z',
              rules: [{ host: 'shop.example.com', paths: [ingressPath('/', 'gone')] }],
            }),
          ],
        }),
      ),
    );
    const [host] = valueOr(found, undefined)?.hosts ?? [];
    expect(host?.old?.backends.map(({ service }) => service)).toEqual(['shop/app:80']);
  });

  test('of a Gateway that is not programmed all requests fail on the new side', () => {
    const conditions = [{ type: 'Accepted', status: 'False', reason: 'Invalid', message: '' }];
    const found = migration.of(cluster(routed({ gateways: [gateway({ conditions })] })));
    expect(valueOr(found, undefined)).toMatchObject({
      new: [{ unserved: 'not-accepted' }],
      counts: { onOld: 1, toMove: 0, failing: 1, unjudged: 0 },
    });
  });

  test('an NGINX that runs is there, with or without an Ingress', () => {
    const found = migration.of(cluster(routed({ ingresses: [] })));
    expect(valueOr(found, undefined)).toMatchObject({
      old: [{ entryPoint: 'IngressClass nginx' }],
      counts: { onOld: 0 },
    });
  });

  test.each([
    ['a hash of the client', 'upstream-hash-by', '$remote_addr'],
    ['latencies', 'load-balance', 'ewma'],
    ['the cluster IP', 'service-upstream', 'true'],
  ])('balancing by %s: not known', (_, name, value) => {
    const annotations = new Map([[`nginx.ingress.kubernetes.io/${name}`, value]]);
    const snapshot = cluster(
      routed({ httpRoutes: [], ingresses: [ingress('web', { annotations })] }),
    );
    expect(sharesOf(snapshot)?.[0]?.shares[0]?.shareOfEach).toBeUndefined();
  });
});
