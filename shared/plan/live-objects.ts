import { isObject, jsonValue, valueOr } from '../model/index.ts';
import { readList, type KubernetesTransport } from '../collect/index.ts';
import { nameOf } from '../collect/parse-objects.ts';
import type { Cursor } from '../input/cursor.ts';
import { Problems } from '../input/problems.ts';
import { appliedChanges, type Versions } from './apply-diff.ts';
import { valueAt, type AppliedFields } from './fields.ts';
import type { Wanted } from './object-kinds.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
/** The API server takes no more in all annotations of an object. */
const longest = 256 * 1024;

const paths: Readonly<
  Partial<Record<Wanted['kind'], { readonly path: string; readonly kind: string }>>
> = {
  Service: { path: '/api/v1/services', kind: 'ServiceList' },
  Deployment: { path: '/apis/apps/v1/deployments', kind: 'DeploymentList' },
  StatefulSet: { path: '/apis/apps/v1/statefulsets', kind: 'StatefulSetList' },
  DaemonSet: { path: '/apis/apps/v1/daemonsets', kind: 'DaemonSetList' },
};

/** What an object on the server says beside the snapshot. No value of it is kept. */
export interface LiveObject {
  /** Names of the fields of its last applied configuration; `undefined` = it has none. */
  readonly applied: AppliedFields | undefined;
  /** Fields of its pod template that the manifest changes; `undefined` = the template was not read whole. */
  readonly template?: readonly string[];
  /** A field that the manifest changes, and that no update may change. */
  readonly immutable?: string;
}

/** By `kind/namespace/name`. */
export type LiveObjects = ReadonlyMap<string, LiveObject>;

/** So many objects of one namespace are asked for by name; where there are more, all of their kind are read. */
const mostByName = 5;

/**
 * Reads the objects that manifests name: their last applied configurations and pod templates are
 * nothing that an audit needs. What cannot be read counts as without one.
 */
export async function readLiveObjects(
  transport: KubernetesTransport,
  wanted: readonly Wanted[],
): Promise<LiveObjects> {
  const result = new Map<string, LiveObject>();
  const groups = Map.groupBy(wanted, ({ kind, namespace }) => `${kind}/${namespace}`);
  for (const group of groups.values()) {
    const [first] = group;
    const list = first === undefined ? undefined : paths[first.kind];
    if (first === undefined || list === undefined) continue;
    const selectors =
      group.length > mostByName
        ? [`metadata.namespace=${first.namespace}`]
        : group.map(
            ({ namespace, name }) => `metadata.namespace=${namespace},metadata.name=${name}`,
          );
    const named = new Map(group.map((each) => [each.name, each]));
    for (const fieldSelector of selectors) {
      const rows = await readList(
        transport,
        {
          ...list,
          query: { fieldSelector },
          parse: (item: Cursor): LiveRow | undefined => liveRow(item, first, named),
          identity: (row) => row.key,
        },
        new Problems(),
      );
      for (const { key, object } of valueOr(rows, [])) result.set(key, object);
    }
  }
  return result;
}

interface LiveRow {
  readonly key: string;
  readonly object: LiveObject;
}

function liveRow(
  item: Cursor,
  { kind, namespace }: Pick<Wanted, 'kind' | 'namespace'>,
  named: ReadonlyMap<string, Wanted>,
): LiveRow | undefined {
  const own = nameOf(item);
  const wanted = own?.namespace === namespace ? named.get(own.name) : undefined;
  if (wanted === undefined) return undefined;
  const { value } = item.at('metadata').at('annotations').at(lastApplied);
  const configuration = typeof value === 'string' ? configurationOf(value) : undefined;
  const applied = configuration === undefined ? undefined : fieldsOf(configuration);
  const versions = { live: item.value, wanted: wanted.raw, applied: configuration };
  return {
    key: `${kind}/${namespace}/${wanted.name}`,
    object: { applied, ...(kind !== 'Service' && workloadPart(kind, versions)) },
  };
}

/** Fields that a server refuses to change. */
const immutable: Readonly<Partial<Record<Wanted['kind'], readonly string[]>>> = {
  Deployment: ['selector'],
  DaemonSet: ['selector'],
  StatefulSet: ['selector', 'serviceName', 'podManagementPolicy', 'volumeClaimTemplates'],
};

function workloadPart(
  kind: Wanted['kind'],
  { live, wanted, applied }: Versions,
): Pick<LiveObject, 'template' | 'immutable'> {
  const part = (name: string): Versions => ({
    live: valueAt(live, ['spec', name]),
    wanted: valueAt(wanted, ['spec', name]),
    applied: valueAt(applied, ['spec', name]),
  });
  const template = part('template');
  // The API server writes it on every template: without it only parts of the object were saved.
  const isWhole = valueAt(template.live, ['spec', 'restartPolicy']) !== undefined;
  const [changed] = (immutable[kind] ?? []).filter((name) => {
    const versions = part(name);
    return (
      versions.live !== undefined &&
      versions.wanted !== undefined &&
      appliedChanges(versions, `spec.${name}`).length > 0
    );
  });
  return {
    ...(isWhole &&
      template.wanted !== undefined && { template: appliedChanges(template, 'pod template') }),
    ...(changed !== undefined && { immutable: `spec.${changed}` }),
  };
}

/** A last applied configuration; `undefined` for a text that is none. */
function configurationOf(text: string): unknown {
  return text.length > longest ? undefined : jsonValue(text);
}

function fieldsOf(configuration: unknown): AppliedFields {
  const fields = new Set<string>();
  addFields(configuration, '', fields, 0);
  return fields;
}

function addFields(value: unknown, path: string, fields: Set<string>, depth: number): void {
  if (!isObject(value) || depth > 10) return;
  for (const [key, field] of Object.entries(value)) {
    const here = path === '' ? key : `${path}.${key}`;
    fields.add(here);
    if (here === 'spec.ports' && Array.isArray(field))
      for (const port of field) fields.add(portField(port));
    if (key !== 'containers') addFields(field, here, fields, depth + 1);
  }
}

/** Ports of a Service are merged by number and protocol. */
export function portField(port: unknown): string {
  if (!isObject(port)) return 'spec.ports[]';
  const { port: number, protocol = 'TCP' } = port;
  return `spec.ports[${String(number)}/${String(protocol)}]`;
}
