import {
  mapRead,
  read,
  valueOr,
  type ClusterSnapshot,
  type ManagedCluster,
  type Node,
  type NodeName,
  type NodePool,
} from '../model/index.ts';
import type { PoolChoice } from './leaving-nodes.ts';
import { newInterface } from './planned-node.ts';
import type { ObjectChange, Problem } from './types.ts';

export interface PooledSnapshot {
  readonly snapshot: ClusterSnapshot;
  readonly removed: ReadonlySet<NodeName>;
  readonly added: ReadonlySet<NodeName>;
  readonly choices: readonly PoolChoice[];
  readonly changes: readonly ObjectChange[];
  readonly problems: readonly Problem[];
}

interface Applied {
  readonly nodes: readonly Node[];
  readonly live: readonly Node[];
  readonly gone: readonly NodeName[];
  readonly pools: readonly NodePool[];
  readonly choices: readonly PoolChoice[];
  readonly change: ObjectChange;
}

/** The snapshot with the nodes of one pool replaced, and the NICs that new machines bring. */
export function applied(
  before: PooledSnapshot,
  { nodes, live, gone, pools, choices, change }: Applied,
): PooledSnapshot {
  const { snapshot } = before;
  const known = new Set(live.map(({ name }) => name));
  const fresh = nodes.filter(({ name }) => !known.has(name));
  const others = valueOr(snapshot.nodes, []).filter(({ name }) => !known.has(name));
  const all = [...others, ...nodes].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    snapshot: {
      ...snapshot,
      nodes: read(all),
      managedCluster: mapRead(snapshot.managedCluster, (cluster): ManagedCluster => ({
        ...cluster,
        nodePools: pools,
      })),
      networkInterfaces: mapRead(snapshot.networkInterfaces, (interfaces) => [
        ...interfaces,
        ...fresh.flatMap((node) => newInterface(node, snapshot)),
      ]),
    },
    removed: new Set([...before.removed, ...gone]),
    added: new Set([...before.added, ...fresh.map(({ name }) => name)]),
    choices: [...before.choices, ...choices],
    changes: [...before.changes, change],
    problems: before.problems,
  };
}
