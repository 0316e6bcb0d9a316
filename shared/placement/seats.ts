import { matchesLabelSelector, type Node, type Workload } from '../model/index.ts';
import { spreadByHost } from './spread.ts';

/** How many pods of a workload a set of nodes can hold at most, and what bounds it. */
export interface SeatCount {
  readonly seats: number;
  /** For people; `undefined` = nothing that was read does. */
  readonly bound: string | undefined;
}

const host = 'kubernetes.io/hostname';

/**
 * Seats by the workload's own demands alone: host ports and anti-affinity to itself by any label, and
 * what its pods ask for against what the nodes have to give. Other pods take more of it: this is the
 * most that can be.
 */
export function seatsOn(workload: Workload, nodes: readonly Node[]): SeatCount {
  const { podSpec } = workload;
  const key = ownKey(workload);
  const fitting = nodes.map((node) => seatsOf(workload, node));
  const bySize = fitting.reduce((sum, each) => sum + each, 0);
  if (key !== undefined) {
    const values = new Set(
      nodes.flatMap((node, index) =>
        (fitting[index] ?? 0) > 0 ? [node.labels.get(key) ?? `node ${node.name}`] : [],
      ),
    );
    const what = podSpec.ports.some(({ hostPort = 0 }) => hostPort > 0)
      ? 'a host port can be used once per node'
      : `required anti-affinity keeps them apart by ${key}`;
    return { seats: values.size, bound: what };
  }
  const { requests } = podSpec;
  if (requests === undefined || !Number.isFinite(bySize))
    return { seats: bySize, bound: undefined };
  const least = Math.min(...nodes.map(({ allocatable }) => allocatable?.milliCpu ?? Infinity));
  const cpu = Number.isFinite(least) ? ` of ${least}m on a node` : '';
  return { seats: bySize, bound: `each requests ${requests.milliCpu}m CPU${cpu}` };
}

/** The label of which two pods of the workload may never share a value. */
function ownKey({ podLabels, namespace, podSpec }: Workload): string | undefined {
  if (spreadByHost(podLabels, namespace, podSpec) === 'guaranteed') return host;
  return podSpec.requiredPodAntiAffinity.find(
    ({ labelSelector, namespaces, namespaceSelector, mismatchLabelKeys = [] }) =>
      mismatchLabelKeys.length === 0 &&
      (namespaces.length === 0 || namespaces.includes(namespace)) &&
      namespaceSelector === undefined &&
      matchesLabelSelector(labelSelector, podLabels),
  )?.topologyKey;
}

/** Infinity where the node does not say what it has, or the pods what they ask for. */
function seatsOf({ podSpec: { requests } }: Workload, { allocatable }: Node): number {
  if (allocatable === undefined || requests === undefined) return Infinity;
  return Math.min(
    timesIn(allocatable.milliCpu, requests.milliCpu),
    timesIn(allocatable.memory, requests.memory),
    allocatable.pods,
  );
}

function timesIn(have: number, each: number): number {
  return each === 0 ? Infinity : Math.floor(have / each);
}
