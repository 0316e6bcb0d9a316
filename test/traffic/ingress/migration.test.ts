import { describe, expect, test } from '@jest/globals';
import { migration, secondHop } from '../../../shared/traffic/index.ts';
import { valueOr, type ClusterSnapshot } from '../../../shared/model/index.ts';
import {
  backend,
  cluster,
  clusterIpService,
  httpRoute,
  ingress,
  ingressPath,
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

const at = (host: string, ...paths: readonly string[]) => ({
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
      changes: { ingresses: [ingress('x', at('x.example.com', '/'))] },
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
        ingresses: [ingress('web', at('shop.example.com', '/api', '/admin'))],
        httpRoutes: [httpRoute('web', { rules: [routeRule('/api', backend('app'))] })],
      },
      state: 'both',
      missing: ['/admin'],
    },
    {
      name: 'a wildcard on both sides',
      changes: {
        ingresses: [ingress('web', at('*.example.com', '/'))],
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
      name: 'a prefix above answers the path',
      changes: { ingresses: [ingress('web', at('shop.example.com', '/api/v1'))] },
      state: 'both',
      missing: [],
    },
  ])('$name: $state', ({ changes, host = 'shop.example.com', state, missing }) => {
    const found = hostsOf(changes).find((each) => each.host === host);
    expect(found).toEqual({ host, state, missingPaths: missing });
  });
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

  test('a canary takes its weight off the Ingress that it stands beside', () => {
    const canary = new Map([
      ['nginx.ingress.kubernetes.io/canary', 'true'],
      ['nginx.ingress.kubernetes.io/canary-weight', '20'],
    ]);
    const snapshot = cluster(
      routed({
        httpRoutes: [],
        ingresses: [ingress('web'), ingress('next', { annotations: canary })],
      }),
    );
    expect(sharesOf(snapshot)?.map(({ shares }) => shares[0]?.part)).toEqual([0.8, 0.2]);
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
