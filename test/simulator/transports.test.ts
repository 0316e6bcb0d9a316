import { createPipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { describe, expect, test } from '@jest/globals';
import { text } from 'node:stream/consumers';
import type { FaultAction } from '../../simulator/faults.ts';
import { armHttpClient, kubernetesTransport, simulatedFetch } from '../../simulator/transports.ts';
import { armResource, armUrl, lists } from './ask.ts';
import { oneCluster } from './one.ts';

function world(action?: FaultAction) {
  return oneCluster({}, { faults: action === undefined ? [] : [{ action }] });
}

async function sent(
  action?: FaultAction,
  more: Partial<Parameters<typeof createPipelineRequest>[0]> = {},
) {
  const { simulator } = world(action);
  const request = createPipelineRequest({ url: armUrl(lists.managedClusters), ...more });
  request.headers.set('Authorization', `Bearer ${simulator.identity.issue(armResource)}`);
  return await armHttpClient(simulator).sendRequest(request);
}

describe('the HTTP client of the Azure SDKs in memory', () => {
  test('gives text, or a stream where one is asked for', async () => {
    const whole = await sent();
    expect([whole.status, whole.headers.get('content-type')]).toEqual([
      200,
      'application/json; charset=utf-8',
    ]);
    const streamed = await sent(undefined, { streamResponseStatusCodes: new Set([200]) });
    expect(streamed.bodyAsText).toBeUndefined();
    expect(streamed.readableStreamBody && (await text(streamed.readableStreamBody))).toBe(
      whole.bodyAsText,
    );
  });

  test('unpacks gzip', async () => {
    const { bodyAsText } = await sent({ kind: 'gzip-bomb', megabytes: 1 });
    expect(bodyAsText).toHaveLength(1024 * 1024);
  });

  test('fails as the real one does', async () => {
    await expect(sent({ kind: 'reset' })).rejects.toMatchObject({
      name: 'RestError',
      code: 'ECONNRESET',
    });
    await expect(sent({ kind: 'reset', afterBytes: 10 })).rejects.toMatchObject({
      name: 'RestError',
      code: RestError.PARSE_ERROR,
    });
  });

  test('gives up by its time limit before the head, and by its signal at any time', async () => {
    await expect(sent({ kind: 'hang' }, { timeout: 20 })).rejects.toMatchObject({
      name: 'AbortError',
    });
    for (const action of [
      { kind: 'hang' },
      { kind: 'hang', afterBytes: 10 },
      { kind: 'drip', bytes: 1, everyMs: 5 },
      { kind: 'endless' },
    ] satisfies FaultAction[])
      await expect(sent(action, { abortSignal: AbortSignal.timeout(30) })).rejects.toMatchObject({
        name: 'AbortError',
      });
    await expect(sent(undefined, { abortSignal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('the port of the Kubernetes reader in memory', () => {
  const query = new URLSearchParams({ limit: '2' });

  test('asks as the identity, for AKS', async () => {
    const { simulator, host } = world();
    const answer = await kubernetesTransport(simulator, host).get('/api/v1/nodes', query);
    expect(answer).toMatchObject({ status: 200, source: '/api/v1/nodes' });
    expect(simulator.log.entries()).toMatchObject([{ audience: 'aks', query: '?limit=2' }]);
  });

  test('asks with another token where one is given', async () => {
    const { simulator, host } = world();
    const other = kubernetesTransport(simulator, host, 'nonsense');
    await expect(other.get('/api/v1/nodes', query)).resolves.toMatchObject({ status: 401 });
  });

  test('throws where no answer comes', async () => {
    const { simulator, host } = world({ kind: 'hang' });
    const transport = kubernetesTransport(simulator, host);
    await expect(transport.get('/api/v1/nodes', query, AbortSignal.timeout(20))).rejects.toThrow(
      'the read was given up',
    );
    simulator.faults.set([{ action: { kind: 'reset' } }]);
    await expect(transport.get('/api/v1/nodes', query)).rejects.toThrow(`ECONNRESET ${host}`);
  });
});

describe('a fetch in memory', () => {
  const url = 'https://slack.com/api/auth.test';

  async function fetched(action?: FaultAction, init: RequestInit = {}) {
    const { simulator } = world(action);
    const headers = { authorization: `Bearer ${simulator.slackToken}` };
    return await simulatedFetch(simulator)(url, { method: 'POST', headers, ...init });
  }

  test('answers, in one piece or many', async () => {
    const answer = await fetched();
    await expect(answer.json()).resolves.toMatchObject({ ok: true });
    const slow = await fetched({ kind: 'drip', bytes: 20, everyMs: 1 });
    await expect(slow.json()).resolves.toMatchObject({ ok: true });
  });

  test('fails as the real one does', async () => {
    await expect(fetched({ kind: 'reset' })).rejects.toThrow('fetch failed');
    const elsewhere: FaultAction = { kind: 'redirect', to: 'https://attacker.example/' };
    await expect(fetched(elsewhere, { redirect: 'error' })).rejects.toThrow('fetch failed');
    await expect(
      fetched({ kind: 'hang' }, { signal: AbortSignal.timeout(20) }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});
