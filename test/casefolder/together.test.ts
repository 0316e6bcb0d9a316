import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { auditFolders } from '../../shared/audit/audit-folders.ts';
import { ownCase } from '../engine/case-file.ts';
import type { Json } from './folder.ts';
import { readSaved, type Files, type Saved } from './forms.ts';
import { renderJson } from '../support/rendered.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Files of one cluster, several times, several clusters and a repository, in one folder. */

const root = temporaryFolder();

const now = (): Date => new Date('2026-11-23T06:00:00Z');
const uneven = readSaved(ownCase('standard-uneven-local'));

let count = 0;
async function audited(files: Files) {
  const directory = path.join(root, String(count++));
  for (const [name, data] of Object.entries(files)) {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, data);
  }
  const { report, problems, unreadable } = await auditFolders({
    directories: [directory],
    clusters: [],
    now,
    at: now().toISOString(),
  });
  const prefix = `${directory}${path.sep}`;
  return { report, unreadable, lines: problems.map((line) => line.replace(prefix, '')) };
}

const text = (value: Json): string => JSON.stringify(value);

function kubernetes({ kubernetes: lists }: Saved, folder: string): Files {
  return Object.fromEntries(lists.map(({ name, body }) => [`${folder}${name}.json`, text(body)]));
}

function azure({ arm }: Saved, folder: string): Files {
  return Object.fromEntries(arm.map(({ name, items }) => [`${folder}${name}.json`, text(items)]));
}

const whole = { ...kubernetes(uneven, ''), ...azure(uneven, '') };

function listOf(name: string): Json {
  return structuredClone(uneven.kubernetes.find((list) => list.name === name)?.body);
}

/** A list of the cluster as another save of it has it. */
function later(name: string, change: (item: Json) => void): string {
  const list = listOf(name);
  for (const item of list.items) change(item);
  return text(list);
}

function onWeb(change: (item: Json) => void): (item: Json) => void {
  return (item) => {
    if (item.metadata.name === 'web') change(item);
  };
}

const rows = uneven.arm.flatMap(({ items }) =>
  items.map((item) => ({ ...item, type: item.type.toLowerCase(), kind: '', apiVersion: '2025' })),
);
const graphPage = (data: readonly Json[], more: Json): string =>
  text({ count: data.length, data, total_records: rows.length, ...more });
const noRows = Object.fromEntries(
  uneven.arm.filter(({ items }) => items.length === 0).map(({ name }) => [`${name}.json`, '[]']),
);
const manifest = (kind: string, apiVersion: string): string =>
  text({
    apiVersion,
    kind,
    metadata: { name: 'planned', namespace: 'shop' },
    spec: { type: 'LoadBalancer', ports: [{ port: 80 }], selector: { app: 'a' } },
  });

describe('the report of the cluster alone', () => {
  const alone = audited(whole);
  test.each([
    {
      name: 'the same cluster saved twice, with other heartbeats',
      files: {
        ...whole,
        'again/nodes.json': later('nodes', (node) => {
          node.metadata.resourceVersion = '999';
          for (const each of node.status.conditions)
            each.lastHeartbeatTime = '2026-11-22T00:00:00Z';
        }),
      },
    },
    {
      name: 'a load balancer as the REST API and as az prints it',
      files: {
        ...whole,
        'lb.json': text(
          uneven.arm
            .find(({ name }) => name === 'loadBalancers')
            ?.items.map(({ properties, ...rest }) => ({ ...properties, ...rest, zones: null })),
        ),
      },
    },
    {
      name: 'kubernetes/ and azure/',
      files: { ...kubernetes(uneven, 'kubernetes/'), ...azure(uneven, 'azure/') },
    },
    { name: 'k8s/ and arm/', files: { ...kubernetes(uneven, 'k8s/'), ...azure(uneven, 'arm/') } },
    {
      name: 'kubernetes/ deep in a dump, and az/',
      files: { ...kubernetes(uneven, 'dump/kubernetes/'), ...azure(uneven, 'az/') },
    },
    {
      name: 'every page of a Resource Graph result, one of them twice',
      files: {
        ...kubernetes(uneven, ''),
        ...noRows,
        'page-1.json': graphPage(rows.slice(0, 1), { skip_token: 'x' }),
        'page-1-again.json': graphPage(rows.slice(0, 1), { skip_token: 'x' }),
        'page-2.json': graphPage(rows.slice(1), {}),
      },
    },
    {
      name: 'empty lists in files that are named in other words',
      files: Object.fromEntries(
        Object.entries(whole).map(([name, data]) => [
          name
            .replace('networkInterfaces', 'network-interfaces')
            .replace('networkSecurityGroups', 'nsgs')
            .replace('statefulsets', 'kubectl get statefulsets'),
          data,
        ]),
      ),
    },
  ])('$name', async ({ files }) => {
    const { report, lines } = await audited(files);
    expect(lines).toEqual([]);
    expect(renderJson(report)).toBe(renderJson((await alone).report));
  });

  test('manifests of a repository beside it are named, and are no objects of the cluster', async () => {
    const { report, lines } = await audited({
      ...whole,
      'deploy/service.json': manifest('Service', 'v1'),
      'deploy/deployment.json': manifest('Deployment', 'apps/v1'),
    });
    expect(lines.toSorted()).toEqual([
      expect.stringMatching(/^deploy\/deployment\.json: manifests, not objects of a cluster/u),
      expect.stringMatching(/^deploy\/service\.json: manifests, not objects of a cluster/u),
    ]);
    expect(renderJson(report)).toBe(renderJson((await alone).report));
  });

  test('manifests alone are taken as they are', async () => {
    const { report } = await audited({ 'service.json': manifest('Service', 'v1') });
    expect(report.clusters[0]?.services).toMatchObject([{ name: 'planned' }]);
  });
});

