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
export interface Named {
  readonly namespace?: string;
  readonly name: string;
}

/** The object in place of the one that it is, or after the others. */
export function put(
  snapshot: ClusterSnapshot,
  slice: Listed,
  item: object,
  is: (row: never) => boolean,
): ClusterSnapshot {
  const rows: readonly unknown[] = valueOr<readonly unknown[]>(snapshot[slice], []);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- rows of the slice that the item belongs to
  const at = rows.findIndex((row) => is(row as never));
  const next = at === -1 ? [...rows, item] : rows.with(at, item);
  return { ...snapshot, [slice]: read(next) };
}

export function find<T extends Named>(rows: Read<readonly T[]>, wanted: Named): T | undefined {
  return valueOr(rows, []).find((row) => isSameObject(row, wanted));
}

export function isSameObject(row: Named, wanted: Named): boolean {
  return (row.namespace ?? '') === (wanted.namespace ?? '') && row.name === wanted.name;
}
