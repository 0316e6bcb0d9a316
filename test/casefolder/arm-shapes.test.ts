import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { caseArm, openCases } from '../../shared/casefolder/index.ts';
import { readConfigurations, readNetwork } from '../../shared/collect/index.ts';
import { listClusters } from '../../shared/discover/index.ts';
import {
  armShapes,
  Problems,
  projectResource,
  type ShapeFields,
} from '../../shared/input/index.ts';
import type { ArmShape } from '../../shared/input/arm-shapes.ts';
import { armId } from '../../shared/model/index.ts';
import { caseFolders } from '../engine/case-file.ts';
import { isHere, readOpenApi, type OpenApiFile } from '../simulator/arm/openapi.ts';
import { temporaryFolders, type Json } from './folder.ts';

const folders = temporaryFolders();
afterAll(() => folders.remove());

/** Files of a case by what their items are. */
const files = {
  managedClusters: 'managedclusters',
  loadBalancers: 'loadbalancers',
  networkInterfaces: 'networkinterfaces',
  publicIPAddresses: 'publicipaddresses',
  networkSecurityGroups: 'networksecuritygroups',
  managedClusterLoadBalancers: 'managedclusters/loadbalancers',
} as const;

/** All that is read of the Azure side of a case. */
async function readArm(directory: string): Promise<unknown> {
  const cases = await openCases([directory]);
  const [set] = cases.sets;
  if (set === undefined) throw new Error('no case');
  const problems = new Problems();
  const access = {
    credential: {
      getToken: () =>
        Promise.resolve({ token: 'none', expiresOnTimestamp: Date.now() + 3_600_000 }),
    },
    endpoint: 'https://management.azure.com',
    httpClient: caseArm(await cases.open(set)),
    retries: 0,
    problems,
  };
  const id = armId(
    '/subscriptions/saved/providers/Microsoft.ContainerService/managedClusters/saved',
  );
  const found = {
    clusters: await listClusters(access, 'saved'),
    network: await readNetwork(access, 'saved'),
    configurations: await readConfigurations(access, { id, subscriptionId: 'saved' }),
  };
  cases.close();
  return { ...found, problems: problems.lines };
}

function projected(file: string, text: string): string {
  const shape = armShapes.get(files[file as keyof typeof files] ?? '') ?? {};
  const body: { value: unknown[] } = JSON.parse(text);
  return JSON.stringify({ ...body, value: body.value.map((each) => projectResource(each, shape)) });
}

describe('what is kept of a resource is all that is read of it', () => {
  test.each(caseFolders())('$name', async ({ name, directory }) => {
    const whole: Record<string, string> = {};
    const kept: Record<string, string> = {};
    for (const file of readdirSync(path.join(directory, 'arm'))) {
      const list = path.basename(file, '.json');
      if (!(list in files)) continue;
      whole[`arm/${file}`] = readFileSync(path.join(directory, 'arm', file), 'utf8');
      kept[`arm/${file}`] = projected(list, whole[`arm/${file}`] ?? '');
    }
    expect(Object.keys(kept).length).toBeGreaterThan(1);
    const base = name.replace(/ \(shared\)$/u, '');
    const own = name === base ? base : 'standard-healthy';
    expect(await readArm(folders.changed(kept, own))).toEqual(
      await readArm(folders.changed(whole, own)),
    );
  });

  const recorded = path.join(import.meta.dirname, '../../../shared/fixtures/arm');
  const testRecorded = existsSync(recorded) ? test : test.skip;
  testRecorded('of every managed cluster that was recorded', async () => {
    const clusters = globSync('**/managed-cluster*.json', { cwd: recorded }).flatMap((file) => {
      const body: Json = JSON.parse(readFileSync(path.join(recorded, file), 'utf8'));
      const items: readonly Json[] = body.value ?? [body];
      return items.filter((each) => each.properties !== undefined && typeof each.id === 'string');
    });
    expect(clusters.length).toBeGreaterThan(30);
    const text = JSON.stringify({ value: clusters });
    const file = 'arm/managedClusters.json';
    expect(await readArm(folders.changed({ [file]: projected('managedClusters', text) }))).toEqual(
      await readArm(folders.changed({ [file]: text })),
    );
  });
});

/** A value of a shape; kinds as the specification has them. */
function sample(shape: ArmShape): Json {
  if (Array.isArray(shape)) return [sample(shape[0])];
  if (typeof shape === 'object')
    return Object.fromEntries(
      Object.entries(shape as ShapeFields).map(([key, field]) => [key, sample(field)]),
    );
  const kinds: Readonly<Record<string, Json>> = {
    text: 'text',
    number: 7,
    flag: true,
    map: { key: 'text' },
    'provider-tags': { key: 'text' },
    reference: { id: '/subscriptions/x' },
    any: ['key=value'],
  };
  return typeof shape === 'string' ? kinds[shape] : undefined;
}

/** Fields that came after the published files. */
const newer: ReadonlySet<string> = new Set([
  '/properties/hostedSystemProfile',
  '/properties/ingressProfile/gatewayAPI',
  '/properties/ingressProfile/webAppRouting/nginx',
  '/properties/ingressProfile/webAppRouting/gatewayAPIImplementations',
  '/properties/probes/*/properties/noHealthyBackendsBehavior',
]);

const definitions: readonly (readonly [list: string, file: OpenApiFile, name: string])[] = [
  ['managedclusters', 'containerService', 'ManagedCluster'],
  ['managedclusters/loadbalancers', 'containerService', 'LoadBalancer'],
  ['loadbalancers', 'loadBalancer', 'LoadBalancer'],
  ['networkinterfaces', 'networkInterface', 'NetworkInterface'],
  ['publicipaddresses', 'publicIpAddress', 'PublicIPAddress'],
  ['networksecuritygroups', 'networkSecurityGroup', 'NetworkSecurityGroup'],
];

const describeOpenApi = isHere ? describe : describe.skip;
describeOpenApi('the shapes are those of the published specifications', () => {
  test.each(definitions)('%s', (list, file, name) => {
    const shape = armShapes.get(list);
    if (shape === undefined) throw new Error(`no shape of ${list}`);
    const definition = readOpenApi().definition(file, name);
    const value = sample(shape);
    expect(definition.unknownFields(value).filter((field) => !newer.has(field))).toEqual([]);
    expect(definition.faults(value).filter((fault) => / must be (?!equal)/u.test(fault))).toEqual(
      [],
    );
  });
});
