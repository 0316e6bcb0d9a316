import { describe, expect, test } from '@jest/globals';
import { cluster, fleet, subscription } from '../../../simulator/build.ts';
import { createSimulator, type Simulator } from '../../../simulator/simulator.ts';
import { armUrl, askJson, lists, respond, subscriptionId, textOf, type Json } from '../ask.ts';

function simulatorWith(pageSize: number): Simulator {
  return createSimulator({
    fleet: fleet({
      subscriptions: [
        subscription(
          subscriptionId,
          'Production',
          ['a', 'b', 'c', 'd', 'e'].map((name) => cluster(name)),
        ),
      ],
    }),
    pageSize,
  });
}

async function pages(simulator: Simulator, url: string): Promise<readonly Json[]> {
  const found: Json[] = [];
  for (let next: string | undefined = url; next !== undefined && found.length < 50;) {
    const { body } = await askJson(simulator, next);
    found.push(body);
    next = body.nextLink;
  }
  return found;
}

describe('paging', () => {
  test.each([1, 2, 3, 5, 7, 100])(
    'pages of %i hold every item once, in one order',
    async (size) => {
      const whole = await pages(simulatorWith(1000), armUrl(lists.publicIPAddresses));
      const cut = await pages(simulatorWith(size), armUrl(lists.publicIPAddresses));
      expect(cut.flatMap(({ value }) => value)).toEqual(whole.flatMap(({ value }) => value));
      expect(Math.max(...cut.map(({ value }) => value.length))).toBeLessThanOrEqual(size);
      expect(cut).toHaveLength(Math.ceil(5 / size));
    },
  );

  test('a list of clusters links to one more page that is empty, as recorded ones do', async () => {
    const found = await pages(simulatorWith(2), armUrl(lists.managedClusters));
    expect(found.map(({ value }) => value.length)).toEqual([2, 2, 1, 0]);
  });

  test('a link holds its token twice, stays at the host, and keeps the API version', async () => {
    const { body } = await askJson(simulatorWith(2), armUrl(lists.managedClusters));
    const link = new URL(body.nextLink);
    expect(link.origin).toBe('https://management.azure.com');
    expect(body.nextLink).toContain('?%24skipToken=');
    expect([...link.searchParams.keys()]).toEqual(['$skipToken', 'api-version', 'skipToken']);
    expect(link.searchParams.get('$skipToken')).toBe(link.searchParams.get('skipToken'));
    expect(link.searchParams.get('api-version')).toBe('2026-06-01');
  });

  test('a token that is none is refused', async () => {
    const url = armUrl(lists.managedClusters, '&$skipToken=nonsense');
    await expect(askJson(simulatorWith(2), url)).resolves.toMatchObject({
      status: 400,
      body: { error: { code: 'BadRequest' } },
    });
  });
});

test('spelling is as recorded: the id of a cluster, its type, ids written from inside', async () => {
  const simulator = simulatorWith(100);
  const { body } = await askJson(simulator, armUrl(lists.managedClusters));
  expect(body.value[0]).toMatchObject({
    id: `/subscriptions/${subscriptionId}/resourcegroups/rg-a/providers/Microsoft.ContainerService/managedClusters/a`,
    type: 'Microsoft.ContainerService/ManagedClusters',
  });
  const balancers = textOf((await respond(simulator, armUrl(lists.loadBalancers))).body);
  expect(balancers).toContain('/resourceGroups/MC_rg-a_a_westeurope/providers/Microsoft.Network/');
});

test('the subscriptions themselves', async () => {
  const { body } = await askJson(
    simulatorWith(2),
    'https://management.azure.com/subscriptions?api-version=2022-12-01',
  );
  expect(body).toMatchObject({
    value: [{ subscriptionId, displayName: 'Production', state: 'Enabled' }],
  });
});
