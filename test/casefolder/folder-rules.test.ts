import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { findFileSets } from '../../shared/casefolder/find.ts';
import { auditFolder } from '../support/audit-folder.ts';
import { auditFolders } from '../../shared/audit/audit-folders.ts';
import { ownCase } from '../engine/case-file.ts';
import { audited, temporaryFolders, type FileChanges, type Json } from './folder.ts';

const folders = temporaryFolders();
afterAll(() => folders.remove());

const now = (): Date => new Date('2026-11-23T06:00:00Z');
const several = 'arm/managedClusterLoadBalancers.json';

async function coverageOf(changes: FileChanges, slice: string, from?: string) {
  const { cluster } = await audited(folders.changed(changes, from));
  return cluster.coverage.find((each) => each.slice === slice);
}

function configuration(name: string): Json {
  return { id: `/x/${name}`, name, properties: { primaryAgentPoolName: 'pool' } };
}

function rename(name: string): (json: Json) => void {
  return (json) => {
    for (const each of json.value) each.name = name;
  };
}

describe('configurations of several load balancers that were not saved', () => {
  test.each([
    { name: 'one Standard load balancer', from: 'standard-healthy', changes: {} },
    { name: 'Basic ones, one named as its VM set', from: 'seed-3-basic-pinned', changes: {} },
    {
      name: 'the internal one',
      from: 'standard-healthy',
      changes: { 'arm/loadBalancers.json': rename('kubernetes-internal') },
    },
    {
      name: 'one named as a scale set',
      from: 'standard-healthy',
      changes: { 'arm/loadBalancers.json': rename('aks-web-27255451-vmss') },
    },
  ])('$name: there are none', async ({ from, changes }) => {
    const coverage = await coverageOf(changes, 'loadBalancerConfigurations', from);
    expect(coverage).toMatchObject({ state: 'read', items: 0 });
  });

  test.each([
    {
      name: 'the cluster says that it has several',
      changes: {
        'arm/managedClusters.json': (json: Json) => {
          json.value[0].properties.networkProfile.loadBalancerProfile.enableMultipleStandardLoadBalancers = true;
        },
      },
      why: /has several load balancers/u,
    },
    {
      name: 'a Service has its rule on another load balancer',
      changes: { 'arm/loadBalancers.json': rename('team-a') },
      why: /load balancer team-a carries Services/u,
    },
    {
      name: 'the load balancers were not read either',
      changes: { 'arm/loadBalancers.json': null },
      why: /loadBalancers/u,
    },
    { name: 'the file cannot be read', changes: { [several]: '{"value":[' }, why: /truncated/u },
    {
      name: 'one has no name',
      changes: { [several]: '{"value":[{"id":"/x","properties":{}}]}' },
      why: /value\[0\] has no name/u,
    },
  ])('$name: unread', async ({ changes, why }) => {
    const coverage = await coverageOf(changes, 'loadBalancerConfigurations');
    expect(coverage).toMatchObject({ state: 'unread', why: expect.stringMatching(why) });
  });

  test('saved ones are read, whatever their order and the size of pages', async () => {
    const value = ['b', 'a', 'kubernetes'].map(configuration);
    const directory = folders.changed({ [several]: JSON.stringify({ value }) });
    const whole = await audited(directory);
    const cut = await audited(directory, { pageItems: 1 });
    const slice = whole.cluster.coverage.find(
      (each) => each.slice === 'loadBalancerConfigurations',
    );
    expect(slice).toMatchObject({ state: 'read', items: 3 });
    expect(cut).toEqual(whole);
  });
});

