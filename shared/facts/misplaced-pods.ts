import {
  subjectText,
  workloadSubject,
  type EndpointSlice,
  type LoadBalancerService,
  type Node,
  type NodeName,
  type Subject,
  type Taint,
  type Toleration,
  type Workload,
} from '../model/index.ts';
import { firstUntolerated, isHard, lastingTaints } from '../placement/index.ts';
import { derived, type Given } from './derived.ts';
import { workloadsBehind } from './services.ts';
import { unjudged, type Unjudged } from './unjudged.ts';
import { ownerOf } from './owners.ts';
import { isOver, isPerNode } from './user-pods.ts';

/** A pod on a node whose hard taints it does not tolerate. */
export interface Misplaced {
  readonly owner: Subject;
  readonly pod: string;
  readonly node: Node;
  readonly taints: readonly Taint[];
}

export interface MisplacedPods {
  readonly pods: readonly Misplaced[];
  /** Services of whose pods nobody knows what they tolerate. */
  readonly unjudged: readonly Unjudged[];
}

const needed = [
  'nodes',
  'systemPods',
  'services',
  'endpointSlices',
  'deployments',
  'statefulSets',
  workloadsBehind,
] as const;

/**
 * Pods on nodes of system pools by what they tolerate themselves, endpoints of Services elsewhere by
 * what their workload's template does. Pods of DaemonSets have a finding of their own.
 */
export const misplacedPods = derived('misplacedPods', needed, findMisplaced);

function findMisplaced({
  nodes,
  systemPods,
  services,
  endpointSlices,
  deployments,
  workloadsBehind: behindOf,
}: Given<typeof needed, readonly []>): MisplacedPods {
  const slices = Map.groupBy(endpointSlices, (each) => `${each.namespace}/${each.service}`);
  const tainted = new Map(
    nodes.flatMap((node) => {
      const taints = lastingTaints(node).filter(isHard);
      return taints.length === 0 ? [] : [[node.name, { node, taints }] as const];
    }),
  );
  if (tainted.size === 0) return { pods: [], unjudged: [] };
  const pods: Misplaced[] = [];
  const seen = new Set<string>();
  for (const pod of systemPods) {
    seen.add(subjectText(pod));
    const node = pod.node === undefined ? undefined : tainted.get(pod.node);
    if (node === undefined || isOver(pod) || isPerNode(pod)) continue;
    const taints = untolerated(node, pod.spec.tolerations);
    if (taints.length > 0)
      pods.push({ owner: ownerOf(pod, deployments), pod: pod.name, node: node.node, taints });
  }
  const without: Unjudged[] = [];
  for (const service of services) {
    const hosted = endpointsOn(tainted, service, slices.get(subjectText(service)) ?? [], seen);
    if (hosted.length === 0) continue;
    const behind = behindOf(service);
    for (const { pod, node } of hosted) {
      const workload = workloadOf(pod, behind.workloads);
      if (workload === undefined) {
        const reason = behind.unread[0] ?? { why: 'the workload of its pods was not found' };
        without.push(...unjudged([service], reason));
        continue;
      }
      seen.add(`${service.namespace}/${pod}`);
      const taints = untolerated(node, workload.podSpec.tolerations);
      if (workload.kind !== 'DaemonSet' && taints.length > 0)
        pods.push({ owner: workloadSubject(workload), pod, node: node.node, taints });
    }
  }
  return { pods, unjudged: without };
}

interface Tainted {
  readonly node: Node;
  readonly taints: readonly Taint[];
}

function untolerated({ taints }: Tainted, tolerations: readonly Toleration[]): readonly Taint[] {
  return taints.filter((taint) => firstUntolerated([taint], tolerations) !== undefined);
}

function endpointsOn(
  tainted: ReadonlyMap<NodeName, Tainted>,
  { namespace, deleting }: LoadBalancerService,
  slices: readonly EndpointSlice[],
  seen: ReadonlySet<string>,
): readonly { readonly pod: string; readonly node: Tainted }[] {
  if (deleting) return [];
  const hosted = new Map<string, Tainted>();
  for (const slice of slices)
    for (const { pod, node: on, terminating } of slice.endpoints) {
      const node = on === undefined ? undefined : tainted.get(on);
      if (pod === undefined || node === undefined || terminating) continue;
      if (!seen.has(`${namespace}/${pod}`)) hosted.set(pod, node);
    }
  return [...hosted].map(([pod, node]) => ({ pod, node }));
}

/** Pods are called after what runs them; the longest name that fits, and the only one there is. */
function workloadOf(pod: string, workloads: readonly Workload[]): Workload | undefined {
  const [only, ...others] = workloads;
  if (others.length === 0) return only;
  return workloads
    .filter(({ name }) => pod.startsWith(`${name}-`))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
}