describe('what two files say differently is no list', () => {
  const balancers = structuredClone(uneven.arm.find(({ name }) => name === 'loadBalancers')?.items);
  for (const each of balancers ?? [])
    each.properties.backendAddressPools[0].properties = {
      backendIPConfigurations: [],
    };

  test.each([
    {
      name: 'a Service of two times',
      files: {
        'old/services.json': later(
          'services',
          onWeb(({ spec }) => (spec.externalTrafficPolicy = 'Cluster')),
        ),
      },
      slices: ['services'],
      says: /^services\.json: shop\/web differs from the one in old\/services\.json: two times or two clusters\? .*kubectl get services/u,
    },
    {
      name: 'a load balancer of two times',
      files: { 'old/lb.json': text(balancers) },
      slices: ['loadBalancers', 'loadBalancerConfigurations'],
      says: /^old\/lb\.json: \/subscriptions\/.*\/kubernetes differs from the one in loadBalancers\.json/u,
    },
    {
      name: 'one page of a Resource Graph result, twice',
      files: {
        'loadBalancers.json': graphPage(rows.slice(0, 1), { skip_token: 'x' }),
        'copy.json': graphPage(rows.slice(0, 1), { skip_token: 'x' }),
      },
      slices: ['loadBalancers', 'loadBalancerConfigurations'],
      says: /the Resource Graph result is incomplete; .* save every page/u,
    },
  ])('$name', async ({ files, slices, says }) => {
    const { report, lines, unreadable } = await audited({ ...whole, ...files });
    expect(lines.filter((line) => !says.test(line))).toEqual([]);
    expect(lines.length).toBeGreaterThan(0);
    expect(unreadable).toBe(true);
    const unread = report.clusters[0]?.coverage.filter(({ state }) => state === 'unread');
    expect(unread?.map(({ slice }) => slice)).toEqual(expect.arrayContaining(slices));
    expect(report.clusters[0]?.findings.map(({ severity }) => severity)).not.toContain('critical');
  });

  test('objects of two clusters: one line, and no list of Kubernetes that both have', async () => {
    const other = kubernetes(readSaved(ownCase('seed-1-basic-local')), 'test/');
    const { report, lines } = await audited({ ...whole, ...other });
    expect(lines).toEqual([
      expect.stringMatching(
        / differs from the one in \S+: these are two clusters; give each its own folder/u,
      ),
    ]);
    expect(report.clusters).toMatchObject([{ name: 'aks-app', services: [] }]);
  });
});

test('a folder beside case folders that has no layout is one cluster as well', async () => {
  const layout = {
    ...kubernetes(uneven, 'prod/kubernetes/'),
    ...Object.fromEntries(
      uneven.arm.map(({ name, items }) => [`prod/arm/${name}.json`, text({ value: items })]),
    ),
  };
  const { report } = await audited({
    ...layout,
    ...kubernetes(uneven, 'test/k8s/'),
    'docs/readme.txt': 'x',
  });
  expect(report.clusters.map(({ name }) => name)).toEqual(['aks-app', 'test']);
});

describe('a list without items', () => {
  test.each([
    ['pods.json', '{"kind":"PodList","apiVersion":"v1","items":null}', 'items'],
    ['a.yaml', 'apiVersion: v1\nkind: PodList\nitems: null\n', 'items'],
    ['pods.json', '{"kind":"List","apiVersion":"v1","items":null}', 'items'],
    ['networkSecurityGroups.json', '{"value":null}', 'value'],
  ])('%s %s is a fault of that list, beside files that are well', async (name, data, list) => {
    const others = Object.entries(whole).filter(([file]) => file !== name && file !== 'pods.json');
    const { lines, unreadable } = await audited({ ...Object.fromEntries(others), [name]: data });
    expect(lines).toContainEqual(
      expect.stringMatching(
        new RegExp(`^${name}: the list "${list}" is missing; save it again`, 'u'),
      ),
    );
    expect(unreadable).toBe(true);
  });
});
