import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { stringify } from 'yaml';
import type { Json } from './folder.ts';
import { zipOf } from './zip.ts';

/** A case folder written anew as people save such things, each form with the same content. */

/** Content by file name. */
export type Files = Readonly<Record<string, string | Buffer>>;

export interface Form {
  readonly name: string;
  readonly write: (saved: Saved) => Files | Promise<Files>;
}

/** The lists of a case folder. */
export interface Saved {
  readonly arm: readonly ArmList[];
  readonly kubernetes: readonly KubernetesList[];
}

interface ArmList {
  readonly name: string;
  readonly items: readonly Json[];
}

interface KubernetesList extends ArmList {
  readonly body: Json;
}

export function readSaved(directory: string): Saved {
  const lists = (side: string): readonly { name: string; body: Json }[] =>
    readdirSync(path.join(directory, side))
      .filter((file) => file !== 'version.json')
      .map((file) => ({
        name: path.basename(file, '.json'),
        body: JSON.parse(readFileSync(path.join(directory, side, file), 'utf8')),
      }));
  return {
    arm: lists('arm').map(({ name, body }) => ({
      name,
      items: body.value.map((item: Json) => ({ ...item, type: typeOf(name) })),
    })),
    kubernetes: lists('kubernetes').map(({ name, body }) => ({
      name,
      body,
      items: body.items.map((item: Json) => ({
        apiVersion: body.kind === 'List' ? item.apiVersion : body.apiVersion,
        kind: body.kind === 'List' ? item.kind : body.kind.replace(/List$/u, ''),
        ...item,
      })),
    })),
  };
}

function typeOf(name: string): string {
  if (name === 'managedClusterLoadBalancers')
    return 'Microsoft.ContainerService/managedClusters/loadBalancers';
  if (name === 'managedClusters') return 'Microsoft.ContainerService/ManagedClusters';
  if (name === 'virtualMachines') return 'Microsoft.Compute/virtualMachines';
  return `Microsoft.Network/${name}`;
}

/** The az CLI: `properties` are flattened, at every level. */
function flattened(value: Json): Json {
  if (Array.isArray(value)) return value.map(flattened);
  if (typeof value !== 'object' || value === null) return value;
  const { properties, ...rest } = value;
  const own = Object.fromEntries(
    Object.entries(rest).map(([key, field]) => [key, flattened(field)]),
  );
  const inner = properties === undefined ? {} : flattened(properties);
  const group = /\/resourceGroups\/([^/]+)/iu.exec(value.id ?? '')?.[1];
  return { ...inner, ...own, ...(group !== undefined && { resourceGroup: group }) };
}

/** Maps of people's own names are not spelled anew. */
const maps = new Set(['tags', 'nodeLabels', 'matchLabels', 'addonProfiles']);

function respelled(value: Json, spell: (key: string) => string): Json {
  if (Array.isArray(value)) return value.map((each) => respelled(each, spell));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      spell(key),
      maps.has(key) ? field : respelled(field, spell),
    ]),
  );
}

/** The older az: keys made from names of Python, and null for what is unset. */
function oldAz(item: Json): Json {
  const spelled = respelled(flattened(item), (key) =>
    key.replaceAll(
      /(?<=[a-z])(IP|FQDN|ID|SKU|RBAC)(?=[A-Z]|$)/gu,
      (word) => word[0] + word.slice(1).toLowerCase(),
    ),
  );
  return { ...spelled, extendedLocation: null, etag: null, zones: null, plan: null };
}

function powershell(item: Json): Json {
  const pascal = respelled(flattened(item), (key) => (key[0] ?? '').toUpperCase() + key.slice(1));
  const { Tags: tags, ...rest } = pascal;
  return {
    ...rest,
    ...(tags !== undefined && { Tag: tags }),
    ResourceGroupName: pascal.ResourceGroup,
  };
}

const text = (value: Json): string => JSON.stringify(value, null, 2);
const typed = ({ name, body }: KubernetesList): [string, string] => [`${name}.json`, text(body)];

/** Lists of Azure in a shape; an empty one says only by its name of what it is. */
function armIn(saved: Saved, shape: (item: Json) => Json, one = false): Files {
  return Object.fromEntries(
    saved.arm.map(({ name, items }, index) => [
      items.length === 0 ? `${name}.json` : `azure-${index}.json`,
      text(one && items.length === 1 ? shape(items[0]) : items.map(shape)),
    ]),
  );
}

function kubernetesTyped(saved: Saved): Files {
  return Object.fromEntries(saved.kubernetes.map(typed));
}

/** One List of all kinds; a kind of which there is none is another list. */
function mixed({ kubernetes }: Saved): readonly Json[] {
  const items = kubernetes.flatMap((list) => list.items);
  const empty = kubernetes.filter((list) => list.items.length === 0).map(({ body }) => body);
  return [{ apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items }, ...empty];
}

function layout(saved: Saved): Files {
  const arm = saved.arm.map(({ name, items }) => [`arm/${name}.json`, text({ value: items })]);
  const kubernetes = saved.kubernetes.map((list) => [
    `kubernetes/${list.name}.json`,
    text(list.body),
  ]);
  return Object.fromEntries([...arm, ...kubernetes]) as Files;
}

function prefixed(prefix: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([name, data]) => [prefix + name, data]));
}

