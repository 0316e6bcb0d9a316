import {
  isSystemNode,
  isVirtualNode,
  nodePoolsOf,
  valueOr,
  type BackendMember,
  type ClusterSnapshot,
  type Endpoint,
  type Pod,
} from '../../model/index.ts';
import { namespacedName } from '../kubernetes-lists.ts';

import { namespaceOnly, wrongScope, type Contradiction } from './form.ts';

/** What Kubernetes' lists say against each other. */

/** (b) Endpoints on nodes that the list of nodes lacks, half of their nodes or more. */
export function nodesOfEndpoints({
  nodes,
  endpointSlices,
}: ClusterSnapshot): readonly Contradiction[] {
  if (nodes.kind === 'unread' || endpointSlices.kind === 'unread') return [];
  const known = new Set<string>(nodes.value.map(({ name }) => name));
  const hosts = new Set(endpointSlices.value.flatMap(({ endpoints }) => endpoints.flatMap(hostOf)));
  const lacking = [...hosts].filter((name) => !known.has(name));
  if (lacking.length === 0 || lacking.length * 2 < hosts.size) return [];
  return [
    {
      slice: 'nodes',
      why: `the list lacks ${lacking.length} of the ${hosts.size} nodes that endpointSlices name, ${lacking[0] ?? ''} among them: ${wrongScope}`,
    },
  ];
}

/**
 * (b) A DaemonSet that should run on more nodes than are listed. A node that comes or goes between two
 * lists is lacking in one of them only: half have to be, or endpoints and pools name as many.
 */
export function nodesOfDaemonSets(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const { nodes, daemonSets, managedCluster } = snapshot;
  if (nodes.kind === 'unread' || daemonSets.kind === 'unread') return [];
  // Their nodes may be out of sight.
  if (managedCluster.kind === 'read' && managedCluster.value.hostedSystemPools === true) return [];
  const [first] = daemonSets.value.toSorted((a, b) => (b.statusCount ?? 0) - (a.statusCount ?? 0));
  const wanted = first?.statusCount ?? 0;
  const lacking = wanted - nodes.value.length;
  if (first === undefined || lacking <= 0) return [];
  const named = unlistedNodes(snapshot);
  if (lacking * 2 < wanted && named.size < lacking) return [];
  const [name] = named;
  return [
    {
      slice: 'nodes',
      why: `the list has ${nodes.value.length} of the ${wanted} nodes on which daemonSets' ${namespacedName(first)} is to run${name === undefined ? '' : `, and lacks ${name}`}: ${wrongScope}`,
    },
  ];
}

/** Nodes that endpoints name, or machines that pools hold, whichever are more, and that are not listed. */
function unlistedNodes({
  nodes,
  endpointSlices,
  loadBalancers,
}: ClusterSnapshot): ReadonlySet<string> {
  const listed = valueOr(nodes, []);
  const names = new Set<string>(listed.map(({ name }) => name));
  const machines = new Set(listed.map(({ providerId }) => providerId.toLowerCase()));
  const hosts = valueOr(endpointSlices, []).flatMap(({ endpoints }) => endpoints.flatMap(hostOf));
  const members = valueOr(loadBalancers, []).flatMap(({ backendPools }) =>
    backendPools.flatMap((pool) => pool.members.flatMap(machineOf)),
  );
  const byEndpoints = new Set(hosts.filter((name) => !names.has(name)));
  const byPools = new Set(members.filter((machine) => !machines.has(machine)));
  return byPools.size > byEndpoints.size ? byPools : byEndpoints;
}

/** Instance of a scale set, as its node names it. */
function machineOf(member: BackendMember): readonly string[] {
  const machine =
    member.kind === 'ip'
      ? undefined
      : /^(.*\/virtualmachines\/\d+)\//u.exec(member.ipConfigurationId)?.[1];
  return machine === undefined ? [] : [`azure://${machine}`];
}

function hostOf({ node, terminating }: Endpoint): readonly string[] {
  return node === undefined || terminating ? [] : [node];
}

