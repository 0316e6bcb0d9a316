import { groupOfNodes, nodeList, readList, type KubernetesTransport } from '../collect/index.ts';
import type { Problems } from '../input/index.ts';
import {
  armId,
  read,
  sameName,
  unread,
  type ClusterIdentity,
  type ManagedCluster,
  type Read,
} from '../model/index.ts';

/** Which cluster a case folder is about. */
export type Chosen =
  | { readonly kind: 'one'; readonly cluster: Read<ManagedCluster> }
  /** The folder holds none of the clusters that were asked for. */
  | { readonly kind: 'none' }
  /** It holds several, and nothing tells which. */
  | { readonly kind: 'several'; readonly why: string };

/**
 * The cluster that is asked for, else the only one, else the one whose node resource group the nodes
 * live in (docs/files.md). A folder whose list of clusters was not read goes by its own name.
 */
export async function chooseCluster(
  clusters: Read<readonly ManagedCluster[]>,
  kubernetes: KubernetesTransport,
  saved: { readonly name: string; readonly wanted: readonly string[] },
  problems: Problems,
): Promise<Chosen> {
  const isWanted = (name: string, id: string): boolean =>
    saved.wanted.length === 0 ||
    saved.wanted.some((each) => sameName(each, name) || armId(each) === id);
  if (clusters.kind === 'unread') {
    const { id, name } = caseIdentity(saved.name);
    return isWanted(name, id) ? { kind: 'one', cluster: clusters } : { kind: 'none' };
  }
  if (clusters.value.length === 0) {
    const why = 'arm/managedClusters.json: the list is empty; save the cluster of this folder';
    return { kind: 'one', cluster: unread(why) };
  }
  const fitting = clusters.value.filter((each) => isWanted(each.name, each.id));
  const [only, ...others] = fitting;
  if (only === undefined) return { kind: 'none' };
  if (others.length === 0) return { kind: 'one', cluster: read(only) };
  // A list of nodes that cannot be read is told later, with its slice.
  const group = groupOfNodes(await readList(kubernetes, nodeList, problems));
  const own = fitting.filter((each) => sameName(each.nodeResourceGroup ?? '', group ?? ' '));
  const [owner, ...more] = own;
  if (owner !== undefined && more.length === 0) return { kind: 'one', cluster: read(owner) };
  const names = fitting.slice(0, 5).map(({ name }) => name);
  return {
    kind: 'several',
    why: `arm/managedClusters.json: holds ${fitting.length} clusters (${names.join(', ')}), and the nodes' providerID fits none of them alone; name one with --cluster`,
  };
}

/** Who a cluster is that ARM says nothing of. */
export function caseIdentity(name: string): ClusterIdentity {
  return { id: armId(`unknown/${name}`), name };
}
