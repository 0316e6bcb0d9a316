import { readList, type KubernetesTransport } from '../collect/index.ts';
import { nameOf } from '../collect/parse-objects.ts';
import type { Cursor } from '../input/cursor.ts';
import { isObject } from '../input/cursor.ts';
import { Problems } from '../input/problems.ts';
import type { AppliedFields } from './fields.ts';
import type { Wanted } from './objects.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
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

/** Names of fields of last applied configurations by `kind/namespace/name`. Values are never kept. */
export type Applied = ReadonlyMap<string, AppliedFields>;

/**
 * Reads the last applied configuration of the objects that manifests name, one small list for each:
 * nothing else of the audit needs it. What cannot be read counts as without one.
 */
export async function readApplied(
  transport: KubernetesTransport,
  wanted: readonly Wanted[],
): Promise<Applied> {
  const result = new Map<string, AppliedFields>();
  for (const { kind, namespace, name } of wanted) {
    const list = paths[kind];
    if (list === undefined) continue;
    const rows = await readList(
      transport,
      {
        ...list,
        query: { fieldSelector: `metadata.namespace=${namespace},metadata.name=${name}` },
        parse: appliedOf,
        identity: (row: AppliedRow) => `${row.namespace}/${row.name}`,
      },
      new Problems(),
    );
    const row =
      rows.kind === 'read'
        ? rows.value.find((each) => each.namespace === namespace && each.name === name)
        : undefined;
    if (row?.fields !== undefined) result.set(`${kind}/${namespace}/${name}`, row.fields);
  }
  return result;
}

interface AppliedRow {
  readonly namespace: string;
  readonly name: string;
  readonly fields: AppliedFields | undefined;
}

function appliedOf(item: Cursor): AppliedRow | undefined {
  const own = nameOf(item);
  if (own === undefined) return undefined;
  const { value } = item.at('metadata').at('annotations').at(annotation);
  return { ...own, fields: typeof value === 'string' ? appliedFields(value) : undefined };
}

/** The fields that a last applied configuration names; `undefined` for a text that is none. */
function appliedFields(text: string): AppliedFields | undefined {
  if (text.length > longest) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const fields = new Set<string>();
  addFields(value, '', fields, 0);
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
