import pLimit from 'p-limit';
import {
  compareText,
  isSystemNode,
  nodePoolsOf,
  unread,
  type ManagedCluster,
  type Node,
  type Pod,
  type Read,
  type Unread,
  type SliceName,
  type Slices,
} from '../model/index.ts';
import { readList, type KubernetesList, type ListReader } from './kubernetes-reader.ts';
import type { KubernetesTransport } from './kubernetes-transport.ts';
import {
  kubernetesLists,
  namespacedName,
  nodeList,
  pendingPodList,
  podsOfNode,
} from './kubernetes-lists.ts';
import { namespaceOnly } from './contradictions/form.ts';
import { readIngress } from './ingress-objects.ts';
import type { Problems } from '../input/problems.ts';

/** Slices that come from the cluster itself, not from Azure. */
export const kubernetesSliceNames = [
  'nodes',
  'services',
  'endpointSlices',
  'deployments',
  'statefulSets',
  'daemonSets',
  'systemPods',
  'pendingPods',
  'namespaces',
  'serviceEvents',
  'ingresses',
  'ingressClasses',
  'gatewayClasses',
  'gateways',
  'httpRoutes',
  'grpcRoutes',
  'referenceGrants',
  'clusterIpServices',
] as const satisfies readonly SliceName[];

/** The Kubernetes side of a snapshot. */
export type KubernetesSlices = {
  readonly [Name in (typeof kubernetesSliceNames)[number]]: Read<Slices[Name]>;
};

export interface KubernetesInputs {
  readonly transport: KubernetesTransport;
  readonly managedCluster: Read<ManagedCluster>;
  readonly problems: Problems;
  readonly signal?: AbortSignal;
}

/** Each holds a page, as bytes, text and objects, until its rows are made. */
const listsAtOnce = 2;

/**
 * Reads what the rules need of a cluster and no more: never the list of all pods (110 MB where the
 * rest is 6), but those on system nodes and those Pending. Rows come in an order of their own, so
 * that the same cluster gives the same snapshot however its lists were cut.
 */
export async function readKubernetes(inputs: KubernetesInputs): Promise<KubernetesSlices> {
  const list = lister(inputs);
  const nodes = await list(nodeList);
  const [
    services,
    endpointSlices,
    deployments,
    statefulSets,
    daemonSets,
    namespaces,
    serviceEvents,
  ] = await Promise.all([
    list(kubernetesLists.services),
    list(kubernetesLists.endpointSlices),
    list(kubernetesLists.deployments),
    list(kubernetesLists.statefulSets),
    list(kubernetesLists.daemonSets),
    list(kubernetesLists.namespaces),
    list(kubernetesLists.serviceEvents),
  ]);
  const routing = await readIngress(services, list, inputs.transport.whole);
  const pendingPods = await list(pendingPodList);
  const systemPods = await readSystemPods(inputs, nodes, list);
  return {
    nodes,
    endpointSlices,
    deployments,
    statefulSets,
    daemonSets,
    systemPods,
    pendingPods,
    namespaces,
    serviceEvents,
    ...routing,
  };
}

/** Some of the slices once more, where what was read of them contradicts others: either may be what is old. */
export async function readKubernetesAgain(
  inputs: KubernetesInputs,
  before: KubernetesSlices,
  contradicted: ReadonlySet<string>,
): Promise<KubernetesSlices> {
  const list = lister(inputs);
  const bySlices = contradicted.has('services') || contradicted.has('systemPods');
  const names = new Set([
    'namespaces',
    ...contradicted,
    ...(bySlices ? ['endpointSlices'] : []),
    ...(contradicted.has('nodes') ? ['daemonSets'] : []),
  ]);
  const again = async <T>(
    name: keyof KubernetesSlices,
    known: Read<readonly T[]>,
    wanted: KubernetesList<T>,
  ): Promise<Read<readonly T[]>> => (names.has(name) ? list(wanted) : known);
  const nodes = await again('nodes', before.nodes, nodeList);
  const systemPods = names.has('nodes') || names.has('systemPods');
  return {
    ...before,
    nodes,
    services: await again('services', before.services, kubernetesLists.services),
    endpointSlices: await again(
      'endpointSlices',
      before.endpointSlices,
      kubernetesLists.endpointSlices,
    ),
    deployments: await again('deployments', before.deployments, kubernetesLists.deployments),
    statefulSets: await again('statefulSets', before.statefulSets, kubernetesLists.statefulSets),
    daemonSets: await again('daemonSets', before.daemonSets, kubernetesLists.daemonSets),
    namespaces: await again('namespaces', before.namespaces, kubernetesLists.namespaces),
    pendingPods: await again('pendingPods', before.pendingPods, pendingPodList),
    ...(systemPods && { systemPods: await readSystemPods(inputs, nodes, list) }),
  };
}

function lister({ transport, problems, signal }: KubernetesInputs): ListReader {
  const inTurn = pLimit(listsAtOnce);
  return async (wanted) => {
    const rows = await inTurn(() => readList(transport, wanted, problems, signal));
    const inOrder = sorted(rows, wanted.identity);
    return transport.whole === true ? unfiltered(inOrder, wanted) : inOrder;
  };
}

/** A list that lacks what every cluster has holds a part of what there is. */
function unfiltered<T>(
  rows: Read<readonly T[]>,
  { always }: KubernetesList<T>,
): Read<readonly T[]> {
  if (rows.kind === 'unread' || always === undefined) return rows;
  const listed = new Set(rows.value.map(always.nameOf));
  const lacking = always.names.find((each) => !listed.has(each));
  const why = `the list lacks ${lacking}, which every cluster has: ${namespaceOnly}`;
  return lacking === undefined ? rows : unread(why, 'contradicted');
}

/** Pods of system nodes, a few lists at a time: one list a node. */
async function readSystemPods(
  { managedCluster }: KubernetesInputs,
  nodes: Read<readonly Node[]>,
  list: ListReader,
): Promise<Read<readonly Pod[]>> {
  if (nodes.kind === 'unread') return unread(`nodes: ${nodes.why}`, nodes.code);
  const pools = nodePoolsOf(managedCluster);
  const waiting = nodes.value.filter((node) => isSystemNode(node, pools)).toReversed();
  const pods: Pod[] = [];
  let failed: Unread | undefined;
  const work = async (): Promise<void> => {
    for (
      let node = waiting.pop();
      node !== undefined && failed === undefined;
      node = waiting.pop()
    ) {
      const found = await list(podsOfNode(node.name));
      if (found.kind === 'unread') failed = found;
      else pods.push(...found.value);
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  return failed ?? sorted({ kind: 'read', value: pods }, namespacedName);
}

function sorted<T>(rows: Read<readonly T[]>, identity: (row: T) => string): Read<readonly T[]> {
  if (rows.kind === 'unread') return rows;
  const keyed = rows.value.map((row) => ({ row, key: identity(row) }));
  keyed.sort((a, b) => compareText(a.key, b.key));
  return { kind: 'read', value: keyed.map((each) => each.row) };
}
