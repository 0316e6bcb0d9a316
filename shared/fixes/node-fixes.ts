import {
  counted,
  listed,
  nodePoolsOf,
  poolNameOf,
  type ManagedCluster,
  type Node,
  type NodePool,
  type Read,
} from '../model/index.ts';
import type { Cluster } from '../facts/index.ts';
import { excludeLabelKey } from '../load-balancing/index.ts';
import { aksNodePool, kubectl } from './commands.ts';
import type { Fix, FixStep } from './fix.ts';
import { quoted } from './text.ts';

/** Ready-made fixes for labels of nodes; each says what it costs. Commands are shown, never run. */

/** The exclude label off nodes: as a label of the pool where AKS puts it on, else by hand. */
export function removeExcludeLabel(
  cluster: Cluster,
  managedCluster: Read<ManagedCluster>,
  nodes: readonly Node[],
): Fix {
  const { byAks, byHand } = whoLabels(managedCluster, nodes);
  const whom =
    byHand.length === 0
      ? `node pool ${listed(byAks.map((pool) => pool.name))}`
      : counted(nodes.length, 'node');
  return {
    title: `Make ${byHand.length === 0 || nodes.length > 1 ? `${whom} backends` : `${whom} a backend`} again (remove the exclude label)`,
    steps: [
      ...byAks.map((pool) => setPoolLabels(cluster, pool, excludeLabelKey)),
      ...labelSteps(byHand, `${excludeLabelKey}-`),
    ],
    price: [
      `${byAks.length === 0 && nodes.length === 1 ? 'the node receives' : 'the nodes receive'} connections for every Service on the load balancer`,
    ],
  };
}

/** Nodes that lose the label by that: all of a pool that AKS labels, and those that are named. */
export function unlabelledBy(
  managedCluster: Read<ManagedCluster>,
  nodes: readonly Node[],
  all: readonly Node[],
): readonly Node[] {
  const { byAks, byHand } = whoLabels(managedCluster, nodes);
  const pools = new Set<string | undefined>(byAks.map(({ name }) => name));
  return [...all.filter((node) => pools.has(poolNameOf(node))), ...byHand];
}

/** The exclude label with the value that both of its readers take for yes. */
export function setExcludeLabel(
  cluster: Cluster,
  managedCluster: Read<ManagedCluster>,
  nodes: readonly Node[],
  title: string,
): Fix {
  const { byAks, byHand } = whoLabels(managedCluster, nodes);
  return {
    title,
    steps: [
      ...byAks.map((pool) => setPoolLabels(cluster, pool, excludeLabelKey, 'true')),
      ...labelSteps(byHand, `${excludeLabelKey}=true --overwrite`),
    ],
    price: [
      'pods on these nodes get no traffic from Local Services',
      'one fewer entry node for Cluster Services',
    ],
  };
}

/** Pools that AKS labels itself, and nodes that somebody labelled by hand. */
function whoLabels(
  managedCluster: Read<ManagedCluster>,
  nodes: readonly Node[],
): { readonly byAks: readonly NodePool[]; readonly byHand: readonly Node[] } {
  const pools = nodePoolsOf(managedCluster);
  const names = new Set(nodes.map((node) => poolNameOf(node)));
  const byAks = pools.filter((pool) => names.has(pool.name) && pool.labels.has(excludeLabelKey));
  const ofAks = new Set<string | undefined>(byAks.map((pool) => pool.name));
  return { byAks, byHand: nodes.filter((node) => !ofAks.has(poolNameOf(node))) };
}

/** The command replaces the whole list of labels. */
function setPoolLabels(cluster: Cluster, pool: NodePool, key: string, value?: string): FixStep {
  const kept = new Map(pool.labels);
  kept.delete(key);
  if (value !== undefined) kept.set(key, value);
  const labels = [...kept].map(([name, each]) => quoted(`${name}=${each}`)).join(' ');
  return aksNodePool(cluster, 'update', pool.name, `--labels ${labels === '' ? "''" : labels}`);
}

function labelSteps(nodes: readonly Node[], change: string): readonly FixStep[] {
  if (nodes.length === 0) return [];
  const names = nodes.slice(0, 10).map((node) => quoted(node.name));
  return [kubectl(`label node ${names.join(' ')} ${change}`)];
}
