import type { ClusterDescription, PodPlacement, WorkloadDescription } from './description.ts';
import type { ClusterNames } from './names.ts';
import { ascendingLetters, seededLetters } from './seed.ts';

/** One pod, as light as it can be: 150,000 of them are looked through for a field selector. */
export interface SimulatedPod {
  readonly workload: WorkloadDescription;
  readonly ordinal: number;
  /** `undefined` = no node takes it. */
  readonly placement: PodPlacement | undefined;
  /** Its place in the whole list. */
  readonly position: number;
}

/** The pods of a cluster in the order of the API server, made when they are asked for. */
export interface PodList {
  readonly length: number;
  at(index: number): SimulatedPod | undefined;
  /** Of one workload. */
  of(workload: WorkloadDescription): Iterable<SimulatedPod>;
}

/** The pods of all workloads in the order of the API server, made one by one. */
export function podsOf(cluster: ClusterDescription, names: ClusterNames): PodList {
  const workloads = cluster.workloads.toSorted((a, b) =>
    compare(podPrefix(names, a), podPrefix(names, b)),
  );
  const starts: number[] = [];
  const startOf = new Map<WorkloadDescription, number>();
  let length = 0;
  for (const workload of workloads) {
    starts.push(length);
    startOf.set(workload, length);
    length += podCount(workload);
  }
  const pod = (workload: WorkloadDescription, ordinal: number): SimulatedPod => ({
    workload,
    ordinal,
    placement: workload.pods.at(ordinal),
    position: (startOf.get(workload) ?? 0) + ordinal,
  });
  return {
    length,
    at(index) {
      if (index < 0 || index >= length) return undefined;
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= index) low = middle;
        else high = middle - 1;
      }
      const workload = workloads[low];
      return workload && pod(workload, index - (starts[low] ?? 0));
    },
    *of(workload) {
      const count = podCount(workload);
      for (let ordinal = 0; ordinal < count; ordinal += 1) yield pod(workload, ordinal);
    },
  };
}

/** Pods of a workload, those that wait for a node included. */
export function podCount({ pods, replicas }: WorkloadDescription): number {
  return Math.max(pods.length, replicas);
}

/** The hash that a Deployment's ReplicaSet carries in its name. */
export function templateHash(names: ClusterNames, workload: WorkloadDescription): string {
  return seededLetters(`${names.id}/${workload.namespace}/${workload.name}/template`, 10);
}

/** Namespace and name up to the part that differs from pod to pod. */
function podPrefix(names: ClusterNames, workload: WorkloadDescription): string {
  return workload.kind === 'Deployment'
    ? `${workload.namespace}/${workload.name}-${templateHash(names, workload)}-`
    : `${workload.namespace}/${workload.name}-`;
}

/** A StatefulSet numbers its pods; others add hashes to the name of the workload. */
export function podName(names: ClusterNames, { workload, ordinal }: SimulatedPod): string {
  if (workload.kind === 'StatefulSet') return `${workload.name}-${ordinal}`;
  const prefix = podPrefix(names, workload).slice(workload.namespace.length + 1);
  const seed = `${names.id}/${workload.namespace}/${workload.name}`;
  return `${prefix}${ascendingLetters(seed, ordinal, podCount(workload))}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
