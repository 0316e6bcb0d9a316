import { expect, test } from '@jest/globals';
import { hash } from 'node:crypto';
import { demoFleet } from '../../simulator/fleets/demo.ts';
import { createSimulator, type Simulator } from '../../simulator/simulator.ts';
import { armResource, lists, respond, textOf } from './ask.ts';

const kubernetesPaths = [
  '/version',
  ...['nodes', 'services', 'pods?limit=7', 'namespaces', 'events'].map((each) => `/api/v1/${each}`),
  '/apis/discovery.k8s.io/v1/endpointslices',
  ...['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map(
    (each) => `/apis/apps/v1/${each}`,
  ),
];

/** A digest of everything that a simulator answers about its fleet, by URL. */
async function everything(simulator: Simulator): Promise<ReadonlyMap<string, string>> {
  const urls: [method: string, url: string][] = [];
  for (const subscription of simulator.index.fleet.subscriptions) {
    const root = `${armResource}/subscriptions/${subscription.id}`;
    for (const path of Object.values(lists))
      urls.push(['GET', `${root}${path}?api-version=2026-06-01`]);
    for (let index = 0; index < subscription.clusters.length; index += 1) {
      const names = simulator.index.layout(subscription, index)?.names;
      if (names === undefined) continue;
      urls.push([
        'POST',
        `${armResource}${names.id}/listClusterUserCredential?api-version=2026-06-01`,
      ]);
      if (simulator.index.resolves(names.host))
        urls.push(
          ...kubernetesPaths.map((path): [string, string] => [
            'GET',
            `https://${names.host}${path}`,
          ]),
        );
    }
  }
  const answers = await Promise.all(
    urls.map(async ([method, url]): Promise<[string, string]> => {
      const { status, headers, body } = await respond(simulator, url, { method });
      return [url, hash('sha256', `${status} ${JSON.stringify(headers)} ${textOf(body)}`)];
    }),
  );
  return new Map(answers);
}

test('two builds of a fleet answer the same to the byte', async () => {
  const [one, two] = await Promise.all([
    everything(createSimulator({ fleet: demoFleet() })),
    everything(createSimulator({ fleet: demoFleet() })),
  ]);
  expect(one.size).toBeGreaterThan(150);
  expect(two).toEqual(one);
});

test('one build answers the same whatever was asked before', async () => {
  const simulator = createSimulator({ fleet: demoFleet() });
  const first = await everything(simulator);
  expect(await everything(simulator)).toEqual(first);
});
