import { valueOr, type ClusterSnapshot, type IpFamily } from '../model/index.ts';

/** What the API server knows beside the manifest. */
export interface ServiceDefaults {
  /** Of the cluster, its first family first. */
  readonly families: readonly IpFamily[];
  /** ISO 8601: the Service is old enough to be judged as settled. */
  readonly createdAt: string;
  /** A node port that nobody has. */
  readonly allocatePort: () => number;
}

/** The defaults of a cluster; node ports are given out from the top of the range. */
export function serviceDefaults(snapshot: ClusterSnapshot): ServiceDefaults {
  const services = valueOr(snapshot.services, []);
  const owners = [...services, ...valueOr(snapshot.nodePortServices, [])];
  const used = new Set([
    ...owners.flatMap(({ ports }) => ports.flatMap(({ nodePort }) => nodePort ?? [])),
    ...services.flatMap(({ healthCheckNodePort }) => healthCheckNodePort ?? []),
  ]);
  let next = 32_767;
  const cluster = valueOr(snapshot.managedCluster, undefined)?.ipFamilies ?? [];
  const families = cluster.flatMap((each): readonly IpFamily[] =>
    each === 'IPv4' || each === 'IPv6' ? [each] : [],
  );
  const at = Date.parse(snapshot.takenAt);
  return {
    families: families.length > 0 ? families : ['IPv4'],
    // What is planned is judged once it has settled.
    createdAt: new Date(Number.isNaN(at) ? 0 : at - 3_600_000).toISOString(),
    allocatePort: () => {
      while (used.has(next)) next--;
      used.add(next);
      return next;
    },
  };
}
