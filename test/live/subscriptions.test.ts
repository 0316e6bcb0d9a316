import { describe, expect, test } from '@jest/globals';
import { cluster, fleet, subscription } from '../../simulator/build.ts';
import type { SubscriptionDescription } from '../../simulator/description.ts';
import type { FaultRule } from '../../simulator/faults.ts';
import { azureHosts, words, world } from './world.ts';

const a = '00000000-0000-0000-0000-0000000000a1';
const b = '00000000-0000-0000-0000-0000000000b2';
const tenantId = '7f3b2c1d-5a64-4e0f-9b8a-0d1e2f3a4b5c';

function two(second: Partial<SubscriptionDescription> = {}) {
  return fleet({
    subscriptions: [
      subscription(a, 'First', [cluster('one')]),
      subscription(b, 'Second', [cluster('two')], second),
    ],
  });
}

const list = (id: string, kind: string): string => `/subscriptions/${id}/providers/${kind}`;
const clustersOf = (id: string): string => list(id, 'Microsoft.ContainerService/managedClusters');

describe('which subscriptions', () => {
  test('all that the identity sees', async () => {
    const { audit } = await world(two());
    const { clusters, subscriptions } = await audit();
    expect(words(clusters)).toEqual({ one: 'complete', two: 'complete' });
    expect(subscriptions).toEqual([
      { id: a, name: 'First', result: 'complete', clusters: 1 },
      { id: b, name: 'Second', result: 'complete', clusters: 1 },
    ]);
  });

  test('those that are named, however they are spelt, and each once', async () => {
    const { audit, simulator } = await world(two());
    const { clusters } = await audit({ subscriptions: [b.toUpperCase(), b] });
    expect(words(clusters)).toEqual({ two: 'complete' });
    expect(simulator.log.entries().filter(({ path }) => path.includes(a))).toEqual([]);
  });

  test('one that is not visible is told, with the right that it takes', async () => {
    const { audit } = await world(two());
    const gone = '00000000-0000-0000-0000-0000000000ff';
    const { clusters, subscriptions } = await audit({ subscriptions: [a, gone] });
    expect(words(clusters)).toEqual({ one: 'complete' });
    expect(subscriptions[1]).toEqual({
      id: gone,
      result: 'unread',
      clusters: 0,
      reason: `the identity does not see this subscription; to grant it: az role assignment create --assignee IDENTITY_OBJECT_ID --role "Reader" --scope "/subscriptions/${gone}"`,
    });
  });

  test('one of another tenant is skipped', async () => {
    const { azure, audit } = await world(two());
    const environment = { AZURE_TENANT_ID: '11111111-1111-1111-1111-111111111111' };
    const other = await audit({ azure: azure({ environment }) });
    expect(other.clusters).toEqual([]);
    expect(other.subscriptions[0]).toMatchObject({
      result: 'skipped',
      reason: `it belongs to tenant ${tenantId}, and AZURE_TENANT_ID is ${environment.AZURE_TENANT_ID}`,
    });
    const own = await audit({ azure: azure({ environment: { AZURE_TENANT_ID: tenantId } }) });
    expect(own.clusters).toHaveLength(2);
  });

  test('none at all is an outcome, too', async () => {
    const { audit } = await world(fleet({ subscriptions: [] }));
    expect(await audit()).toMatchObject({
      clusters: [],
      subscriptions: [{ id: '*', result: 'unread', reason: expect.stringContaining('"Reader"') }],
    });
  });

  test('where their list is denied, those that are named are read all the same', async () => {
    const faults: FaultRule[] = [{ path: '/subscriptions?', action: { kind: 'forbid' } }];
    const { audit } = await world(two(), { faults });
    const all = await audit();
    expect(all.subscriptions).toEqual([
      { id: '*', result: 'unread', clusters: 0, reason: expect.stringContaining('403') },
    ]);
    expect(words((await audit({ subscriptions: [a] })).clusters)).toEqual({ one: 'complete' });
  });

  test('of their clusters, those that are wanted', async () => {
    const { audit } = await world(two());
    const { clusters } = await audit({ wanted: ({ name }) => name === 'two' });
    expect(words(clusters)).toEqual({ two: 'complete' });
  });
});

describe('a subscription that cannot be read', () => {
  test('not at all: the other subscription is audited', async () => {
    const { audit } = await world(two({ denied: ['managedClusters'] }));
    const { clusters, subscriptions } = await audit();
    expect(words(clusters)).toEqual({ one: 'complete' });
    expect(subscriptions[1]).toMatchObject({
      result: 'unread',
      reason: expect.stringContaining('Microsoft.ContainerService/managedClusters/read'),
    });
  });

  test('in part: its clusters are audited with the rest', async () => {
    const { audit } = await world(two({ denied: ['loadBalancers'] }));
    const { clusters, subscriptions } = await audit();
    expect(subscriptions[1]).toMatchObject({ result: 'partial' });
    expect(clusters[1]).toMatchObject({
      result: 'partial',
      reason: expect.stringContaining('Microsoft.Network/loadBalancers/read'),
    });
  });

  test.each([
    ['that asks to wait for an hour', { kind: 'throttle', retryAfter: '3600' }, '3600 s'],
    ['that answers HTML', { kind: 'status', status: 200, body: '<html>' }, 'not valid JSON'],
    ['with a link to another host', { kind: 'next-link', to: 'other-host' }, 'points elsewhere'],
    ['with a link to itself', { kind: 'next-link', to: 'itself' }, 'repeats its nextLink'],
    ['that is a bomb', { kind: 'gzip-bomb', megabytes: 40 }, 'larger than'],
  ] as const)('%s: unread, and no harm to the other', async (_, action, why) => {
    const { audit, server } = await world(two(), { faults: [{ path: clustersOf(b), action }] });
    const { clusters, subscriptions } = await audit();
    expect(words(clusters)).toEqual({ one: 'complete' });
    expect(subscriptions[1]).toMatchObject({
      result: 'unread',
      reason: expect.stringContaining(why),
    });
    expect([...server.lookups()].filter((host) => !host.endsWith('.azmk8s.io'))).toEqual(
      azureHosts,
    );
  });

  test('because there is no token for ARM', async () => {
    const path = 'resource=https%3A%2F%2Fmanagement';
    const faults: FaultRule[] = [{ path, action: { kind: 'status', status: 500 } }];
    const { audit } = await world(two(), { faults });
    const { clusters, subscriptions } = await audit();
    expect(clusters).toEqual([]);
    expect(subscriptions).toEqual([
      { id: '*', result: 'unread', clusters: 0, reason: expect.stringContaining('no token for') },
    ]);
  });
});
