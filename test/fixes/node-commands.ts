import { poolNameOf, read, valueOr, type Node, type Taint } from '../../shared/model/index.ts';
import type { Cluster } from './cluster-state.ts';
import { flag, values } from './commands.ts';

function isChange(word: string): boolean {
  return /=|-$/u.test(word) && !word.startsWith('--');
}

export function labelNodes(cluster: Cluster, words: readonly string[]): boolean {
  const names = new Set(words.filter((word) => !isChange(word) && !word.startsWith('--')));
  changeNodes(cluster, ({ name }) => names.has(name), words.filter(isChange));
  return true;
}

/** Any change of what the service controller looks at makes it look at all Services. */
function changeNodes(
  cluster: Cluster,
  which: (node: Node) => boolean,
  changes: readonly string[],
): void {
  const nodes = valueOr(cluster.snapshot.nodes, []).map((node) => {
    if (!which(node)) return node;
    const labels = new Map(node.labels);
    for (const change of changes) {
      const [key = '', value] = change.split('=');
      if (value === undefined) labels.delete(key.replace(/-$/u, ''));
      else labels.set(key, value);
    }
    return { ...node, labels };
  });
  cluster.snapshot = { ...cluster.snapshot, nodes: read(nodes) };
  cluster.touched.add('*');
}

export function runAz(cluster: Cluster, words: readonly string[]): boolean {
  const command = words.slice(0, 3).join(' ');
  if (command === 'aks nodepool update') return updatePool(cluster, words);
  if (command === 'network nsg rule') return changeGroup(cluster, words);
  const standard = flag(words, '--load-balancer-sku')?.toLowerCase() === 'standard';
  if (words[0] === 'aks' && (standard || words.includes('--migrate-vmas-to-vms')))
    return migrate(cluster);
  return words.includes('show') || words.includes('list');
}

/** Labels and taints of a pool are replaced as a whole, and those of its nodes with them. */
function updatePool(cluster: Cluster, words: readonly string[]): boolean {
  const name = flag(words, '-n', '--name');
  const { managedCluster, nodes } = cluster.snapshot;
  const labels = values(words, '--labels');
  const taints = values(words, '--node-taints');
  if (managedCluster.kind === 'unread' || (labels === undefined && taints === undefined))
    return false;
  const pool = managedCluster.value.nodePools.find((each) => each.name === name);
  if (pool === undefined) return false;
  const next = {
    ...pool,
    ...(labels !== undefined && {
      labels: new Map(labels.map((each): [string, string] => splitAt(each, '='))),
    }),
    ...(taints !== undefined && {
      taints: taints.flatMap((list) => list.split(',')).map(taintOf),
    }),
  };
  cluster.snapshot = {
    ...cluster.snapshot,
    managedCluster: read({
      ...managedCluster.value,
      nodePools: managedCluster.value.nodePools.map((each) => (each === pool ? next : each)),
    }),
    nodes: read(
      valueOr(nodes, []).map((node) => {
        if (poolNameOf(node) !== name) return node;
        const kept = [...node.labels].filter(([key]) => !pool.labels.has(key));
        const own = node.taints.filter(
          (taint) => !pool.taints.some((each) => sameTaint(each, taint)),
        );
        return {
          ...node,
          labels: labels === undefined ? node.labels : new Map([...kept, ...next.labels]),
          taints: taints === undefined ? node.taints : distinct([...own, ...next.taints]),
        };
      }),
    ),
  };
  if (labels !== undefined) cluster.touched.add('*');
  return true;
}

function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function taintOf(text: string): Taint {
  const [pair, effect] = splitAt(text, ':');
  const [key, value] = splitAt(pair, '=');
  return { key, value, effect };
}

function sameTaint(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

function distinct(taints: readonly Taint[]): readonly Taint[] {
  return taints.filter((taint, at) => taints.findIndex((each) => sameTaint(each, taint)) === at);
}

function changeGroup(cluster: Cluster, words: readonly string[]): boolean {
  const { securityGroups } = cluster.snapshot;
  const group = flag(words, '--nsg-name');
  const name = flag(words, '-n', '--name') ?? '';
  const priority = Number(flag(words, '--priority') ?? '0');
  cluster.snapshot = {
    ...cluster.snapshot,
    securityGroups: read(
      valueOr(securityGroups, []).map((each) => {
        if (each.name !== group) return each;
        const others = each.rules.filter((rule) => rule.name !== name);
        if (words[3] === 'delete') return { ...each, rules: others };
        const rule = {
          name,
          allow: flag(words, '--access') === 'Allow',
          inbound: true,
          priority,
          protocol: (flag(words, '--protocol') ?? '*').toLowerCase(),
          sources: values(words, '--source-address-prefixes') ?? ['*'],
          destinations: values(words, '--destination-address-prefixes') ?? ['*'],
          destinationPorts: values(words, '--destination-port-ranges') ?? ['*'],
          usesApplicationGroups: false,
        };
        return { ...each, rules: [...others, rule].toSorted((a, b) => a.priority - b.priority) };
      }),
    ),
  };
  return true;
}

/** A Standard load balancer in place of those of Basic; the provider deletes them and writes its own. */
function migrate(cluster: Cluster): boolean {
  const { managedCluster, loadBalancers } = cluster.snapshot;
  if (managedCluster.kind === 'unread') return false;
  cluster.snapshot = {
    ...cluster.snapshot,
    managedCluster: read({ ...managedCluster.value, loadBalancerSku: 'standard' }),
    networkInterfaces: read(
      valueOr(cluster.snapshot.networkInterfaces, []).map((nic) => ({
        ...nic,
        ipConfigurations: nic.ipConfigurations.map((each) => ({ ...each, backendPoolIds: [] })),
      })),
    ),
    loadBalancers: read(
      valueOr(loadBalancers, []).map((each) => ({
        ...each,
        sku: 'standard',
        backendPools: each.backendPools.map((pool) => ({ ...pool, members: [] })),
      })),
    ),
  };
  cluster.touched.add('*');
  return true;
}