/** (f) What every cluster with nodes has. */
export function emptyClusterLists({
  nodes,
  daemonSets,
  namespaces,
}: ClusterSnapshot): readonly Contradiction[] {
  if (nodes.kind === 'unread' || nodes.value.length === 0) return [];
  const why = `the list is empty, but nodes has ${nodes.value.length}`;
  const found: Contradiction[] = [];
  if (daemonSets.kind === 'read' && daemonSets.value.length === 0)
    found.push({ slice: 'daemonSets', why: `${why}: ${namespaceOnly}` });
  if (namespaces.kind === 'read' && namespaces.value.length === 0)
    found.push({ slice: 'namespaces', why: `${why}: ${wrongScope}` });
  return found;
}

/**
 * (f) DaemonSets of which none is to run on half of the nodes: networking, disks and
 * kube-proxy have one for each, so that these are a part of the list or another cluster's.
 */
export function daemonSetsOfNodes({
  nodes,
  daemonSets,
}: ClusterSnapshot): readonly Contradiction[] {
  const own = valueOr(nodes, []).filter(
    (node) => !isVirtualNode(node) && node.labels.get('kubernetes.io/os') !== 'windows',
  );
  const most = valueOr(daemonSets, []).reduce(
    (count, { statusCount = 0 }) => Math.max(count, statusCount),
    0,
  );
  if (most === 0 || most * 2 >= own.length) return [];
  return [
    {
      slice: 'daemonSets',
      why: `the list has none that is to run on more than ${most} of the ${own.length} nodes: ${namespaceOnly}`,
    },
  ];
}

/** (f) Pods of system nodes that endpoints and DaemonSets show to be there. */
export function podsOfSystemNodes(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const { systemPods } = snapshot;
  if (systemPods.kind === 'unread') return [];
  const system = systemNodes(snapshot);
  const because = podsOfEndpoints(snapshot, system) ?? podsOfDaemonSets(snapshot, system);
  if (because === undefined) return [];
  const none = systemPods.value.length === 0 ? 'no pod of a system node was listed' : undefined;
  // Both lists are answers about the same resource: what hides the pods of one hides those of the other.
  return (['systemPods', 'pendingPods'] as const)
    .filter((slice) => snapshot[slice].kind === 'read')
    .map((slice) => ({
      slice,
      why: `${none ?? 'pods of system nodes are lacking'}, but ${because}: ${namespaceOnly}`,
    }));
}

function systemNodes({ nodes, managedCluster }: ClusterSnapshot): ReadonlySet<string> {
  const pools = nodePoolsOf(managedCluster);
  return new Set(
    valueOr(nodes, []).flatMap((node) => (isSystemNode(node, pools) ? [node.name] : [])),
  );
}

/**
 * Half of the pods that endpoints name, or all of one namespace, or of namespaces of which no pod is
 * listed, if more than one: a pod may have gone between two reads.
 */
function podsOfEndpoints(
  { systemPods, endpointSlices }: ClusterSnapshot,
  system: ReadonlySet<string>,
): string | undefined {
  const listed = new Set(valueOr(systemPods, []).map(namespacedName));
  const behind = new Map(
    valueOr(endpointSlices, []).flatMap(({ namespace, endpoints }) =>
      endpoints.flatMap((each) => {
        const [host] = hostOf(each);
        return host === undefined || !system.has(host)
          ? []
          : [[each.pod === undefined ? host : `${namespace}/${each.pod}`, { namespace, host }]];
      }),
    ),
  );
  if (listed.size === 0) {
    const [first] = behind.values();
    return first && `endpointSlices has pods on ${first.host}`;
  }
  const lacking = [...behind.keys()].filter((pod) => pod.includes('/') && !listed.has(pod));
  const lackingIn = Map.groupBy(lacking, (pod) => behind.get(pod)?.namespace);
  const allIn = Map.groupBy(behind.values(), ({ namespace }) => namespace);
  const whole = [...lackingIn.values()].find(
    (pods) =>
      pods.length > 1 &&
      pods.length === allIn.get(behind.get(pods[0] ?? '')?.namespace ?? '')?.length,
  );
  const seen = new Set(valueOr(systemPods, []).map(({ namespace }) => namespace));
  const elsewhere = lacking.filter((each) => !seen.has(behind.get(each)?.namespace ?? ''));
  const scoped = elsewhere.length > 1 ? elsewhere : undefined;
  const [pod] = whole ?? scoped ?? (lacking.length * 2 >= behind.size ? lacking : []);
  return pod && `endpointSlices has ${pod} on ${behind.get(pod)?.host ?? ''}`;
}

