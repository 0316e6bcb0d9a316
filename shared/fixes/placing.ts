import {
  compareText,
  counted,
  hostnameLabel,
  poolNameOf,
  sameName,
  type BackendPool,
  type LoadBalancerService,
  type Node,
  type Workload,
} from '../model/index.ts';
import { aksClusterName, backendPoolName, type PoolMembers } from '../load-balancing/index.ts';
import { isBinding, landing, capacityOf, spreadByHost } from '../placement/index.ts';
import { entryOf } from './backends.ts';
import { withoutPoolPin } from './pool-pin.ts';
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

/** A move of pods, and what decides its end. */
interface Move {
  readonly candidate: Candidate;
  /** As its template is after the move. */
  readonly workload: Workload;
  readonly nodes: readonly Node[];
  /** Nodes that keep the pods off from then on: a spread may go on counting them. */
  readonly all: readonly Node[];
  readonly pods: number;
}

/**
 * A move of pods to nodes, with what comes of it. None where these have too little room, since nobody
 * says which pods wait, and none where a hard spread by another label has a say in who goes where.
 */
export function whatComesOf({ candidate, workload, nodes, all, pods }: Move): readonly Candidate[] {
  const { topologySpread } = workload.podSpec;
  const others = topologySpread.filter(({ topologyKey }) => topologyKey !== hostnameLabel);
  if (others.some((spread) => isBinding(spread, workload))) return [];
  const { pods: most, bound } = capacityOf(workload, nodes, all);
  if (pods <= most) return [candidate];
  const waiting = counted(pods - most, 'pod stays', 'pods stay');
  const price = `${waiting} Pending and the rollout does not finish: ${counted(nodes.length, 'node has', 'nodes have')} room for ${most} of ${pods}${bound === undefined ? '' : `, since ${bound}`}; add nodes for ${counted(pods - most, 'more pod')} first`;
  const { fix } = candidate;
  return [{ fix: { ...fix, price: [price, ...fix.price] }, changes: [], waits: true }];
}

/**
 * Nodes that take connections for a Local Service as soon as a pod of it is there, each as well as any
 * other: backends today that stay so, Ready, with kube-proxy, and nobody has set their state by hand.
 * Under several load balancers the pool of the Service follows its pods: any eligible node will do.
 */
export function backendTest(context: FixContext): (node: Node) => boolean {
  const { situation, service } = context;
  const entry = entryOf(context);
  if (entry === undefined) return () => false;
  const { loadBalancer, pool } = entry;
  const follows = situation.several && isOwnPool(pool, service);
  // Pods that are not ready are in that pool as well, and nobody says where they will be.
  if (follows && context.port.endpoints.some(({ ready }) => !ready)) return () => false;
  const { held, byHand } = namesIn(situation.view.members(pool));
  const eligible = asSet(context.eligible(loadBalancer, pool, 'today'));
  return (node) => {
    const { name } = node;
    const state = situation.view.nodes.get(name);
    const works = state?.ready === true && state.kubeProxy === 'yes' && !state.leaving;
    return works && eligible.has(node) && (follows || held.has(name)) && !byHand.has(name);
  };
}

/** The pool that a Local Service has to itself, in either family: only that one follows its pods. */
function isOwnPool({ name }: BackendPool, service: LoadBalancerService): boolean {
  return (
    service.externalTrafficPolicy === 'Local' &&
    [false, true].some((ipv6) =>
      sameName(name, backendPoolName({ clusterName: aksClusterName, ipv6, localService: service })),
    )
  );
}

interface MemberNames {
  readonly held: ReadonlySet<string>;
  /** Those whose state somebody has set. */
  readonly byHand: ReadonlySet<string>;
}

const namesOf = new WeakMap<PoolMembers, MemberNames>();

/** The same pool stands behind many Services. */
function namesIn(members: PoolMembers): MemberNames {
  const known = namesOf.get(members) ?? {
    held: new Set(members.nodes.map(({ node }) => node.name)),
    byHand: new Set(
      members.nodes.flatMap(({ node, adminState }) => (adminState === undefined ? [] : node.name)),
    ),
  };
  namesOf.set(members, known);
  return known;
}

const sets = new WeakMap<readonly Node[], ReadonlySet<Node>>();

function asSet(nodes: readonly Node[]): ReadonlySet<Node> {
  const known = sets.get(nodes) ?? new Set(nodes);
  sets.set(nodes, known);
  return known;
}

/** The workload with the pin that {@link pinToPools} writes. */
export function pinnedTo(workload: Workload, pools: readonly string[]): Workload {
  const pool = { key: 'kubernetes.azure.com/agentpool', operator: 'In', values: pools };
  const { nodeSelector, requiredNodeAffinity: present } = withoutPoolPin(workload.podSpec);
  const requiredNodeAffinity = (present ?? [{ matchExpressions: [], matchFields: [] }]).map(
    (term) => ({ ...term, matchExpressions: [...term.matchExpressions, pool] }),
  );
  return { ...workload, podSpec: { ...workload.podSpec, nodeSelector, requiredNodeAffinity } };
}

/** The workload with the constraint that {@link spreadOverNodes} writes. */
export function spreadEvenly(workload: Workload, labels: ReadonlyMap<string, string>): Workload {
  const { podSpec } = workload;
  const topologySpread = [
    ...podSpec.topologySpread.filter(({ topologyKey }) => topologyKey !== hostnameLabel),
    {
      maxSkew: 1,
      topologyKey: hostnameLabel,
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: labels, matchExpressions: [] },
      nodeAffinityPolicy: 'Honor',
      nodeTaintsPolicy: 'Honor',
    },
  ];
  return { ...workload, podSpec: { ...podSpec, topologySpread } };
}

/** Nothing enforces the spread yet: a fix that moves pods has to bring it, or its outcome is luck. */
export function lacksEnforcedSpread(workload: Workload): boolean {
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

/** What a reader must know of a prediction in which pods move. */
export function movedNote(replicas: number, nodes: number): string {
  const where =
    replicas <= nodes
      ? 'one pod per node'
      : `${counted(replicas, 'pod')} over ${counted(nodes, 'node')}`;
  return `pods are recreated under new names; with ${where}`;
}
