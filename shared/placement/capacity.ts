import {
  hostnameLabel,
  type Node,
  type TopologySpreadConstraint,
  type Workload,
} from '../model/index.ts';
import { landing } from './landing.ts';
import { keepsOwnApart } from './repels.ts';
import { roomFor } from './room.ts';
import { countsOther, domainsOf, isBinding } from './spread.ts';

/** How many pods of a workload a set of nodes can hold at most, and what bounds it. */
export interface Capacity {
  readonly pods: number;
  /** For people; `undefined` = nothing that was read does. */
  readonly bound: string | undefined;
}

/**
 * By the workload's own demands alone: host ports, anti-affinity to itself by any label, hard
 * spread, and what its pods ask for against what the nodes have to give. Other pods take more of it:
 * this is the most that can be.
 * @param all Every node of the cluster: a spread also counts those that the pods cannot reach.
 */
export function capacityOf(
  workload: Workload,
  nodes: readonly Node[],
  all: readonly Node[] = nodes,
): Capacity {
  const { podSpec } = workload;
  const bounds: Capacity[] = [];
  if (podSpec.ports.some(({ hostPort = 0 }) => hostPort > 0)) {
    const pods = nodes.filter((node) => roomFor(workload, node) > 0).length;
    bounds.push({ pods, bound: 'a host port can be used once per node' });
  }
  for (const term of podSpec.requiredPodAntiAffinity)
    if (keepsOwnApart(term, workload, undefined) === 'yes') {
      const { topologyKey: key } = term;
      const bound = `required anti-affinity keeps them apart by ${key}`;
      bounds.push({ pods: podsApart(workload, nodes, key), bound });
    }
  for (const spread of podSpec.topologySpread)
    if (isBinding(spread, workload)) bounds.push(capacityBySpread(workload, spread, nodes, all));
  const { requests } = podSpec;
  const bySize = nodes.reduce((sum, node) => sum + roomFor(workload, node), 0);
  const least = Math.min(...nodes.map(({ allocatable }) => allocatable?.milliCpu ?? Infinity));
  const cpu = Number.isFinite(least) ? ` of ${least}m on a node` : '';
  const size =
    requests && Number.isFinite(bySize) && `each requests ${requests.milliCpu}m CPU${cpu}`;
  bounds.push({ pods: bySize, bound: size === undefined || size === false ? undefined : size });
  const fewest = Math.min(...bounds.map(({ pods }) => pods));
  return bounds.find(({ pods }) => pods === fewest) ?? { pods: bySize, bound: undefined };
}

/** A hard spread that counts nodes which taints close to the pods: these stay empty and hold the others down. */
interface HeldDown {
  readonly constraint: TopologySpreadConstraint;
  /** Pods that can be placed. */
  readonly seats: number;
  /** The same with `nodeTaintsPolicy: Honor`. */
  readonly seatsWithHonor: number;
}

/**
 * Taints do not count for a spread unless it says so (`nodeTaintsPolicy`, `Ignore` when absent). Pods
 * of others that it counts may stand on such nodes: where they are is not read, so it is not judged then.
 */
export function heldDownBySpread(
  workload: Workload,
  nodes: readonly Node[],
  others: readonly Workload[],
): HeldDown | undefined {
  const { podSpec } = workload;
  const open = nodes.filter((node) => landing(podSpec, node).ever === 'yes');
  if (open.length === 0) return undefined;
  for (const constraint of podSpec.topologySpread) {
    if (!isBinding(constraint, workload)) continue;
    if (others.some((each) => countsOther(constraint, workload, each))) continue;
    const topologySpread = podSpec.topologySpread.map((each) =>
      each === constraint ? { ...each, nodeTaintsPolicy: 'Honor' } : each,
    );
    const honoring = { ...workload, podSpec: { ...podSpec, topologySpread } };
    const seats = capacityOf(workload, open, nodes).pods;
    const seatsWithHonor = capacityOf(honoring, open, nodes).pods;
    if (seats < seatsWithHonor) return { constraint, seats, seatsWithHonor };
  }
  return undefined;
}

/** No value of the label may have more pods than the emptiest that counts, and `maxSkew`. */
function capacityBySpread(
  workload: Workload,
  spread: TopologySpreadConstraint,
  nodes: readonly Node[],
  all: readonly Node[],
): Capacity {
  const { topologyKey: key, maxSkew, minDomains = 0 } = spread;
  const room = new Map<string, number>();
  for (const domain of domainsOf(spread, workload, all)) room.set(domain, 0);
  for (const node of nodes) {
    const value = valueOf(node, key);
    if (value !== undefined) room.set(value, (room.get(value) ?? 0) + roomFor(workload, node));
  }
  const least = room.size < minDomains ? 0 : Math.min(...room.values());
  const pods = [...room.values()].reduce((sum, each) => sum + Math.min(each, least + maxSkew), 0);
  const counted = least === 0 ? ', and it counts nodes on which none can run' : '';
  return { pods, bound: `a hard spread by ${key} allows a skew of ${maxSkew}${counted}` };
}

function valueOf({ labels, name }: Node, key: string): string | undefined {
  return labels.get(key) ?? (key === hostnameLabel ? name : undefined);
}

/** One pod per value of the label; nodes without it are not kept apart. */
function podsApart(workload: Workload, nodes: readonly Node[], key: string): number {
  const values = new Set<string>();
  let free = 0;
  for (const node of nodes) {
    const fitting = roomFor(workload, node);
    const value = valueOf(node, key);
    if (value === undefined) free += fitting;
    else if (fitting > 0) values.add(value);
  }
  return values.size + free;
}
