import { nodeNotes } from './node-class.ts';
import { clusterViewOf } from '../facts/index.ts';
import {
  compareText,
  hostnameLabel,
  valueOr,
  type ClusterSnapshot,
  type Node,
  type NodeName,
} from '../model/index.ts';

/** A pool that loses some of its nodes: which is Azure's choice. */
export interface PoolChoice {
  readonly pool: string;
  /** All of its nodes. */
  readonly nodes: readonly NodeName[];
  /** How many of them go. */
  readonly leaving: number;
}

export interface LeavingNodes {
  /** Sets of nodes that may go; nodes that are interchangeable stand for each other. */
  readonly choices: readonly ReadonlySet<NodeName>[];
  /** Whether these are all of them. */
  readonly complete: boolean;
}

/** Each choice is a whole plan: of large clusters fewer are looked at. */
const mostWork = 3_000;

/** Which nodes may go where pools become smaller. */
export function leavingNodes(
  snapshot: ClusterSnapshot,
  pools: readonly PoolChoice[],
): LeavingNodes {
  const nodes = valueOr(snapshot.nodes, []);
  const most = Math.max(6, Math.min(60, Math.floor(mostWork / Math.max(1, nodes.length))));
  const keyOf = nodeKeys(snapshot);
  let result: LeavingNodes = { choices: [new Set()], complete: true };
  for (const { nodes: names, leaving } of pools) {
    const own = nodes.filter(({ name }) => names.includes(name));
    const classes = [...Map.groupBy(own, keyOf).values()];
    const one = choicesOf(classes, leaving, most);
    const both = result.choices.flatMap((before) =>
      one.choices.map((each) => new Set([...before, ...each])),
    );
    result = {
      choices: both.slice(0, most),
      complete: result.complete && one.complete && both.length <= most,
    };
  }
  return result;
}

/** What tells a node apart: what it is, the pools that it is in, and the pods on it. */
function nodeKeys(snapshot: ClusterSnapshot): (node: Node) => string {
  const view = clusterViewOf(snapshot);
  const { note, notesOf } = nodeNotes();
  for (const { backendPools } of valueOr(snapshot.loadBalancers, []))
    for (const pool of backendPools)
      for (const { node, adminState } of view.members(pool).nodes)
        note(node.name, `${pool.id} ${adminState ?? ''}`);
  for (const { namespace, service, endpoints } of valueOr(snapshot.endpointSlices, []))
    for (const { node, ready } of endpoints)
      if (node !== undefined) note(node, `${namespace}/${service} ${ready}`);
  return (node) =>
    JSON.stringify([
      [...node.labels]
        .filter(([key]) => key !== hostnameLabel)
        .toSorted(([a], [b]) => compareText(a, b)),
      node.taints,
      node.ready,
      node.unschedulable,
      node.deleting,
      notesOf(node),
    ]);
}

/** How many of each class go, each way once. */
function choicesOf(
  classes: readonly (readonly Node[])[],
  leaving: number,
  most: number,
): LeavingNodes {
  const choices: ReadonlySet<NodeName>[] = [];
  let complete = true;
  const choose = (at: number, left: number, taken: readonly NodeName[]): void => {
    if (choices.length > most) return;
    const group = classes[at];
    if (group === undefined) {
      if (left === 0) choices.push(new Set(taken));
      return;
    }
    const after = classes.slice(at + 1).reduce((sum, { length }) => sum + length, 0);
    for (let count = Math.min(group.length, left); count >= Math.max(0, left - after); count--)
      choose(at + 1, left - count, [...taken, ...namesOf(group, count)]);
  };
  choose(0, leaving, []);
  if (choices.length > most) {
    complete = false;
    choices.splice(0, choices.length, ...ends(classes, leaving).slice(0, most));
  }
  return { choices, complete };
}

/** Of too many choices: each class first, then the others from either side. */
function ends(
  classes: readonly (readonly Node[])[],
  leaving: number,
): readonly ReadonlySet<NodeName>[] {
  return classes.flatMap((first) => {
    const others = classes.filter((each) => each !== first);
    return [others, others.toReversed()].map((rest) => {
      const order = [first, ...rest].flatMap((group) => namesOf(group, group.length));
      return new Set(order.slice(0, leaving));
    });
  });
}

/** The last ones: a scale set loses its highest instances first. */
function namesOf(group: readonly Node[], count: number): readonly NodeName[] {
  return count === 0 ? [] : group.slice(-count).map(({ name }) => name);
}
