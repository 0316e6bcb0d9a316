import {
  compareText,
  unread,
  type ManagedCluster,
  type Node,
  type Pod,
  type Read,
  type Slices,
} from '../model/index.ts';
import { readList, type KubernetesList, type KubernetesTransport } from './kubernetes-reader.ts';
import { parseEndpointSlice, parseService } from './parse-service.ts';
import {
  parseNamespace,
  parseNode,
  parsePod,
  parseServiceEvent,
  parseWorkload,
} from './parse-objects.ts';
import type { Problems } from '../input/problems.ts';

/** The Kubernetes side of a snapshot. */
export type KubernetesSlices = {
  readonly [
    Name in
      | 'nodes'
      | 'services'
      | 'endpointSlices'
      | 'deployments'
      | 'statefulSets'
      | 'daemonSets'
      | 'systemPods'
      | 'pendingPods'
      | 'namespaces'
      | 'serviceEvents'
  ]: Read<Slices[Name]>;
};

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
] as const satisfies readonly (keyof KubernetesSlices)[];

const named = (row: { readonly namespace: string; readonly name: string }): string =>
  `${row.namespace}/${row.name}`;

const namedIn = ['metadata.namespace', 'metadata.name'] as const;
const namedWithSpec = [...namedIn, 'spec'] as const;

/** Every node; also read alone, to tell whose they are. */
export const nodeList: KubernetesList<Node> = {
  path: '/api/v1/nodes',
  kind: 'NodeList',
  required: ['metadata.name', 'spec'],
  parse: parseNode,
  identity: (node: Node) => node.name,
};

const lists = {
  services: {
    path: '/api/v1/services',
    kind: 'ServiceList',
    required: namedWithSpec,
    query: { fieldSelector: 'spec.type=LoadBalancer' },
    parse: parseService,
    identity: named,
  },
  endpointSlices: {
    path: '/apis/discovery.k8s.io/v1/endpointslices',
    kind: 'EndpointSliceList',
    // Up to 1,000 endpoints each: 500 of those would be larger than a page may be.
    limit: 100,
    required: namedIn,
    parse: parseEndpointSlice,
    identity: named,
  },
  deployments: {
    path: '/apis/apps/v1/deployments',
    kind: 'DeploymentList',
    required: namedWithSpec,
    parse: parseWorkload('Deployment'),
    identity: named,
  },
  statefulSets: {
    path: '/apis/apps/v1/statefulsets',
    kind: 'StatefulSetList',
    required: namedWithSpec,
    parse: parseWorkload('StatefulSet'),
    identity: named,
  },
  daemonSets: {
    path: '/apis/apps/v1/daemonsets',
    kind: 'DaemonSetList',
    required: namedWithSpec,
    parse: parseWorkload('DaemonSet'),
    identity: named,
  },
  namespaces: {
    path: '/api/v1/namespaces',
    kind: 'NamespaceList',
    required: ['metadata.name'],
    parse: parseNamespace,
    identity: (namespace: { readonly name: string }) => namespace.name,
  },
  serviceEvents: {
    path: '/api/v1/events',
    kind: 'EventList',
    query: { fieldSelector: 'involvedObject.kind=Service' },
    parse: parseServiceEvent,
    twice: 'expected',
    identity: (event: object) => JSON.stringify(event),
  },
} as const;

function podList(fieldSelector: string): KubernetesList<Pod> {
  return {
    path: '/api/v1/pods',
    kind: 'PodList',
    required: namedWithSpec,
    query: { fieldSelector },
    parse: parsePod,
    identity: named,
  };
}

export interface KubernetesInputs {
  readonly transport: KubernetesTransport;
  readonly managedCluster: Read<ManagedCluster>;
  readonly problems: Problems;
  readonly signal?: AbortSignal;
}

/**
 * Reads what the rules need of a cluster and no more: never the list of all pods (110 MB where the
 * rest is 6), but those on system nodes and those Pending. Rows come in an order of their own, so
 * that the same cluster gives the same snapshot however its lists were cut.
 */
export async function readKubernetes(inputs: KubernetesInputs): Promise<KubernetesSlices> {
  const { transport, problems, signal } = inputs;
  const list = async <T>(wanted: KubernetesList<T>): Promise<Read<readonly T[]>> =>
    sorted(await readList(transport, wanted, problems, signal), wanted.identity);
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
    list(lists.services),
    list(lists.endpointSlices),
    list(lists.deployments),
    list(lists.statefulSets),
    list(lists.daemonSets),
    list(lists.namespaces),
    list(lists.serviceEvents),
  ]);
  const pendingPods = await list(podList('status.phase=Pending'));
  const systemPods = await readSystemPods(inputs, nodes, list);
  return {
    nodes,
    services,
    endpointSlices,
    deployments,
    statefulSets,
    daemonSets,
    systemPods,
    pendingPods,
    namespaces,
    serviceEvents,
  };
}

/** Pods of system nodes, a few lists at a time: one list a node. */
async function readSystemPods(
  { managedCluster }: KubernetesInputs,
  nodes: Read<readonly Node[]>,
  list: (wanted: KubernetesList<Pod>) => Promise<Read<readonly Pod[]>>,
): Promise<Read<readonly Pod[]>> {
  if (nodes.kind === 'unread') return unread(`nodes: ${nodes.why}`);
  const systemPools =
    managedCluster.kind === 'read'
      ? new Set(
          managedCluster.value.nodePools
            .filter((pool) => pool.mode === 'system')
            .map((pool) => pool.name),
        )
      : undefined;
  const waiting = nodes.value.filter((node) => isSystemNode(node, systemPools)).toReversed();
  const pods: Pod[] = [];
  let why: string | undefined;
  const work = async (): Promise<void> => {
    for (let node = waiting.pop(); node !== undefined && why === undefined; node = waiting.pop()) {
      const found = await list(podList(`spec.nodeName=${node.name}`));
      if (found.kind === 'unread') why = found.why;
      else pods.push(...found.value);
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  return why === undefined ? sorted({ kind: 'read', value: pods }, named) : unread(why);
}

/** By ARM's mode of the node's pool; by the node's own label where ARM was not read. */
function isSystemNode(node: Node, systemPools: ReadonlySet<string> | undefined): boolean {
  const pool =
    node.labels.get('kubernetes.azure.com/agentpool') || node.labels.get('agentpool') || '';
  if (systemPools !== undefined && pool !== '') return systemPools.has(pool);
  return node.labels.get('kubernetes.azure.com/mode')?.toLowerCase() === 'system';
}

function sorted<T>(rows: Read<readonly T[]>, identity: (row: T) => string): Read<readonly T[]> {
  if (rows.kind === 'unread') return rows;
  const keyed = rows.value.map((row) => ({ row, key: identity(row) }));
  keyed.sort((a, b) => compareText(a.key, b.key));
  return { kind: 'read', value: keyed.map((each) => each.row) };
}
