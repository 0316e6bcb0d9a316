import { describe, expect, test } from '@jest/globals';
import { ask, armResource, askJson } from '../ask.ts';
import { oneCluster } from '../one.ts';

const nodes = '/api/v1/nodes';

describe('who asks', () => {
  test.each([
    ['nobody', null],
    ['nonsense', 'nonsense'],
  ])('%s', async (_, token) => {
    const { simulator, host } = oneCluster();
    await expect(askJson(simulator, `https://${host}${nodes}`, { token })).resolves.toMatchObject({
      status: 401,
      body: { kind: 'Status', reason: 'Unauthorized', message: 'Unauthorized', code: 401 },
    });
  });

  test('somebody with a token for ARM', async () => {
    const { simulator, host } = oneCluster();
    const token = simulator.identity.issue(armResource);
    const { status } = await askJson(simulator, `https://${host}${nodes}`, { token });
    expect(status).toBe(401);
  });

  test('a cluster without Entra knows no token', async () => {
    const { kubernetes } = oneCluster({ access: { entra: false } });
    await expect(kubernetes(nodes)).resolves.toMatchObject({ status: 401 });
  });
});

describe('what may not be read', () => {
  test('names the verb, the resource and, with Azure RBAC, the way out', async () => {
    const { kubernetes } = oneCluster({ access: { denied: ['nodes'] } });
    await expect(kubernetes(nodes)).resolves.toMatchObject({
      status: 403,
      body: {
        kind: 'Status',
        reason: 'Forbidden',
        details: { kind: 'nodes' },
        message: expect.stringMatching(
          /^nodes is forbidden: User "[0-9a-f-]{36}" cannot list resource "nodes" in API group "" at the cluster scope: User does not have access/u,
        ),
      },
    });
    await expect(kubernetes('/api/v1/pods')).resolves.toMatchObject({ status: 200 });
  });

  test('names the group, and no way out with the RBAC of the cluster', async () => {
    const { kubernetes } = oneCluster({ access: { azureRbac: false, denied: ['deployments'] } });
    const { body } = await kubernetes('/apis/apps/v1/namespaces/shop/deployments');
    expect(body.details).toEqual({ group: 'apps', kind: 'deployments' });
    expect(body.message).toMatch(/in API group "apps" in the namespace "shop"$/u);
  });
});

describe('what is not there', () => {
  test.each([
    '/',
    '/api/v1/secrets',
    '/api/v1/nodes/unknown',
    '/api/v1/namespaces/shop/nodes',
    '/api/v2/nodes',
    '/apis/apps/v1beta1/deployments',
    '/api/v1/nodes/a/proxy',
    '/metrics',
  ])('%s', async (path) => {
    const { kubernetes } = oneCluster();
    await expect(kubernetes(path)).resolves.toMatchObject({
      status: 404,
      body: { kind: 'Status', reason: 'NotFound' },
    });
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s', async (method) => {
    const { simulator, host } = oneCluster();
    const answer = await askJson(simulator, `https://${host}${nodes}`, { method });
    expect(answer).toMatchObject({ status: 405, body: { reason: 'MethodNotAllowed' } });
  });

  test('a watch', async () => {
    await expect(oneCluster().kubernetes(`${nodes}?watch=true`)).resolves.toMatchObject({
      status: 400,
    });
  });
});

describe('clusters that do not answer', () => {
  test.each([
    [{ access: { privateCluster: true, reachable: 'no' } }, 'ENOTFOUND'],
    [{ powerState: 'Stopped' }, 'ENOTFOUND'],
    [{ access: { reachable: 'reset' } }, 'ECONNRESET'],
  ] as const)('%j: %s', async (changes, code) => {
    const { simulator, host } = oneCluster(changes);
    await expect(ask(simulator, `https://${host}${nodes}`)).resolves.toEqual({
      kind: 'broken',
      code,
    });
  });

  test('and hosts that nobody described', async () => {
    const { simulator } = oneCluster();
    for (const host of ['other-abcdefgh.hcp.westeurope.azmk8s.io', 'example.com'])
      await expect(ask(simulator, `https://${host}/`)).resolves.toMatchObject({
        code: 'ENOTFOUND',
      });
  });
});

test('the version', async () => {
  const { body } = await oneCluster({ kubernetesVersion: '1.34.2' }).kubernetes('/version');
  expect(body).toMatchObject({ major: '1', minor: '34', gitVersion: 'v1.34.2' });
});
