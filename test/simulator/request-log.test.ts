import { describe, expect, test } from '@jest/globals';
import { leaksIn } from '../../simulator/canaries.ts';
import { operationOf, requestLog } from '../../simulator/request-log.ts';
import { ask, armUrl, lists } from './ask.ts';
import { clusterPath, oneCluster } from './one.ts';

describe('the log of requests', () => {
  test('names operations without ids, hosts of clusters as one kind', async () => {
    const { simulator, host } = oneCluster();
    await ask(simulator, armUrl(lists.managedClusters));
    await ask(simulator, armUrl(lists.loadBalancers.toLowerCase()));
    await ask(simulator, armUrl(`${clusterPath}/listClusterUserCredential`), { method: 'POST' });
    await ask(simulator, 'https://management.azure.com/subscriptions?api-version=2022-12-01');
    await ask(simulator, `https://${host}/api/v1/pods?limit=5`);
    await ask(simulator, `https://${host}/api/v1/namespaces/shop/pods/a`);
    await ask(simulator, `https://${host}/apis/apps/v1/deployments`);
    await ask(simulator, `https://${host}/api/v1/secrets`);
    expect(simulator.log.operations()).toEqual([
      'GET kubernetes /api/v1/namespaces/{namespace}/pods/{name}',
      'GET kubernetes /api/v1/pods',
      'GET kubernetes /api/v1/secrets',
      'GET kubernetes /apis/apps/v1/deployments',
      'GET management.azure.com /subscriptions',
      'GET management.azure.com /subscriptions/{subscriptionId}/providers/Microsoft.ContainerService/managedClusters',
      'GET management.azure.com /subscriptions/{subscriptionId}/providers/Microsoft.Network/loadBalancers',
      'POST management.azure.com /subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/{resourceName}/listClusterUserCredential',
    ]);
    const [first] = simulator.log.entries();
    expect(first && operationOf(first)).toMatch(/^GET management\.azure\.com /u);
  });

  test('says for whom a token was and how it went, and holds no token', async () => {
    const { simulator, host } = oneCluster();
    await ask(simulator, armUrl(lists.managedClusters));
    await ask(simulator, `https://${host}/api/v1/nodes`);
    await ask(simulator, `https://${host}/api/v1/nodes`, { token: 'nonsense' });
    await ask(simulator, 'https://attacker.example/', { token: null });
    expect(simulator.log.entries().map(({ audience, outcome }) => [audience, outcome])).toEqual([
      ['arm', 200],
      ['aks', 200],
      ['unreadable', 401],
      [undefined, 'broken'],
    ]);
    expect(leaksIn(JSON.stringify(simulator.log.entries()))).toEqual([]);
    simulator.log.clear();
    expect([simulator.log.entries(), simulator.log.operations()]).toEqual([[], []]);
  });

  test('keeps the last ones, and counts the operations of all', () => {
    const log = requestLog(10);
    for (let at = 0; at < 100; at += 1)
      log.add(
        {
          method: 'GET',
          url: new URL(`https://example.com/${at}`),
          headers: new Map(),
          body: '',
        },
        200,
      );
    expect(log.entries().length).toBeLessThanOrEqual(11);
    expect(log.entries().at(-1)?.path).toBe('/99');
    expect(log.operations()).toHaveLength(100);
  });
});
