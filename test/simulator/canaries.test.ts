import { describe, expect, test } from '@jest/globals';
import { cluster, deployment, fleet, service, subscription } from '../../simulator/build.ts';
import { canaries, canary, leaksIn } from '../../simulator/canaries.ts';
import type { FaultRule } from '../../simulator/faults.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { aksServerApp } from '../../simulator/tokens.ts';
import { armResource, armUrl, lists, respond, subscriptionId, textOf } from './ask.ts';
import { auditFleet } from './audit.ts';

const simulator = createSimulator({
  fleet: fleet({
    subscriptions: [
      subscription(subscriptionId, 'Production', [
        cluster('plain', {
          cilium: { serviceTopology: true },
          services: [service('shop/web')],
          workloads: [deployment('shop/web', ['user-0', 'user-1', 'user-2'])],
        }),
        cluster('no-entra', { access: { entra: false } }),
      ]),
    ],
  }),
});

async function handedOut(): Promise<string> {
  const [first] = simulator.index.fleet.subscriptions;
  const host = (first && simulator.index.byName(first, 'rg-plain', 'plain'))?.names.host ?? '';
  const answers = await Promise.all([
    ...Object.values(lists).map((path) => respond(simulator, armUrl(path))),
    ...['nodes', 'pods', 'services', 'configmaps'].map((kind) =>
      respond(simulator, `https://${host}/api/v1/${kind}`),
    ),
    respond(
      simulator,
      armUrl(
        '/resourceGroups/rg-no-entra/providers/Microsoft.ContainerService/managedClusters/no-entra/listClusterUserCredential',
      ),
      { method: 'POST' },
    ),
  ]);
  const texts = answers.map(({ body }) => textOf(body));
  const kubeconfig = /"value":"([^"]+)"/u.exec(texts.at(-1) ?? '')?.[1] ?? '';
  const plain = Buffer.from(kubeconfig, 'base64').toString('utf8');
  const decoded = [...plain.matchAll(/-data: (\S+)/gu)].map(([, data = '']) =>
    Buffer.from(data, 'base64').toString('utf8'),
  );
  const tokens = [armResource, aksServerApp, 'https://vault.azure.net'].map((resource) =>
    simulator.identity.issue(resource),
  );
  return [
    ...texts,
    plain,
    ...decoded,
    ...tokens,
    simulator.slackToken,
    simulator.identitySecret,
  ].join('\n');
}

test('every canary is planted somewhere', async () => {
  const all = await handedOut();
  expect(canaries.filter((secret) => !all.includes(secret))).toEqual([]);
  expect(new Set(canaries).size).toBe(canaries.length);
});

describe('a leak is found', () => {
  const secret = canary('client key');
  test.each([
    ['in plain text', `failed: ${secret}!`],
    ...[0, 1, 2].map((shift): [string, string] => [
      `in base64 after ${shift} bytes`,
      Buffer.from(`${'k'.repeat(shift)}${secret}`).toString('base64'),
    ]),
    ...[0, 1, 2, 3, 4, 5].map((shift): [string, string] => [
      `in base64 of base64 after ${shift} bytes`,
      Buffer.from(`${'k'.repeat(shift)}${Buffer.from(`=${secret}`).toString('base64')}`).toString(
        'base64',
      ),
    ]),
    ['in a token', simulator.identity.issue(armResource)],
  ])('%s', (_, text) => {
    expect(leaksIn(text)).toHaveLength(1);
  });

  test('and nothing else is one', () => {
    expect(leaksIn('canary birds drink c0ffee')).toEqual([]);
    expect(leaksIn('')).toEqual([]);
  });
});

test('the report of a simulated fleet holds none', async () => {
  const { clusters, problems } = await auditFleet(simulator);
  expect(leaksIn(JSON.stringify(clusters))).toEqual([]);
  expect(leaksIn(problems.join('\n'))).toEqual([]);
});

describe('a credential in what a server says', () => {
  const said = `planted ${JSON.stringify({ client_secret: canary('other token') })} https://u:${canary('arm token')}@proxy Bearer ${canary('aks token')}`;
  const refusal = JSON.stringify({ kind: 'Status', code: 403, message: said });
  const armRefusal = JSON.stringify({ error: { code: 'AuthorizationFailed', message: said } });
  const event = {
    metadata: { namespace: 'shop', name: 'web.1' },
    involvedObject: { kind: 'Service', namespace: 'shop', name: 'web' },
    type: 'Warning',
    reason: 'SyncLoadBalancerFailed',
    message: said,
    lastTimestamp: '2026-11-23T05:59:00Z',
  };
  const json = { status: 403, contentType: 'application/json' } as const;
  test.each<[string, FaultRule]>([
    [
      'of an event',
      {
        path: '/events',
        action: {
          kind: 'replace',
          body: (ordinary) => JSON.stringify({ ...JSON.parse(ordinary), items: [event] }),
        },
      },
    ],
    [
      'with a field of the wrong type',
      {
        path: '/nodes',
        action: {
          kind: 'replace',
          body: (ordinary) =>
            ordinary.replace(
              '"spec":{',
              `"spec":{"unschedulable":"planted Bearer ${canary('aks token')}",`,
            ),
        },
      },
    ],
    [
      'with a refusal of Kubernetes',
      { path: '/namespaces', action: { kind: 'status', ...json, body: refusal } },
    ],
    [
      'with a refusal of ARM',
      { path: '/networkSecurityGroups', action: { kind: 'status', ...json, body: armRefusal } },
    ],
  ])('%s is in no report, and the rest of its words are', async (_, rule) => {
    simulator.faults.set([rule]);
    try {
      const { clusters, problems } = await auditFleet(simulator);
      const all = `${JSON.stringify(clusters)}\n${problems.join('\n')}`;
      expect(all.includes('planted')).toBe(true);
      expect(leaksIn(all)).toEqual([]);
    } finally {
      simulator.faults.set([]);
    }
  });
});
