import { expect, test } from '@jest/globals';
import { listClusters } from '../../shared/discover/index.ts';
import { Problems } from '../../shared/input/index.ts';
import { networkHttpClient } from '../../simulator/network.ts';
import { startSimulatorProcess } from '../../scripts/local/simulator.ts';
import { armResource } from './ask.ts';

test('a named fleet is served from another process until it is closed', async () => {
  const server = await startSimulatorProcess({
    fleet: { kind: 'many', subscriptions: 1, clusters: 12 },
    pageSize: 5,
  });
  const httpClient = networkHttpClient(server);
  try {
    const token = await fetch(
      `${server.identity.IDENTITY_ENDPOINT}?resource=${encodeURIComponent(armResource)}&api-version=2019-08-01`,
      { headers: { 'x-identity-header': server.identity.IDENTITY_HEADER } },
    );
    const { access_token: given } = JSON.parse(await token.text());
    const clusters = await listClusters(
      {
        credential: {
          getToken: () => Promise.resolve({ token: given, expiresOnTimestamp: Infinity }),
        },
        endpoint: armResource,
        httpClient,
        retries: 0,
        problems: new Problems(),
      },
      '00000000-0000-0000-0000-000000000001',
    );
    expect(clusters.kind === 'read' && clusters.value).toHaveLength(12);
    const { requests, calls } = await server.served();
    expect(requests).toBe(5);
    expect(Object.keys(calls)).toHaveLength(2);
    expect(() => server.resolve('attacker.example')).toThrow('ENOTFOUND');
  } finally {
    httpClient.close();
    await server.close();
  }
  await expect(fetch(server.identity.IDENTITY_ENDPOINT)).rejects.toThrow('fetch failed');
  await server.close();
});
