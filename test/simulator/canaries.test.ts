import { describe, expect, test } from '@jest/globals';
import { cluster, deployment, fleet, service, subscription } from '../../simulator/build.ts';
import { canaries, canary, leaksIn } from '../../simulator/canaries.ts';
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
