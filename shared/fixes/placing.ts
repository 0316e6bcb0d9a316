import { compareText, type Node, type Workload } from '../model/index.ts';
import { landing, poolNameOf, seatsOn, spreadByHost } from '../placement/index.ts';
import { withoutPoolPin } from './pool-pin.ts';
import { counted } from './text.ts';
import type { Candidate, FixContext } from './candidate.ts';

/** Nodes that could take a pod of the workload now, by name. */
export function landableNodes(
  { nodes }: Pick<FixContext, 'nodes'>,
  workload: Workload,
): readonly Node[] {
  return nodes
    .filter((node) => landing(workload.podSpec, node).now === 'yes')
    .toSorted((a, b) => compareText(a.name, b.name));
}

/** Where the pods could be sent by a pin of ours, which takes the place of their own pin to a pool. */
export function reachableNodes(
  context: Pick<FixContext, 'nodes'>,
  workload: Workload,
): readonly Node[] {
  const podSpec = { ...workload.podSpec, ...withoutPoolPin(workload.podSpec) };
  return landableNodes(context, { ...workload, podSpec });
}

/** A move of pods to nodes; where these have too few seats nobody says which pods wait, and so what comes of it. */
export function seated(
  candidate: Candidate,
  workload: Workload,
  pods: number,
  nodes: readonly Node[],
): Candidate {
  const { seats, bound } = seatsOn(workload, nodes);
  if (pods <= seats) return candidate;
  const waiting = counted(pods - seats, 'pod stays', 'pods stay');
  const price = `${waiting} Pending and the rollout does not finish: ${counted(nodes.length, 'node has', 'nodes have')} room for ${seats} of ${pods}${bound === undefined ? '' : `, since ${bound}`}; add nodes for ${pods - seats} more first`;
  const { fix } = candidate;
  return { fix: { ...fix, price: [price, ...fix.price] }, changes: [], waits: true };
}

/** Nothing enforces the spread yet: a fix that moves pods has to bring it, or its outcome is luck. */
export function spreadIsLuck(workload: Workload): boolean {
  const spread = spreadByHost(workload);
  return spread === 'hoped-for' || spread === 'unknown';
}

/** Pods that are moved by a fix: those that a controller makes anew. */
export function canBeMoved(workload: Workload | undefined): workload is Workload {
  return workload?.kind === 'Deployment' || workload?.kind === 'StatefulSet';
}

/** Names of the pools of nodes, each once; `undefined` where a node is in none, since a pin needs a name. */
export function poolNames(nodes: readonly Node[]): readonly string[] | undefined {
  const names = nodes.map((node) => poolNameOf(node));
  const known = names.filter((name) => name !== undefined);
  return known.length === names.length ? [...new Set(known)].toSorted() : undefined;
}

/** Nodes of system pools, by ARM and by the node's own label. */
export function onSystemPool(
  { managedCluster }: Pick<FixContext, 'managedCluster'>,
  node: Node,
): boolean {
  const label = node.labels.get('kubernetes.azure.com/mode')?.toLowerCase();
  if (label !== undefined) return label === 'system';
  if (managedCluster.kind === 'unread') return false;
  const name = poolNameOf(node);
  return managedCluster.value.nodePools.some(
    (pool) => pool.name === name && pool.mode === 'system',
  );
}

export function movedNote(replicas: number, nodes: number): string {
  const where =
    replicas <= nodes
      ? 'one pod per node'
      : `${counted(replicas, 'pod')} over ${counted(nodes, 'node')}`;
  return `pods are recreated under new names; with ${where}`;
}
