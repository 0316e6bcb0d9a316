import { nodePoolsOf, type Node, type NodePool } from '../model/index.ts';
import { bare, inZone, noZone, templateNode } from './node-template.ts';
import { cloneNode } from './planned-node.ts';
import { taintAndLabelTexts } from './pool-fields.ts';
import { applied, type PooledSnapshot } from './pooled-snapshot.ts';
import type { NodePoolChange } from './types.ts';

/** A pool that is not there yet: nodes like those of a user pool, in no zone. */
export function withNewPool(
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