describe('files that need not be there', () => {
  test('virtual machines add precision only: no line, no unknown', async () => {
    const { cluster, lines } = await audited(folders.changed({}));
    expect(lines).toEqual([]);
    expect(cluster.result).toBe('complete');
    expect(JSON.stringify(cluster.unknown)).not.toContain('virtualMachines');
  });

  test('saved ones are read', async () => {
    const machine = {
      id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm',
      name: 'vm',
      properties: { osProfile: { computerName: 'vm' } },
    };
    const changes = { 'arm/virtualMachines.json': JSON.stringify({ value: [machine] }) };
    expect(await coverageOf(changes, 'virtualMachines')).toMatchObject({ state: 'read', items: 1 });
  });

  test.each(['replicasets', 'version', 'namespaces'])(
    '%s: the traffic is known without',
    async (name) => {
      const { cluster } = await audited(folders.changed({ [`kubernetes/${name}.json`]: null }));
      expect(cluster.services[0]?.ports[0]?.verdict).toBe('even');
    },
  );
});

function asList(json: Json): Json {
  const kind = json.kind.replace(/List$/u, '');
  const items = json.items.map((item: Json) => ({ ...item, kind }));
  return { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items };
}

describe('what kubectl prints', () => {
  test('a List of every kind gives the same report', async () => {
    const names =
      'nodes services endpointslices pods deployments daemonsets statefulsets namespaces events';
    const files = names.split(' ').map((name) => [`kubernetes/${name}.json`, asList]);
    const typed = await audited(folders.changed({}));
    expect(await audited(folders.changed(Object.fromEntries(files)))).toEqual(typed);
  });

  test('a List of several kinds counts for each file as that kind', async () => {
    const typed = await audited(folders.changed({}));
    const mixed = folders.changed({
      'kubernetes/services.json': (json) => ({
        kind: 'List',
        items: [
          { kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' } },
          ...json.items.map((item: Json) => ({ ...item, kind: 'Service' })),
        ],
      }),
    });
    expect(await audited(mixed)).toEqual(typed);
  });
});

function addTwin(json: Json): void {
  const [own] = json.value;
  const other = structuredClone(own);
  other.id = `${own.id}-twin`;
  other.name = 'aks-twin';
  other.properties.nodeResourceGroup = 'MC_other';
  json.value.unshift(other);
}

describe('which cluster a folder is about', () => {
  const two = { 'arm/managedClusters.json': addTwin };

  test('of several, the one whose node resource group the nodes live in', async () => {
    const { cluster, lines } = await audited(folders.changed(two));
    expect(lines).toEqual([]);
    expect(cluster).toMatchObject({ name: 'aks-app', result: 'complete' });
  });

  test('of several, the one that is asked for by name or by id in any letter case', async () => {
    const directory = folders.changed({ ...two, 'kubernetes/nodes.json': null });
    const id =
      '/SUBSCRIPTIONS/00000000-0000-0000-0000-00000000e001/RESOURCEGROUPS/RG-APP/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/AKS-APP';
    for (const wanted of ['AKS-App', id]) {
      const { cluster } = await audited(directory, { clusters: [wanted] });
      expect(cluster).toMatchObject({ name: 'aks-app', result: 'partial' });
    }
  });

  test('of several, none where nothing tells: one clear line, and the folder is in the report', async () => {
    const { cluster, lines } = await audited(
      folders.changed({ ...two, 'kubernetes/nodes.json': null }),
    );
    expect(lines).toEqual([
      "arm/managedClusters.json: holds 2 clusters (aks-app, aks-twin), and the nodes' providerID fits none of them alone; name one with --cluster",
    ]);
    expect(cluster).toMatchObject({ result: 'failed', services: [], findings: [] });
  });

  test('none where another is asked for', async () => {
    const options = {
      directory: folders.changed({}),
      clusters: ['aks-none'],
      takenAt: now().toISOString(),
    };
    expect(await auditFolder(options)).toMatchObject({ clusters: [], problems: [] });
  });

  test('asked for, and the list of clusters cannot be read: the line says so', async () => {
    const directory = folders.changed({ 'arm/managedClusters.json': '{' });
    const { clusters, problems } = await auditFolder({
      directory,
      clusters: ['aks-app'],
      takenAt: now().toISOString(),
    });
    expect(clusters).toEqual([]);
    expect(problems).toEqual([
      expect.stringContaining('arm/managedClusters.json: the file is truncated'),
    ]);
  });

  test('without the list of clusters the folder goes by its own name', async () => {
    const directory = folders.changed({ 'arm/managedClusters.json': null });
    const { cluster } = await audited(directory);
    expect(cluster).toMatchObject({ name: path.basename(directory), result: 'partial' });
    expect(cluster.services[0]?.ports[0]?.verdict).toBe('even');
  });

  test('nodes of another cluster are told, and not joined with this one', async () => {
    const directory = folders.changed({
      'kubernetes/nodes.json': (json) =>
        JSON.parse(
          JSON.stringify(json).replaceAll(/resourceGroups\/[^/]+/gu, 'resourceGroups/mc_other'),
        ),
    });
    const { cluster, lines, unread } = await audited(directory);
    expect(lines).toEqual([
      expect.stringMatching(
        /^kubernetes\/nodes\.json: the nodes live in resource group mc_other, which is not the node resource group of aks-app/u,
      ),
    ]);
    expect(unread).toContain('endpointSlices');
    expect(cluster.findings.filter(({ rule }) => rule.startsWith('traffic/'))).toEqual([]);
  });
});

function namesOf(at: string): readonly string[] {
  return findFileSets([at]).map(({ prefix }) => prefix);
}

describe('folders of folders', () => {
  const fleet = folders.changed({});
  for (const name of ['b', 'a'])
    cpSync(ownCase('standard-healthy'), path.join(fleet, 'fleet', name), { recursive: true });
  mkdirSync(path.join(fleet, 'fleet', 'notes'));

  test('those with arm or kubernetes inside, by name', () => {
    const below = path.join(fleet, 'fleet');
    expect(namesOf(below)).toEqual([`${below}/a/`, `${below}/b/`]);
    expect(namesOf(fleet)).toEqual([`${fleet}/`]);
  });

  test('each is one cluster of the report', async () => {
    const { report } = await auditFolders({
      directories: [path.join(fleet, 'fleet')],
      clusters: [],
      now,
    });
    expect(report.summary.clusters).toMatchObject({ planned: 2, complete: 2 });
  });

  test.each([
    { name: 'nothing there', at: 'missing', says: /no such file or folder/u },
    { name: 'an empty folder', at: 'fleet/notes', says: /the folder is empty/u },
  ])('$name: refused in one line', ({ at, says }) => {
    expect(() => findFileSets([path.join(fleet, at)])).toThrow(says);
  });
});

test('a file that is not for us does not count, unless there is no other', async () => {
  const whole = folders.changed({});
  const only = folders.changed({ 'state.json': '{"terraform_version":"1.9"}' });
  const state = path.join(only, 'state.json');
  const options = { clusters: [], now };
  expect(await auditFolders({ ...options, directories: [whole, state] })).toMatchObject({
    unreadable: false,
    problems: [expect.stringMatching(/state\.json: Terraform state; ignored$/u)],
  });
  expect(await auditFolders({ ...options, directories: [state] })).toMatchObject({
    unreadable: true,
  });
});

test('a link to a folder outside is named and not followed', async () => {
  const outside = folders.changed({});
  const directory = folders.changed({});
  symlinkSync(outside, path.join(directory, 'arm', 'outside'));
  const { problems } = await auditFolder({
    directory,
    clusters: [],
    takenAt: '2026-11-23T06:00:00Z',
  });
  expect(problems).toEqual([
    expect.stringMatching(/arm\/outside: a link to a folder outside; ignored$/u),
  ]);
});

test.each([
  { name: 'to nothing', target: '/nowhere/pods.json' },
  { name: 'to itself', target: 'pods.json' },
])('a link $name is a file that cannot be read', async ({ target }) => {
  const directory = folders.changed({ 'kubernetes/pods.json': null });
  symlinkSync(target, path.join(directory, 'kubernetes/pods.json'));
  const { lines, unread } = await audited(directory);
  expect(lines).toEqual([
    expect.stringMatching(
      /kubernetes\/pods\.json: the link does not lead to a file; save it again/u,
    ),
  ]);
  expect(unread).toEqual(['systemPods', 'pendingPods']);

  const loose = folders.changed({});
  symlinkSync(target, path.join(loose, 'arm', 'pods.json'));
  expect((await audited(loose)).lines).toEqual([
    expect.stringMatching(/arm\/pods\.json: the link does not lead to a file/u),
  ]);
});

test('a node whose machine and NIC live in a group of their own is a backend all the same', async () => {
  const group = '/subscriptions/00000000-0000-0000-0000-00000000e001/resourceGroups/Machines';
  const machine = `${group}/providers/Microsoft.Compute/virtualMachines/extra-0`;
  const nic = `${group}/providers/Microsoft.Network/networkInterfaces/extra-0-nic`;
  const entry = `${nic}/ipConfigurations/ipconfig1`;
  const { cluster } = await audited(
    folders.changed({
      'arm/loadBalancers.json': (json) =>
        JSON.parse(
          JSON.stringify(json).replaceAll(
            /\/subscriptions\/[^"]*\/aks-web-27255451-vmss\/virtualMachines\/0\/[^"]*/gu,
            entry,
          ),
        ),
      'arm/networkInterfaces.json': (json) => {
        json.value.push({
          id: nic,
          name: 'extra-0-nic',
          properties: {
            virtualMachine: { id: machine },
            ipConfigurations: [{ id: entry, name: 'ipconfig1', properties: { primary: true } }],
          },
        });
      },
      'kubernetes/nodes.json': (json) => {
        const node = json.items.find(({ metadata }: Json) => /web.*0$/u.test(metadata.name));
        node.spec.providerID = `azure://${machine.replace('Machines', 'machines')}`;
      },
    }),
  );
  const third = { share: expect.closeTo(1 / 3, 5) };
  expect(cluster.services[0]?.ports[0]?.endpoints).toMatchObject([third, third, third]);
  expect(cluster.findings).toEqual([]);
});

/** Without the namespace `default`. */
function inShop(json: Json): void {
  json.items = json.items.filter((each: Json) => each.metadata.namespace !== 'default');
}

describe('a list of a case folder that was filtered', () => {
  const clusterIp = { metadata: { namespace: 'shop', name: 'api' }, spec: { type: 'ClusterIP' } };

  test.each([
    { slice: 'endpointSlices', file: 'endpointslices', change: inShop },
    {
      slice: 'services',
      file: 'services',
      change: (json: Json) => {
        inShop(json);
        json.items.push({ kind: 'Service', ...clusterIp });
      },
    },
    {
      slice: 'namespaces',
      file: 'namespaces',
      change: (json: Json) => {
        json.items = json.items.filter(({ metadata }: Json) => metadata.name !== 'kube-system');
      },
    },
  ])('lacks what every cluster has: $slice', async ({ slice, file, change }) => {
    const { unread, lines } = await audited(
      folders.changed({ [`kubernetes/${file}.json`]: change }),
    );
    expect(unread).toContain(slice);
    expect(lines.filter((line) => line.includes(`kubernetes/${file}.json: the list`))).toEqual([
      expect.stringMatching(/every cluster has: was -A/u),
    ]);
  });

  test('one that others contradict is named, too', async () => {
    const { lines } = await audited(
      folders.changed({ 'arm/loadBalancers.json': JSON.stringify({ value: [] }) }),
    );
    expect(lines).toEqual([expect.stringMatching(/arm\/loadBalancers\.json: the list has none/u)]);
  });

  test('only Services with a load balancer are a list as good', async () => {
    const { unread } = await audited(
      folders.changed({
        'kubernetes/services.json': (json: Json) => {
          json.items = json.items.filter(({ spec }: Json) => spec.type === 'LoadBalancer');
        },
      }),
    );
    expect(unread).not.toContain('services');
  });
});
