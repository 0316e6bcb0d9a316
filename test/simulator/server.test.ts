import { ManagedIdentityCredential } from '@azure/identity';
import { WebClient } from '@slack/web-api';
import { describe, expect, test } from '@jest/globals';
import { readNetwork } from '../../shared/collect/index.ts';
import { listClusters } from '../../shared/discover/index.ts';
import { Problems } from '../../shared/input/index.ts';
import { networkHttpClient } from '../../simulator/network.ts';
import { armResource, subscriptionId } from './ask.ts';
import { started } from './running.ts';

describe('real clients', () => {
  test('the Azure clients read a subscription as a managed identity', async () => {
    const { simulator, server } = await started();
    const httpClient = networkHttpClient(server);
    Object.assign(process.env, server.identity);
    try {
      const access = {
        credential: new ManagedIdentityCredential(),
        endpoint: armResource,
        httpClient,
        retries: 0,
        problems: new Problems(),
      };
      const clusters = await listClusters(access, subscriptionId);
      expect(clusters.kind === 'read' && clusters.value.map(({ name }) => name)).toEqual([
        'hidden',
        'one',
        'two',
      ]);
      const { loadBalancers } = await readNetwork(access, subscriptionId);
      expect(loadBalancers.kind === 'read' && loadBalancers.value).toHaveLength(3);
      expect([...simulator.identity.issued().keys()]).toEqual([armResource]);
    } finally {
      for (const name of Object.keys(server.identity)) delete process.env[name];
      httpClient.close();
    }
  });

  test('the Slack client posts over plain HTTP', async () => {
    const { simulator, server } = await started();
    const client = new WebClient(simulator.slackToken, { slackApiUrl: server.slackApiUrl });
    await expect(client.auth.test()).resolves.toMatchObject({ ok: true, team: 'Contoso' });
    await client.apiCall('chat.postMessage', { channel: 'C0FLEET0001', text: 'hello' });
    expect(simulator.slack.messages()).toMatchObject([{ channel: 'C0FLEET0001', text: 'hello' }]);
  });

  test('the plain listener plays nothing else', async () => {
    const { server } = await started();
    const origin = new URL(server.slackApiUrl).origin;
    const answer = await fetch(`${origin}/subscriptions`);
    expect(answer.status).toBe(404);
  });
});
