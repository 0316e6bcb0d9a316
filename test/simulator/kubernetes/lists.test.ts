import { describe, expect, test } from '@jest/globals';
import {
  clusterIp,
  deployment,
  nodesOfPool,
  pool,
  service,
  systemPool,
} from '../../../simulator/build.ts';
import type { Json } from '../ask.ts';
import { oneCluster, type One } from '../one.ts';

const pools = [systemPool(), pool('user', { count: 12, zones: ['1', '2', '3'] })];

function shop(): One {
  return oneCluster({
    pools,
    services: [service('shop/web'), clusterIp('shop/db'), service('blog/web')],
    workloads: [
      deployment('shop/web', nodesOfPool('user', 12), { replicas: 14 }),
      deployment('blog/web', nodesOfPool('user', 3)),
      { ...deployment('shop/db', ['user-0', 'user-1']), kind: 'StatefulSet' },
    ],
    events: [1, 2].map((minutesAgo) => ({
      namespace: 'shop',
      service: 'web',
      type: 'Warning' as const,
      reason: 'SyncLoadBalancerFailed',
      message: 'Error syncing load balancer',
      minutesAgo,
    })),
  });
}

async function pages({ kubernetes }: One, path: string, limit: number): Promise<readonly Json[]> {
  const found: Json[] = [];
  let token = '';
  do {
    const query = new URLSearchParams({
      limit: String(limit),
      ...(token !== '' && { continue: token }),
    });
    const { status, body } = await kubernetes(
      `${path}${path.includes('?') ? '&' : '?'}${query.toString()}`,
    );
    expect(status).toBe(200);
    found.push(body);
    token = body.metadata.continue ?? '';
  } while (token !== '' && found.length < 100);
  return found;
}

const paths = [
  '/api/v1/nodes',
  '/api/v1/services',
  '/api/v1/pods',
  '/api/v1/namespaces',
  '/api/v1/events',
  '/apis/discovery.k8s.io/v1/endpointslices',
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/statefulsets',
  '/apis/apps/v1/daemonsets',
  '/apis/apps/v1/replicasets',
];

const keyOf = ({ metadata }: Json): string => `${metadata.namespace ?? ''}/${metadata.name}`;

describe.each(paths)('%s', (path) => {
  test('is whole without a limit, in the order of the API server', async () => {
    const [body, ...more] = await pages(shop(), path, 0);
    expect(more).toEqual([]);
    expect(body.kind).toMatch(/List$/u);
    expect(body.metadata.remainingItemCount).toBeUndefined();
    const keys = body.items.map(keyOf);
    expect(keys.length).toBeGreaterThan(0);
    expect(keys).toEqual(keys.toSorted());
    expect(new Set(keys).size).toBe(keys.length);
    expect(body.items.every((item: Json) => item.kind === undefined)).toBe(true);
  });

  test.each([1, 3, 500])('is the same in pages of %i, which say what is left', async (limit) => {
    const one = shop();
    const [whole] = await pages(one, path, 0);
    const cut = await pages(one, path, limit);
    expect(cut.flatMap(({ items }) => items)).toEqual(whole.items);
    expect(new Set(cut.map(({ metadata }) => metadata.resourceVersion)).size).toBe(1);
    let left = whole.items.length;
    for (const { items, metadata } of cut) {
      left -= items.length;
      expect(metadata.remainingItemCount).toBe(left === 0 ? undefined : left);
    }
  });
});

describe('selectors', () => {
  test.each([
    ['/api/v1/services?fieldSelector=spec.type%3DLoadBalancer', ['blog/web', 'shop/web']],
    [
      '/api/v1/services?fieldSelector=spec.type%21%3DLoadBalancer',
      ['default/kubernetes', 'shop/db'],
    ],
    [
      '/api/v1/services?fieldSelector=metadata.name%3Dweb%2Cmetadata.namespace%3Dshop',
      ['shop/web'],
    ],
    ['/api/v1/namespaces/shop/services', ['shop/db', 'shop/web']],
    ['/api/v1/events?fieldSelector=involvedObject.kind%3DService,type%3DNormal', []],
  ])('%s', async (path, expected) => {
    const { status, body } = await shop().kubernetes(path);
    expect(status).toBe(200);
    expect(body.items.map(keyOf)).toEqual(expected);
  });

  test('pods of a node, and those that no node takes', async () => {
    const one = shop();
    const nodes = await one.kubernetes('/api/v1/nodes');
    const node: string = nodes.body.items.find((item: Json) =>
      item.metadata.labels.agentpool.startsWith('user'),
    ).metadata.name;
    const here = await one.kubernetes(`/api/v1/pods?fieldSelector=spec.nodeName%3D${node}`);
    expect(here.body.items.every(({ spec }: Json) => spec.nodeName === node)).toBe(true);
    expect(here.body.items.map(({ metadata }: Json) => metadata.namespace).toSorted()).toEqual([
      'blog',
      ...Array.from({ length: 4 }, () => 'kube-system'),
      'shop',
      'shop',
    ]);
    const pending = await one.kubernetes('/api/v1/pods?fieldSelector=status.phase%3DPending');
    expect(pending.body.items).toHaveLength(2);
    expect(pending.body.items[0].spec.nodeName).toBeUndefined();
    expect(pending.body.items[0].status.conditions[0].reason).toBe('Unschedulable');
  });

  test('pages of a selection do not say how much is left', async () => {
    const found = await pages(shop(), '/api/v1/pods?fieldSelector=status.phase%3DRunning', 5);
    expect(found.length).toBeGreaterThan(3);
    expect(found.map(({ metadata }) => metadata.remainingItemCount)).toEqual(
      found.map(() => undefined),
    );
  });

  test.each([
    ['fieldSelector=spec.replicas%3D3', 'field label not supported: spec.replicas'],
    ['fieldSelector=spec.nodeName', "invalid selector: 'spec.nodeName'"],
    ['labelSelector=app', 'the simulator selects by fields'],
    ['continue=nonsense', 'continue key is not valid'],
    ['limit=-1', 'limit is not valid'],
    ['limit=many', 'limit is not valid'],
  ])('%s is refused', async (query, message) => {
    const { status, body } = await shop().kubernetes(`/api/v1/pods?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      kind: 'Status',
      status: 'Failure',
      reason: 'BadRequest',
      code: 400,
      message: expect.stringContaining(message),
    });
  });
});

test('an expired page offers a rest that does not expire', async () => {
  const one = shop();
  const path = '/api/v1/pods?limit=5';
  const first = await one.kubernetes(path);
  one.simulator.faults.set([{ host: one.host, action: { kind: 'gone' } }]);
  const token: string = first.body.metadata.continue;
  const expired = await one.kubernetes(`${path}&continue=${token}`);
  expect(expired).toMatchObject({ status: 410, body: { kind: 'Status', reason: 'Expired' } });
  const rest = await one.kubernetes(`${path}&continue=${expired.body.metadata.continue}`);
  expect(rest.status).toBe(200);
  const again = await one.kubernetes(path);
  expect(again.status).toBe(200);
  one.simulator.faults.set([]);
  const fresh = await one.kubernetes(`${path}&continue=${token}`);
  expect(rest.body.items).toEqual(fresh.body.items);
});
