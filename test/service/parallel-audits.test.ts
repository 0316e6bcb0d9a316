import { expect, test } from '@jest/globals';
import { onStartAudit } from '../../shared/service/on-start-audit.ts';
import { cluster, fleet, subscription } from '../../simulator/build.ts';
import { runsOf } from '../support/long.ts';
import { useAzurite } from '../support/storage.ts';
import { question, serviceWorld, type ServiceWorld } from './service-world.ts';

const azurite = useAzurite();
const subscriptionId = '00000000-0000-0000-0000-0000000000a1';
const names = Array.from({ length: runsOf(40, 14) }, (_, at) => `c${at}`);
const one = fleet({
  subscriptions: [
    subscription(
      subscriptionId,
      'One',
      names.map((name) => cluster(name)),
    ),
  ],
});

async function post({ app, log }: ServiceWorld, body: object) {
  const { status, body: text } = await onStartAudit(
    app,
    question('/api/audits', JSON.stringify(body)),
    log,
  );
  const { id }: { id?: string } = JSON.parse(String(text));
  return { status, id };
}

test(`of ${names.length} that are asked for at once, ten go on`, async () => {
  const world = await serviceWorld(azurite.connectionString(), one, { EVENKEEL_ENGINE: 'queue' });
  const answers = await Promise.all(names.map((name) => post(world, { clusters: [name] })));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(10);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(names.length - 10);
  const { storage } = await world.app.service();
  const open = await storage.openRuns();
  expect(open).toHaveLength(10);
  // One that is over makes room for one.
  await storage.closeRun(open[0]?.runId ?? '');
  const more = [
    await post(world, { clusters: ['C1', 'c2'] }),
    await post(world, { clusters: ['c3', 'c4'] }),
  ];
  expect(more.map(({ status }) => status)).toEqual([202, 429]);
}, 60_000);

test('one cluster by six names is one run', async () => {
  const world = await serviceWorld(azurite.connectionString(), one, { EVENKEEL_ENGINE: 'queue' });
  const id = `/subscriptions/${subscriptionId}/resourceGroups/rg-c0/providers/Microsoft.ContainerService/managedClusters/c0`;
  const spellings = [['c0'], ['C0'], [id], [id.toUpperCase()], ['c0', id], ['c0', 'nobody']];
  const answers = await Promise.all(spellings.map((clusters) => post(world, { clusters })));
  expect(answers.map(({ status }) => status)).toEqual(spellings.map(() => 202));
  expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
  const { storage } = await world.app.service();
  expect(await storage.openRuns()).toHaveLength(1);
}, 60_000);
