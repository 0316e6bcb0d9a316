import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ArmKind } from '../../../simulator/description.ts';
import { demoFleet } from '../../../simulator/fleets/demo.ts';
import { createSimulator } from '../../../simulator/simulator.ts';
import { askJson, lists, type Json } from '../ask.ts';
import { isHere, readOpenApi, type OpenApi, type OpenApiFile } from './openapi.ts';

const simulator = createSimulator({ fleet: demoFleet(), pageSize: 1000 });
const subscriptions = simulator.index.fleet.subscriptions.map(({ id }) => id);

async function items(path: string, version: string): Promise<readonly Json[]> {
  const bodies = await Promise.all(
    subscriptions.map((id) =>
      askJson(
        simulator,
        `https://management.azure.com/subscriptions/${id}${path}?api-version=${version}`,
      ),
    ),
  );
  return bodies.flatMap(({ body }) => body.value);
}

interface Row {
  readonly kind: ArmKind;
  readonly file: OpenApiFile;
  readonly definition: string;
  /** Fields that newer API versions have, or answers have beyond the specification. */
  readonly beyond: readonly string[];
}

const rows: readonly Row[] = [
  {
    kind: 'managedClusters',
    file: 'containerService',
    definition: 'ManagedCluster',
    beyond: [
      '/properties/agentPoolProfiles/*/virtualMachinesProfile/scale/manual/*/size',
      '/properties/hostedSystemProfile',
      '/properties/ingressProfile/gatewayAPI',
      '/properties/ingressProfile/webAppRouting/gatewayAPIImplementations',
    ],
  },
  {
    kind: 'loadBalancers',
    file: 'loadBalancer',
    definition: 'LoadBalancer',
    beyond: [
      ...['etag', 'id', 'properties/provisioningState', 'type'].map(
        (field) =>
          `/properties/backendAddressPools/*/properties/loadBalancerBackendAddresses/*/${field}`,
      ),
      '/properties/probes/*/properties/noHealthyBackendsBehavior',
    ],
  },
  {
    kind: 'networkInterfaces',
    file: 'networkInterface',
    definition: 'NetworkInterface',
    beyond: [],
  },
  {
    kind: 'publicIPAddresses',
    file: 'publicIpAddress',
    definition: 'PublicIPAddress',
    beyond: [],
  },
  {
    kind: 'networkSecurityGroups',
    file: 'networkSecurityGroup',
    definition: 'NetworkSecurityGroup',
    beyond: [],
  },
];

/** Nulls that Azure is seen to send where its specification has none, and a pool named before names were regulated. */
function withoutNulls(item: Json): Json {
  return JSON.parse(JSON.stringify(item), (key, value: unknown) => {
    if (value === 'pool-1') return 'pool1';
    return value === null && sentAsNull.has(key) ? undefined : value;
  });
}

const sentAsNull = new Set(['adminGroupObjectIDs', 'config', 'count']);

const describeOpenApi = isHere ? describe : describe.skip;

describeOpenApi('bodies of ARM and the official specification', () => {
  let api: OpenApi;

  beforeAll(() => {
    api = readOpenApi();
  });

  test('load balancer configurations', async () => {
    const path = `/subscriptions/${subscriptions[0]}/resourceGroups/rg-payments-prod/providers/Microsoft.ContainerService/managedClusters/payments-prod/loadBalancers`;
    const { body } = await askJson(
      simulator,
      `https://management.azure.com${path}?api-version=2024-06-02-preview`,
    );
    const official = api.definition('containerService', 'LoadBalancerListResult');
    expect(body.value).toHaveLength(2);
    // This first preview wanted the name once more among the properties; later ones do not give it.
    const named = body.value.map((each: Json) => ({
      ...each,
      properties: { ...each.properties, name: each.name },
    }));
    expect(official.faults({ value: named })).toEqual([]);
    expect(official.unknownFields(body)).toEqual([]);
  });

  test('credentials', async () => {
    const path = `/subscriptions/${subscriptions[0]}/resourceGroups/rg-shop-prod/providers/Microsoft.ContainerService/managedClusters/shop-prod/listClusterUserCredential`;
    const { body } = await askJson(
      simulator,
      `https://management.azure.com${path}?api-version=2024-05-01`,
      { method: 'POST' },
    );
    const official = api.definition('containerService', 'CredentialResults');
    expect(official.faults(body)).toEqual([]);
    expect(official.unknownFields(body)).toEqual([]);
  });

  test('a body with a fault, or with a field of no API, is noticed', () => {
    const official = api.definition('loadBalancer', 'LoadBalancer');
    const body = { sku: { name: 'Basic', size: 3 }, properties: { probes: 7 } };
    expect(official.faults(body)).toHaveLength(1);
    expect(official.unknownFields(body)).toEqual(['/sku/size']);
  });

  test.each(rows)('$kind', async ({ kind, file, definition, beyond }) => {
    const given = await items(lists[kind], '2024-05-01');
    expect(given.length).toBeGreaterThan(3);
    const official = api.definition(file, definition);
    expect(given.flatMap((item) => official.faults(withoutNulls(item)))).toEqual([]);
    const unknown = new Set(given.flatMap((item) => official.unknownFields(item)));
    expect([...unknown].toSorted()).toEqual(beyond);
  });
});
