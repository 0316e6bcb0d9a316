import { serviceWorkloads } from '../../shared/facts/services.ts';
import {
  read,
  valueOr,
  type ClusterSnapshot,
  type Endpoint,
  type Workload,
} from '../../shared/model/index.ts';
import type { Cluster } from './cluster-state.ts';
import { seatings, type Seating } from './scheduler.ts';

/** Ready pods of restarted workloads on every set of nodes that the scheduler may choose. */
export function withPods({ snapshot, restarted }: Cluster): {
  readonly snapshots: readonly ClusterSnapshot[];
  readonly pending: number;
} {
  const workloads = [
    ...valueOr(snapshot.deployments, []),
    ...valueOr(snapshot.statefulSets, []),
  ].filter(({ kind, namespace, name }) =>
    restarted.has(`${kind}/${namespace}/${name}`.toLowerCase()),
  );
  let snapshots: readonly ClusterSnapshot[] = [snapshot];
  let pending = 0;
  for (const workload of workloads) {
    const pods = podsOf(snapshot, workload);
    const seats = seatings(workload, pods.length, valueOr(snapshot.nodes, []));
    pending = Math.max(
      pending,
      ...seats.map((each) => each.filter((node) => node === undefined).length),
    );
    snapshots = snapshots.flatMap((each) => seats.map((seating) => seated(each, pods, seating)));
  }
  return { snapshots, pending };
}

/** `namespace/pod` of the ready pods of a workload, as far as Services show them. */
function podsOf(snapshot: ClusterSnapshot, workload: Workload): readonly string[] {
  const own = new Set(
    [...valueOr(snapshot.services, []), ...valueOr(snapshot.clusterIpServices, [])]
      .filter((service) =>
        serviceWorkloads(snapshot, service).workloads.some(
          ({ kind, name }) => kind === workload.kind && name === workload.name,
        ),
      )
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
  const pods = valueOr(snapshot.endpointSlices, [])
    .filter(({ namespace, service }) => own.has(`${namespace}/${service}`))
    .flatMap(({ namespace, endpoints }) =>
      endpoints.filter(({ ready }) => ready).map((each) => `${namespace}/${nameOf(each)}`),
    );
  return [...new Set(pods)].toSorted();
}

function nameOf({ pod, address }: Endpoint): string {
  return pod ?? address;
}

function seated(
  snapshot: ClusterSnapshot,
  pods: readonly string[],
  seating: Seating,
): ClusterSnapshot {
  const seats = new Map(pods.map((pod, at) => [pod, seating[at]]));
  const slices = valueOr(snapshot.endpointSlices, []).map((slice) => {
    const isMade = (each: Endpoint): boolean =>
      each.ready && seats.has(`${slice.namespace}/${nameOf(each)}`);
    if (!slice.endpoints.some(isMade)) return slice;
    const endpoints = slice.endpoints.flatMap((each) => {
      if (!isMade(each)) return [each];
      const node = seats.get(`${slice.namespace}/${nameOf(each)}`);
      return node === undefined ? [] : [{ ...each, node }];
    });
    return { ...slice, endpoints };
  });
  return { ...snapshot, endpointSlices: read(slices) };
}