async function tarOf(files: Files): Promise<Buffer> {
  const tar = pack();
  for (const [name, data] of Object.entries(files)) tar.entry({ name }, data);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** As kubectl writes it: lists are not indented. */
function yaml(value: Json): string {
  return stringify(value, { indentSeq: false, aliasDuplicateObjects: false, lineWidth: 0 });
}

const meaningless = (files: Files): Files =>
  Object.fromEntries(Object.values(files).map((data, index) => [`file (${index}).txt`, data]));

export const forms: readonly Form[] = [
  {
    name: 'az, today',
    write: (saved) => ({ ...armIn(saved, flattened), ...kubernetesTyped(saved) }),
  },
  { name: 'az, before', write: (saved) => ({ ...armIn(saved, oldAz), ...kubernetesTyped(saved) }) },
  {
    name: 'az show of single resources',
    write: (saved) => ({ ...armIn(saved, flattened, true), ...kubernetesTyped(saved) }),
  },
  {
    name: 'Az PowerShell',
    write: (saved) => ({ ...armIn(saved, powershell), ...kubernetesTyped(saved) }),
  },
  {
    name: 'Resource Graph',
    write: (saved) => {
      const data = saved.arm.flatMap(({ items }) =>
        items.map((item) => ({
          ...item,
          type: item.type.toLowerCase(),
          plan: null,
          managedBy: '',
        })),
      );
      const empty = saved.arm.filter(({ items }) => items.length === 0);
      return {
        'graph.json': text({
          count: data.length,
          data,
          skip_token: null,
          total_records: data.length,
        }),
        ...armIn({ ...saved, arm: empty }, flattened),
        ...kubernetesTyped(saved),
      };
    },
  },
  {
    name: 'YAML',
    write: (saved) => ({
      'cluster.yaml': mixed(saved).map(yaml).join('---\n'),
      ...Object.fromEntries(
        saved.arm.map(({ name, items }) => [`${name}.yaml`, yaml(items.map(flattened))]),
      ),
    }),
  },
  {
    name: 'one mixed List',
    write: (saved) => {
      const [list, ...empty] = mixed(saved);
      const lists = Object.fromEntries(
        empty.map((each, index) => [`none-${index}.json`, text(each)]),
      );
      return { 'everything.json': text(list), ...lists, ...armIn(saved, flattened) };
    },
  },
  {
    name: 'JSON Lines',
    write: (saved) => {
      const objects = saved.kubernetes.flatMap(({ items }) => items);
      const [, ...empty] = mixed(saved);
      const resources = saved.arm.flatMap(({ items }) => items);
      const lines = [...objects, ...empty, ...resources].map((each) => JSON.stringify(each));
      const none = { ...saved, arm: saved.arm.filter(({ items }) => items.length === 0) };
      return { 'all.jsonl': lines.join('\n'), ...armIn(none, flattened) };
    },
  },
  {
    name: 'loose files with meaningless names',
    write: (saved) => {
      const none = { ...saved, arm: saved.arm.filter(({ items }) => items.length === 0) };
      const some = saved.arm.filter(({ items }) => items.length > 0);
      const rest = some.map(({ name, items }) => [name, text({ value: items })]);
      return {
        ...meaningless({ ...kubernetesTyped(saved), ...(Object.fromEntries(rest) as Files) }),
        ...armIn(none, flattened),
      };
    },
  },
  {
    name: 'a file for each object',
    write: (saved) => {
      const objects = [...saved.kubernetes, ...saved.arm].flatMap(({ items }) => items);
      const [, ...empty] = mixed(saved);
      const none = { ...saved, arm: saved.arm.filter(({ items }) => items.length === 0) };
      return {
        ...meaningless(Object.fromEntries([...objects, ...empty].map(text).entries())),
        ...armIn(none, flattened),
      };
    },
  },
  {
    name: '.gz of each',
    write: (saved) =>
      Object.fromEntries(
        Object.entries({ ...armIn(saved, flattened), ...kubernetesTyped(saved) }).map(
          ([name, data]) => [`${name}.gz`, gzipSync(data)],
        ),
      ),
  },
  {
    name: 'UTF-16 and byte-order marks',
    write: (saved) => ({
      ...Object.fromEntries(
        Object.entries(kubernetesTyped(saved)).map(([name, data]) => [
          name,
          Buffer.from(`\uFEFF${String(data)}`, 'utf16le'),
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(armIn(saved, flattened)).map(([name, data]) => [
          name,
          `\uFEFF${String(data)}`,
        ]),
      ),
    }),
  },
  {
    name: '.tar.gz',
    write: async (saved) => ({
      'case.tar.gz': gzipSync(await tarOf(prefixed('./case-1/', layout(saved)))),
    }),
  },
  {
    name: '.zip',
    write: (saved) => ({
      'case.zip': zipOf(
        Object.entries(layout(saved)).map(([name, data]) => ({ name, data: Buffer.from(data) })),
      ),
    }),
  },
  {
    name: 'cluster-info dump',
    write: (saved) => {
      const files: Record<string, string> = {
        ...(armIn(saved, flattened) as Record<string, string>),
      };
      for (const { name, body, items } of saved.kubernetes)
        if (['nodes', 'namespaces'].includes(name) || items.length === 0)
          files[`dump/${name}.json`] = text(body);
        else
          for (const [namespace, own] of Map.groupBy(
            items,
            (item: Json) => item.metadata.namespace,
          ))
            files[`dump/${String(namespace)}/${name}.json`] = text({
              ...body,
              items: own.map((item: Json) => ({ ...item, apiVersion: undefined, kind: undefined })),
            });
      files['dump/kube-system/coredns-1/logs.txt'] =
        '==== START logs for container coredns of pod kube-system/coredns-1 ====\n[INFO] plugin\n';
      return files;
    },
  },
];
