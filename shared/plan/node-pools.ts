import { type ClusterSnapshot, type NodeName } from '../model/index.ts';
import { poolNameOf } from '../placement/index.ts';
import { mapChanges } from './fields.ts';
import { withNewPool } from './new-pool.ts';
import { bare, inZone, ofPool, templateNode, zonesOf } from './node-template.ts';
import { cloneNode, freeIndex } from './planned-node.ts';
import {
  isNamed,
  refusedByAks,
  taintTexts,
  withPoolFields,
  withTaintsAndLabels,
} from './pool-fields.ts';
import { applied, type PooledSnapshot } from './pooled-snapshot.ts';
import type { NodePoolChange } from './types.ts';

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
  const pools =
    snapshot.managedCluster.kind === 'read' ? snapshot.managedCluster.value.nodePools : [];
  const pool = pools.find((each) => each.name === change.name);
  const live = snapshot.nodes.value.filter((node) => poolNameOf(node) === change.name);
  if (pool === undefined && live.length === 0) {
    if (!/^[a-z][a-z0-9]{0,11}$/u.test(change.name))
      return fault(
        'a new pool has a name of 1 to 12 lower-case letters and digits, a letter first',
      );
    return withNewPool(before, change, fault);
  }
  const missing = change.removeTaints.filter(
    (key) =>
      ![...(pool?.taints ?? []), ...live.flatMap(({ taints }) => taints)].some((taint) =>
        isNamed(taint, key),
      ),
  );
  const [absent] = missing;
  if (absent !== undefined) return fault(`there is no taint ${absent} to remove`);
  const relabelled = live.map((node) => withTaintsAndLabels(node, change));
  const count = change.count ?? live.length;
  const model = live[0] ?? templateNode(snapshot, pool)?.node;
  if (count > live.length && model === undefined)
    return fault(
      'it has no node, and no other pool has one that shows what its nodes would be like',
    );
  const chosen = leaving !== undefined && count > 0 && count < live.length;
  const kept = chosen
    ? relabelled.filter(({ name }) => !leaving.has(name))
    : relabelled.slice(0, Math.min(count, live.length));
  const template = live.length === 0 ? templateNode(snapshot, pool) : undefined;
  const fresh =
    model === undefined
      ? []
      : zonesOf(live, pool, model, Math.max(0, count - live.length)).map((zone, index) =>
          cloneNode(
            inZone(
              template === undefined || pool === undefined
                ? withTaintsAndLabels(model, change)
                : ofPool(bare(model, template.pool), withPoolFields(pool, change)),
              zone,
            ),
            change.name,
            freeIndex(snapshot, change.name) + index,
            snapshot,
          ),
        );
  const stays = new Set(kept.map(({ name }) => name));
  const gone = live.map(({ name }) => name).filter((name) => !stays.has(name));
  const isChoice = gone.length > 0 && kept.length > 0;
  const changedPool = pool === undefined ? undefined : withPoolFields(pool, change);
  return applied(before, {
    nodes: [...kept, ...fresh],
    live,
    gone,
    pools: pools.map((each) => (each === pool && changedPool !== undefined ? changedPool : each)),
    choices: isChoice
      ? [{ pool: change.name, nodes: live.map(({ name }) => name), leaving: gone.length }]
      : [],
    change: {
      kind: 'NodePool',
      name: change.name,
      action: 'update',
      fields: [
        ...taintTexts(change),
        ...mapChanges('label', new Map(), change.labels).map((text) =>
          text.replace('(none) → ', ''),
        ),
        ...change.removeLabels.map((key) => `label ${key} removed`),
        ...(change.count === undefined ? [] : [`nodes: ${live.length} → ${count}`]),
      ],
      notes: [
        ...(change.count !== undefined && pool?.autoscaling === true
          ? ['its autoscaler is on, and may change the number of nodes again']
          : []),
        ...(isChoice
          ? [`which ${gone.length} of its ${live.length} nodes go is Azure's choice`]
          : []),
        ...refusedByAks(pool, change),
      ],
    },
  });
}
