import {
  matchesLabelSelector,
  type LabelSelector,
  type Node,
  type NodeName,
  type TopologySpreadConstraint,
  type Workload,
} from '../../shared/model/index.ts';
import { firstUntolerated, fitsRequired, isHard, landing } from '../../shared/placement/index.ts';

/** Nodes of the pods of a workload, in the order of their making; a pod that waits has none. */
export type Seating = readonly (NodeName | undefined)[];

/**
 * Every end of placing so many pods of a workload one by one, each on any node that the scheduler's
 * filters leave: taints, required affinity, required anti-affinity and hard spread of the pods to
 * each other, host ports, CPU and memory. Made for small clusters: there is no bound.
 */
export function seatings(
  workload: Workload,
  pods: number,
  nodes: readonly Node[],
): readonly Seating[] {
  const fit = nodes.filter((node) => landing(workload.podSpec, node).now === 'yes');
  const found = new Map<string, Seating>();
  const place = (placed: readonly Node[]): void => {
    const next =
      placed.length < pods ? fit.filter((node) => takes(workload, nodes, placed, node)) : [];
    for (const node of next) place([...placed, node]);
    if (next.length > 0) return;
    const names = placed.map(({ name }) => name);
    const key = [...names].toSorted().join();
    if (!found.has(key))
      found.set(key, [...names, ...Array.from({ length: pods - placed.length }, () => undefined)]);
  };
  place([]);
  return [...found.values()];
}

function takes(
  { podSpec, podLabels, namespace }: Workload,
  nodes: readonly Node[],
  placed: readonly Node[],
  node: Node,
): boolean {
  const among = (key: string): number =>
    placed.filter((each) => each.labels.get(key) === node.labels.get(key)).length;
  const matches = (selector: LabelSelector | undefined): boolean =>
    matchesLabelSelector(selector, podLabels);
  const apart = podSpec.requiredPodAntiAffinity.some(
    ({ topologyKey, labelSelector, namespaces }) =>
      matches(labelSelector) &&
      (namespaces.length === 0 || namespaces.includes(namespace)) &&
      node.labels.has(topologyKey) &&
      among(topologyKey) > 0,
  );
  const skewed = podSpec.topologySpread.some((spread) => {
    if (spread.whenUnsatisfiable !== 'DoNotSchedule') return false;
    const value = node.labels.get(spread.topologyKey);
    if (value === undefined) return true;
    const counts = (of: string): number =>
      matches(spread.labelSelector)
        ? placed.filter((each) => each.labels.get(spread.topologyKey) === of).length
        : 0;
    const domains = domainsOf(podSpec, nodes, spread);
    const least = domains.length < (spread.minDomains ?? 1) ? 0 : Math.min(...domains.map(counts));
    return counts(value) + (matches(spread.labelSelector) ? 1 : 0) - least > spread.maxSkew;
  });
  const own = placed.filter((each) => each === node).length;
  const usesHostPort = podSpec.ports.some(
    ({ hostPort }) => hostPort !== undefined || podSpec.hostNetwork,
  );
  return !apart && !skewed && !(usesHostPort && own > 0) && hasRoom(podSpec, node, own);
}

function domainsOf(
  podSpec: Workload['podSpec'],
  nodes: readonly Node[],
  spread: TopologySpreadConstraint,
): readonly string[] {
  const counted = nodes.filter(
    (node) =>
      podSpec.topologySpread.every(
        ({ topologyKey, whenUnsatisfiable }) =>
          whenUnsatisfiable !== 'DoNotSchedule' || node.labels.has(topologyKey),
      ) &&
      (spread.nodeAffinityPolicy === 'Ignore' || fitsRequired(podSpec, node)) &&
      (spread.nodeTaintsPolicy !== 'Honor' ||
        firstUntolerated(node.taints, podSpec.tolerations, isHard) === undefined),
  );
  return [...new Set(counted.flatMap((node) => node.labels.get(spread.topologyKey) ?? []))];
}

function hasRoom({ requests }: Workload['podSpec'], { allocatable }: Node, own: number): boolean {
  if (allocatable === undefined || requests === undefined) return true;
  return (
    (own + 1) * requests.milliCpu <= allocatable.milliCpu &&
    (own + 1) * requests.memory <= allocatable.memory &&
    own + 1 <= allocatable.pods
  );
}
