import {
  compacted,
  nodePoolsOf,
  poolNameOf,
  type ClusterSnapshot,
  type Node,
  type NodeName,
  type NodePool,
} from '../model/index.ts';
import { bare, inZone, ofPool, templateNode, zonesOf, noZone } from './node-template.ts';
import { cloneNode, freeIndex } from './planned-node.ts';
import {
  isNamed,
  refusedByAks,
  taintAndLabelTexts,
  withPoolFields,
  withTaintsAndLabels,
} from './pool-fields.ts';
import { applied, type PooledSnapshot } from './pooled-snapshot.ts';
import type { NodePoolChange, ObjectChange } from './types.ts';

/**
 * Node pools after `az aks nodepool add`, `update` or `scale`: taints and labels of a pool reach the
 * nodes that it has, new nodes are like those of the pool, and for a new pool like those of a user
 * pool without what people put on it.
 * @param leaving Nodes that go where pools lose some of theirs; absent = the last ones.
 */
export function withNodePools(
  snapshot: ClusterSnapshot,
  changes: readonly NodePoolChange[],
  leaving?: ReadonlySet<NodeName>,
): PooledSnapshot {
  let current: PooledSnapshot = {
    snapshot,
    removed: new Set(),
    added: new Set(),
    choices: [],
    changes: [],
    problems: [],
  };
  for (const change of changes) current = withNodePool(current, change, leaving);
  return current;
}

function withNodePool(
  before: PooledSnapshot,
  change: NodePoolChange,
  leaving: ReadonlySet<NodeName> | undefined,
): PooledSnapshot {
  const { snapshot } = before;
  const fault = (text: string): PooledSnapshot => ({
    ...before,
    problems: [...before.problems, { text: `node pool ${change.name}: ${text}` }],
  });
  if (snapshot.nodes.kind === 'unread') return fault(`nodes were not read: ${snapshot.nodes.why}`);
  const pools = nodePoolsOf(snapshot.managedCluster);
  const pool = pools.find((each) => each.name === change.name);
  const live = snapshot.nodes.value.filter((node) => poolNameOf(node) === change.name);
  if (pool === undefined && live.length === 0) {
    if (!/^[a-z][a-z0-9]{0,11}$/u.test(change.name))
      return fault(
        'a new pool has a name of 1 to 12 lower-case letters and digits, a letter first',
      );
    return withNewPool(before, change, fault);
  }
  const taints = [...(pool?.taints ?? []), ...live.flatMap((node) => node.taints)];
  const absent = change.removeTaints.find((key) => !taints.some((taint) => isNamed(taint, key)));
  if (absent !== undefined) return fault(`there is no taint ${absent} to remove`);
  const count = change.count ?? live.length;
  const model = modelNode(snapshot, pool, live, change);
  if (count > live.length && model === undefined)
    return fault(
      'it has no node, and no other pool has one that shows what its nodes would be like',
    );
  const kept =
    leaving !== undefined && count > 0 && count < live.length
      ? live.filter(({ name }) => !leaving.has(name))
      : live.slice(0, Math.min(count, live.length));
  const first = freeIndex(snapshot, change.name);
  const fresh =
    model === undefined
      ? []
      : zonesOf(live, pool, model, Math.max(0, count - live.length)).map((zone, index) =>
          cloneNode(inZone(model, zone), change.name, first + index, snapshot),
        );
  const stays = new Set(kept.map(({ name }) => name));
  const gone = live.map(({ name }) => name).filter((name) => !stays.has(name));
  const isChoice = gone.length > 0 && kept.length > 0;
  return applied(before, {
    nodes: [...kept.map((node) => withTaintsAndLabels(node, change)), ...fresh],
    live,
    gone,
    pools: pools.map((each) => (each === pool ? withPoolFields(each, change) : each)),
    choices: isChoice
      ? [{ pool: change.name, nodes: live.map(({ name }) => name), leaving: gone.length }]
      : [],
    change: updateOf(change, pool, live.length, isChoice ? gone.length : 0),
  });
}

/** What a node that comes is like: the pool's own nodes, or one of another pool with this pool's fields. */
function modelNode(
  snapshot: ClusterSnapshot,
  pool: NodePool | undefined,
  [own]: readonly Node[],
  change: NodePoolChange,
): Node | undefined {
  if (own !== undefined) return withTaintsAndLabels(own, change);
  const other = templateNode(snapshot, pool);
  if (other === undefined || pool === undefined) return undefined;
  return ofPool(bare(other.node, other.pool), withPoolFields(pool, change));
}

/** The change as the plan lists it. `choices`: of so many nodes that go, which ones is open. */
function updateOf(
  change: NodePoolChange,
  pool: NodePool | undefined,
  before: number,
  choices: number,
): ObjectChange {
  const { name, count } = change;
  return {
    kind: 'NodePool',
    name,
    action: 'update',
    fields: compacted([
      ...taintAndLabelTexts(change),
      count !== undefined && `nodes: ${before} → ${count}`,
    ]),
    notes: compacted([
      count !== undefined &&
        pool?.autoscaling === true &&
        'its autoscaler is on, and may change the number of nodes again',
      choices > 0 && `which ${choices} of its ${before} nodes go is Azure's choice`,
      ...refusedByAks(pool, change),
    ]),
  };
}

/** A pool that is not there yet: nodes like those of a user pool, in no zone. */
function withNewPool(
  before: PooledSnapshot,
  change: NodePoolChange,
  fault: (text: string) => PooledSnapshot,
): PooledSnapshot {
  const { snapshot } = before;
  const model = templateNode(snapshot, undefined);
  if (model === undefined)
    return fault('no pool has a node that shows what its nodes would be like');
  const count = change.count ?? 1;
  const pools = nodePoolsOf(snapshot.managedCluster);
  const pool: NodePool | undefined =
    model.pool === undefined
      ? undefined
      : {
          ...model.pool,
          name: change.name,
          mode: 'user',
          count,
          autoscaling: false,
          labels: change.labels,
          taints: change.addTaints,
          spot: false,
          zones: [],
        };
  const plain = bare(model.node, model.pool);
  const like: Node = {
    ...plain,
    labels: new Map([...plain.labels, ['kubernetes.azure.com/mode', 'user'], ...change.labels]),
    taints: change.addTaints,
  };
  const nodes = Array.from({ length: count }, (_, index) =>
    cloneNode(inZone(like, noZone), change.name, index, snapshot),
  );
  return applied(before, {
    nodes,
    live: [],
    gone: [],
    pools: pool === undefined ? pools : [...pools, pool],
    choices: [],
    change: {
      kind: 'NodePool',
      name: change.name,
      action: 'create',
      fields: [`nodes: 0 → ${count}`, ...taintAndLabelTexts(change)],
      notes: [
        `its nodes are taken to be like ${model.node.name}, without that pool's own labels and taints`,
      ],
    },
  });
}
