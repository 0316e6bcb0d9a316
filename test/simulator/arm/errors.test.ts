import { describe, expect, test } from '@jest/globals';
import { cluster, fleet, subscription } from '../../../simulator/build.ts';
import { createSimulator } from '../../../simulator/simulator.ts';
import { aksServerApp } from '../../../simulator/tokens.ts';
import { armResource, armUrl, askJson, lists, subscriptionId } from '../ask.ts';
import { clusterPath, oneCluster } from '../one.ts';

const credentialsPath = `${clusterPath}/listClusterUserCredential`;

describe('who asks', () => {
  test.each([
    ['no token', null, 'AuthenticationFailed'],
    ['a token that is none', 'nonsense', 'InvalidAuthenticationToken'],
  ])('%s', async (_, token, code) => {
    const { simulator } = oneCluster();
    const answer = await askJson(simulator, armUrl(lists.managedClusters), { token });
    expect(answer).toMatchObject({ status: 401, body: { error: { code } } });
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer /u);
  });

  test('a token for the API servers', async () => {
    const { simulator } = oneCluster();
    const token = simulator.identity.issue(aksServerApp);
    await expect(
      askJson(simulator, armUrl(lists.managedClusters), { token }),
    ).resolves.toMatchObject({
      status: 401,
      body: { error: { code: 'InvalidAuthenticationTokenAudience' } },
    });
  });

  test('a token that has expired', async () => {
    let nowMs = 1_800_000_000_000;
    const { simulator } = oneCluster({}, { nowMs: () => nowMs, tokenLifetimeSeconds: 60 });
    const token = simulator.identity.issue(armResource);
    nowMs += 59_000;
    await expect(
      askJson(simulator, armUrl(lists.managedClusters), { token }),
    ).resolves.toMatchObject({ status: 200 });
    nowMs += 1000;
    await expect(
      askJson(simulator, armUrl(lists.managedClusters), { token }),
    ).resolves.toMatchObject({
      status: 401,
      body: { error: { code: 'ExpiredAuthenticationToken' } },
    });
  });
});

describe('what is not there, or not allowed', () => {
  test.each([
    ['another subscription', armUrl('').replace(subscriptionId, 'nowhere'), 404],
    ['a resource that is not played', armUrl('/providers/Microsoft.Compute/virtualMachines'), 404],
    ['a cluster of another name', armUrl(clusterPath.replace(/plain$/u, 'other')), 404],
    ['no API version', `${armResource}/subscriptions/${subscriptionId}`, 400],
    ['load balancers of a cluster that has but one', armUrl(`${clusterPath}/loadBalancers`), 400],
  ])('%s', async (_, url, status) => {
    const { simulator } = oneCluster();
    const answer = await askJson(simulator, url);
    expect(answer.status).toBe(status);
    expect(typeof answer.body.error.code).toBe('string');
  });

  test('load balancers of a cluster that has but one, in a preview version', async () => {
    const { simulator } = oneCluster();
    const url = armUrl(`${clusterPath}/loadBalancers`).replace('2026-06-01', '2026-04-02-preview');
    await expect(askJson(simulator, url)).resolves.toMatchObject({ status: 404 });
  });

  test.each(['PUT', 'POST', 'DELETE', 'PATCH'])('%s changes nothing', async (method) => {
    const { simulator } = oneCluster();
    for (const path of [lists.loadBalancers, clusterPath])
      await expect(askJson(simulator, armUrl(path), { method })).resolves.toMatchObject({
        status: 405,
      });
  });

  test('a list that the identity may not read says which right is missing', async () => {
    const simulator = createSimulator({
      fleet: fleet({
        subscriptions: [
          subscription(subscriptionId, 'P', [cluster('plain')], { denied: ['networkInterfaces'] }),
        ],
      }),
    });
    await expect(askJson(simulator, armUrl(lists.networkInterfaces))).resolves.toMatchObject({
      status: 403,
      body: {
        error: {
          code: 'AuthorizationFailed',
          message: expect.stringContaining("'Microsoft.Network/networkInterfaces/read'"),
        },
      },
    });
    await expect(askJson(simulator, armUrl(lists.loadBalancers))).resolves.toMatchObject({
      status: 200,
    });
  });

  test('credentials that the identity may not have', async () => {
    const { simulator } = oneCluster({ access: { credentialsDenied: true } });
    await expect(
      askJson(simulator, armUrl(credentialsPath), { method: 'POST' }),
    ).resolves.toMatchObject({
      status: 403,
      body: { error: { message: expect.stringContaining('listClusterUserCredential/action') } },
    });
  });

  test('the admin credential does not exist', async () => {
    const { simulator } = oneCluster();
    const path = `${clusterPath}/listClusterAdminCredential`;
    await expect(askJson(simulator, armUrl(path), { method: 'POST' })).resolves.toMatchObject({
      status: 405,
    });
  });
});

describe('throttling', () => {
  test('reads and credentials are counted apart, and a wait says how long', async () => {
    let nowMs = 0;
    const { simulator } = oneCluster(
      {},
      {
        nowMs: () => nowMs,
        throttle: {
          armReads: { size: 3, refillPerSecond: 1 },
          credentials: { size: 1, refillPerSecond: 0.25 },
        },
      },
    );
    const read = async () => await askJson(simulator, armUrl(lists.managedClusters));
    const credentials = async () =>
      await askJson(simulator, armUrl(credentialsPath), { method: 'POST' });
    const statuses = [await read(), await read(), await read()].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 200]);
    await expect(read()).resolves.toMatchObject({
      status: 429,
      headers: { 'retry-after': '1' },
      body: { error: { code: 'SubscriptionRequestsThrottled' } },
    });
    await expect(credentials()).resolves.toMatchObject({ status: 200 });
    await expect(credentials()).resolves.toMatchObject({
      status: 429,
      headers: { 'retry-after': '4' },
    });
    nowMs += 1000;
    await expect(read()).resolves.toMatchObject({ status: 200 });
    await expect(read()).resolves.toMatchObject({ status: 429 });
    nowMs += 3000;
    await expect(credentials()).resolves.toMatchObject({ status: 200 });
  });
});
