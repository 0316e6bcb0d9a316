import { read, valueOr, type ClusterSnapshot, type Read } from '../model/index.ts';

/** Slices whose objects manifests may name. */
export type Listed =
  | 'services'
  | 'clusterIpServices'
  | 'namespaces'
  | 'networkPolicies'
  | 'ingresses'
  | 'ingressClasses'
  | 'gatewayClasses'
  | 'gateways'
  | 'httpRoutes'
  | 'grpcRoutes'
  | 'referenceGrants'
  | 'deployments'
  | 'statefulSets'
  | 'daemonSets';

/** Objects of the cluster itself have no namespace. */
export interface NamedRow {
  readonly namespace?: string;
  readonly name: string;
}

/** The object in place of the one that it is, or after the others. */
export function put(
  snapshot: ClusterSnapshot,
  slice: Listed,
  item: object,
  named: NamedRow,
): ClusterSnapshot {
  const rows: readonly NamedRow[] = valueOr<readonly NamedRow[]>(snapshot[slice], []);
  const at = rows.findIndex((row) => isSameObject(row, named));
  const next = at === -1 ? [...rows, item] : [...rows.slice(0, at), item, ...rows.slice(at + 1)];
  return { ...snapshot, [slice]: read(next) };
}

/** The row of that name; `undefined` also where the slice was not read. */
export function find<T extends NamedRow>(
  rows: Read<readonly T[]>,
  wanted: NamedRow,
): T | undefined {
  return valueOr(rows, []).find((row) => isSameObject(row, wanted));
}

/** Same name and namespace. */
export function isSameObject(row: NamedRow, wanted: NamedRow): boolean {
  return (row.namespace ?? '') === (wanted.namespace ?? '') && row.name === wanted.name;
}