/** A DaemonSet that runs on more nodes than there are others for it runs on a system node. */
function podsOfDaemonSets(
  { nodes, systemPods, daemonSets }: ClusterSnapshot,
  system: ReadonlySet<string>,
): string | undefined {
  const others = valueOr(nodes, []).filter(({ name }) => !system.has(name));
  const owners = new Set(
    valueOr(systemPods, []).flatMap(({ namespace, owner }) =>
      owner?.kind === 'DaemonSet' ? [`${namespace}/${owner.name}`] : [],
    ),
  );
  const running = valueOr(daemonSets, []).filter(({ statusCount = 0, podSpec }) => {
    const selector = [...podSpec.nodeSelector];
    const fitting = others.filter(({ labels }) =>
      selector.every(([key, value]) => labels.get(key) === value),
    );
    return statusCount > fitting.length;
  });
  const [first] = running;
  return system.size === 0 ||
    first === undefined ||
    running.some((each) => owners.has(namespacedName(each)))
    ? undefined
    : `daemonSets: ${namespacedName(first)} runs on ${first.statusCount ?? 0} of ${others.length + system.size} nodes`;
}

const ownerLists = {
  Deployment: 'deployments',
  DaemonSet: 'daemonSets',
  StatefulSet: 'statefulSets',
} as const;

/**
 * (h) Controllers that pods name as their owners, at least half of them lacking in their list, or there
 * with another uid: of another cluster. One that was made anew between two lists has another, too.
 */
export function ownersOfPods(snapshot: ClusterSnapshot): readonly Contradiction[] {
  const pods = [...valueOr(snapshot.systemPods, []), ...valueOr(snapshot.pendingPods, [])];
  const owners = Map.groupBy(pods.flatMap(controllerOf), ({ kind }) => kind);
  return [...owners].flatMap(([kind, all]) => {
    const slice = ownerLists[kind];
    const list = snapshot[slice];
    if (list.kind === 'unread') return [];
    const listed = new Map(list.value.map((each) => [namespacedName(each), each.uid]));
    const names = new Map(all.map(({ name, uid }) => [name, uid]));
    const lacking = [...names].filter(([name, uid]) => {
      const own = listed.get(name);
      return !listed.has(name) || (own !== undefined && uid !== undefined && own !== uid);
    });
    if (lacking.length === 0 || lacking.length * 2 < names.size) return [];
    return [
      {
        slice,
        why: `the list lacks ${lacking.length} of the ${names.size} that pods name as their ${kind}, ${lacking[0]?.[0] ?? ''} among them: ${namespaceOnly}`,
      },
    ];
  });
}

interface PodController {
  readonly kind: keyof typeof ownerLists;
  /** `namespace/name` */
  readonly name: string;
  readonly uid?: string;
}

/** A Deployment owns by way of a ReplicaSet, whose name ends in the hash that its pods are labelled with. */
function controllerOf({ namespace, owner, labels, deleting }: Pod): readonly PodController[] {
  if (owner === undefined || deleting) return [];
  const { kind, name, uid } = owner;
  if (kind === 'DaemonSet' || kind === 'StatefulSet')
    return [{ kind, name: `${namespace}/${name}`, ...(uid !== undefined && { uid }) }];
  const hash = labels.get('pod-template-hash') ?? '';
  return kind === 'ReplicaSet' && hash !== '' && name.endsWith(`-${hash}`)
    ? [{ kind: 'Deployment', name: `${namespace}/${name.slice(0, -hash.length - 1)}` }]
    : [];
}
